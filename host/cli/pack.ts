import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { type Config, loadConfig, resolveIdentity } from "../author/config.js";
import { checkOutput, type Output, readInput, writeAll } from "../author/files.js";
import { loadPrivateKey, type SigningKey } from "../author/keys.js";
import {
  AGENT,
  checkComponentName,
  checkSequence,
  componentIdHex,
  packRelease,
  type Release,
} from "../author/pack.js";
import { knownBoards, slotSizeFor } from "../author/slots.js";
import { agentBundle } from "../board/bundles.js";
import { profileOf } from "../board/open.js";
import { SuitcaseError } from "../errors.js";
import { manifestUri } from "../storage/manifest-uri.js";
import { ruleText } from "../suit/health-rule.js";
import { readSequence } from "../suit/read.js";
import { parseVersion } from "../suit/version.js";
import { note, print, printJson, warn } from "./report.js";

interface Options {
  config?: string;
  board?: string;
  component: [name: string, file: string][];
  sequence?: string;
  version?: string;
  key?: string;
  out: string;
  integrated?: boolean;
  uriBase?: string;
  manifestUri?: string;
  agent: boolean;
  native: boolean;
  vendorDomain?: string;
  className?: string;
  device?: string;
  force?: boolean;
  allowTestKey?: boolean;
  json?: boolean;
}

/** From build/host/cli/ up to the package's bundles for boards. */
const BUNDLES = fileURLToPath(new URL("../../../dist/", import.meta.url));

/** `suitcase pack`: makes a signed release. */
export function packCommand(bundles = BUNDLES): Command {
  return new Command("pack")
    .description("make a signed release: an envelope, and the files it names beside it")
    .option("--config <file>", "settings of the project (default: ./suitcase.json if present)")
    .option("--board <board>", "the board that the release is for")
    .option("--component <name=file>", "a file of the release; may be repeated", addComponent, [])
    .option("--sequence <number>", "1 to 4294967294, above that of the last release")
    .option("--version <version>", "what it calls itself, such as 1.2.0 or 1.2.0-rc.1")
    .option("--key <file>", "the author's private key (default: suitcase.json's)")
    .requiredOption("--out <file>", "the envelope to write, such as lamp-2.suit")
    .option("--integrated", "put the files into the envelope")
    .option("--uri-base <url>", "address in front of the file names")
    .option(
      "--manifest-uri <url>",
      "where boards that run it find the next release (push without an envelope)",
    )
    .option("--no-agent", "do not add the update agent of this package")
    .option("--no-native", "for a board that was provisioned without native code")
    .option("--vendor-domain <domain>", "the vendor: a domain, or 32 hex digits")
    .option("--class-name <class>", "the class of boards: any text, or 32 hex digits")
    .option("--device <hex>", "only for the single device with this identifier, 32 hex digits")
    .option("--force", "replace --out whatever it is")
    .option("--allow-test-key", "sign with a published test key (tests only)")
    .option("--json", "print the result as JSON")
    .action((options: Options) => pack(options, bundles));
}

function addComponent(text: string, before: Options["component"]): Options["component"] {
  const at = text.indexOf("=");
  if (at < 0 || at === text.length - 1)
    throw new SuitcaseError("BAD_USAGE", `--component ${text} is not of the form NAME=FILE`);
  const name = text.slice(0, at);
  checkComponentName(name);
  if (before.some(([other]) => other === name))
    throw new SuitcaseError("COMPONENT_DUPLICATE", `--component ${name} is given twice`);
  return [...before, [name, text.slice(at + 1)]];
}

/** suitcase.json with the options of the command line over it. */
function settings(options: Options): Config {
  const { config, file } = loadConfig(options.config);
  const named = options.vendorDomain !== undefined && options.className !== undefined;
  if (file === null && !named)
    note(`note: no suitcase.json: vendor "${config.vendor}", class "${config.class}" are assumed`);
  return {
    ...config,
    board: options.board ?? config.board,
    native: options.native && config.native !== false,
    vendor: options.vendorDomain ?? config.vendor,
    class: options.className ?? config.class,
    device: options.device ?? config.device,
    uriBase: options.uriBase ?? config.uriBase,
    sequence: parseSequence(options.sequence) ?? config.sequence,
    version: options.version ?? config.version,
    components: { ...config.components, ...Object.fromEntries(options.component) },
  };
}

function parseSequence(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,10}$/.test(text))
    throw new SuitcaseError("SEQUENCE_INVALID", `--sequence ${text} is not a plain number`);
  return Number(text);
}

function versionOf({ version }: Config): number[] | undefined {
  if (version === undefined) return undefined;
  const numbers = parseVersion(version);
  if (!numbers) throw new SuitcaseError("VERSION_INVALID", `${version} is not a version`);
  return numbers;
}

/**
 * The files of a release, the agent first: the project's own, or the one in `bundles` for the board
 * unless `agent` is false.
 *
 * @throws AGENT_BUNDLE when the package's agent is needed and not built
 */
export function componentFiles(
  config: Pick<Config, "board" | "components" | "native">,
  agent: boolean,
  bundles: string,
): [name: string, file: string][] {
  const { [AGENT]: own, ...others } = config.components;
  const rest = Object.entries(others);
  if (own !== undefined) return [[AGENT, own], ...rest];
  if (!agent) return rest;
  const bundle = path.join(bundles, agentBundle(profileOf(config.board, config.native)));
  if (!existsSync(bundle))
    throw new SuitcaseError("AGENT_BUNDLE", `The update agent is not built: ${bundle}`);
  return [[AGENT, bundle], ...rest];
}

/** A release must come after the one that it replaces. */
function checkPrevious(out: string, sequence: number): void {
  if (!existsSync(out)) return;
  const last = readSequence(readInput(out, "the last release"));
  if (last === undefined)
    throw new SuitcaseError("OUTPUT_NOT_ENVELOPE", `${out} exists and is not a SUIT envelope`);
  if (last >= sequence)
    throw new SuitcaseError("SEQUENCE_NOT_ABOVE", `${out} has sequence ${last} already`);
}

const realPath = (file: string) =>
  existsSync(file)
    ? realpathSync(file)
    : path.join(realpathSync(path.dirname(path.resolve(file))), path.basename(file));

function checkOverwrite(outputs: Output[], inputs: string[]): void {
  const taken = new Set(inputs.map(realPath));
  for (const { path: file } of outputs)
    if (taken.has(realPath(file)))
      throw new SuitcaseError("OUTPUT_IS_INPUT", `${file} is also an input and would be replaced`);
}

/** The name of a payload file; it is part of an address, so it must not need escapes. */
function payloadName(out: string, component: string): string {
  const name = `${path.basename(out).replace(/\.suit$/, "")}.${component}.bin`;
  if (!/^[A-Za-z0-9_~+@-][A-Za-z0-9._~+@-]*$/.test(name))
    throw new SuitcaseError("BAD_USAGE", `The name of --out cannot be part of an address: ${out}`);
  return name;
}

function pack(options: Options, bundles: string): void {
  const config = settings(options);
  if (config.sequence === undefined) throw new SuitcaseError("BAD_USAGE", "--sequence is missing");
  checkSequence(config.sequence);
  const slotSize = slotSizeFor(config.board, config.native);
  if (slotSize === undefined) {
    const boards = knownBoards().join(", ");
    throw new SuitcaseError("BOARD_UNKNOWN", `There is no board "${config.board}" (${boards})`);
  }
  const profile = profileOf(config.board, config.native);
  checkOutput(options.out);
  if (!options.force) checkPrevious(options.out, config.sequence);
  const files = componentFiles(config, options.agent, bundles);
  const base = config.uriBase === undefined ? "" : config.uriBase.replace(/[^/=]$/, "$&/");
  const keyFile = options.key ?? config.key;
  if (keyFile === undefined)
    throw new SuitcaseError("BAD_USAGE", "No --key is given, and suitcase.json names none");
  const key = loadPrivateKey(keyFile, { warn, allowTestKey: options.allowTestKey });
  const release = packRelease({
    ...resolveIdentity(config),
    sequence: config.sequence,
    version: versionOf(config),
    components: files.map(([name, file]) => ({
      name,
      bytes: readInput(file, `component "${name}"`),
    })),
    key,
    integrated: options.integrated,
    uri: (name) => base + payloadName(options.out, name),
    invoke: config.invoke,
    confirmWhen: config.confirmWhen,
    referenceUri: options.manifestUri === undefined ? undefined : manifestUri(options.manifestUri),
    slotSize,
    limits: profile.limits,
    hint: !profile.nativeModule,
  });
  const folder = path.dirname(options.out);
  const payloads = release.payloads.map(({ name, bytes }) => ({
    path: path.join(folder, payloadName(options.out, name)),
    bytes,
  }));
  // The envelope last: once it is there, so is everything that it names.
  const outputs = [...payloads, { path: options.out, bytes: release.envelope }];
  checkOverwrite(outputs, [keyFile, ...files.map(([, file]) => file)]);
  writeAll(outputs);
  report({ options, config, key, release, slotSize });
}

interface Packed {
  options: Options;
  config: Config;
  key: SigningKey;
  release: Release;
  slotSize: number;
}

function report({ options, config, key, release, slotSize }: Packed): void {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const { vendor, class: classId, device } = resolveIdentity(config);
  const file = (name: string) => (options.integrated ? null : payloadName(options.out, name));
  if (options.json) {
    printJson({
      envelope: options.out,
      bytes: release.envelope.length,
      sequence: config.sequence,
      ...(config.version !== undefined && { version: config.version }),
      digest: hex(release.digest),
      signer: hex(key.publicKey),
      board: config.board,
      ...(config.confirmWhen && { confirmWhen: config.confirmWhen }),
      vendor: hex(vendor),
      class: hex(classId),
      ...(device && { device: hex(device) }),
      slot: { used: release.slotUse, size: slotSize },
      components: release.components.map(({ name, size, digest, uri }) => ({
        name,
        id: componentIdHex(name),
        size,
        sha256: hex(digest),
        uri,
        file: file(name),
      })),
    });
    return;
  }
  print(`${options.out}: sequence ${config.sequence}, ${release.envelope.length} bytes`);
  for (const { name, size, uri } of release.components)
    print(`  ${name.padEnd(16)} ${String(size).padStart(7)} bytes  ${uri}`);
  if (config.confirmWhen) print(`  confirmed when ${ruleText(config.confirmWhen)}`);
  print(`  slot of ${config.board}: ${release.slotUse} of ${slotSize} bytes`);
}
