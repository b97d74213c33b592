import { existsSync, rmSync } from "node:fs";
import { Command } from "commander";
import { loadConfig, resolveIdentity } from "../author/config.js";
import { readInput } from "../author/files.js";
import { loadTrust, refuseTestKey } from "../author/keys.js";
import { formatUuid } from "../author/uuid.js";
import { agentBundle, readBundle } from "../board/bundles.js";
import type { NorFlash } from "../board/flash.js";
import { claim, openFlash, profileOf, provisionedAs } from "../board/open.js";
import type { Profile } from "../board/profiles.js";
import { provision, randomDevice } from "../board/provision.js";
import { SuitcaseError } from "../errors.js";
import { parseAddress } from "../link/address.js";
import { stripIntegrated } from "../link/strip.js";
import { manifestUri } from "../storage/manifest-uri.js";
import { note, print, printJson } from "./report.js";
import { payloadBeside } from "./verify.js";

export interface ProvisionFlags {
  config?: string;
  profile?: string;
  trust: string[];
  device?: string;
  vendorDomain?: string;
  className?: string;
  firmware?: string;
  keepConsole?: boolean;
  bond?: boolean;
  bleUart?: boolean;
  manifestUri?: string;
  deadline: string;
  trials: string;
  watchdog: string;
  allowTestKey?: boolean;
  yes?: boolean;
  json?: boolean;
}

const collect = (value: string, before: string[]) => [...before, value];

/** Options that `provision` and `sim` share. */
export function addIdentityOptions(command: Command): Command {
  return command
    .option("--trust <key>", "a trusted public key, PEM file or 64 hex digits; repeat", collect, [])
    .option("--config <file>", "settings of the project (default: ./suitcase.json if present)")
    .option("--vendor-domain <domain>", "the vendor: a domain, or 32 hex digits")
    .option("--class-name <class>", "the class of boards: any text, or 32 hex digits")
    .option("--device <hex>", "the device's identifier, 32 hex digits (default: a random one)")
    .option("--firmware <envelope>", "a signed first firmware (default: the agent alone)")
    .option("--keep-console", "leave the console open, for development: an open door for ever")
    .option("--bond", "over Bluetooth only paired hosts may write")
    .option("--no-ble-uart", "no UART service of Espruino's over Bluetooth")
    .option(
      "--manifest-uri <url>",
      "where the board finds its first release (push without an envelope)",
    )
    .option("--deadline <seconds>", "time in which a trial must be confirmed", "60")
    .option("--trials <boots>", "boots that a trial may take", "3")
    .option("--watchdog <seconds>", "reset of a board that hangs; 0 for none", "30")
    .option("--allow-test-key", "trust a published test key (tests only)");
}

/** `suitcase provision`: makes a blank board into one that only takes signed firmware. */
export function provisionCommand(): Command {
  const command = new Command("provision")
    .description("lay bootloader, trusted keys and first firmware on a board; erases it")
    .requiredOption("--board <address>", "sim:FILE (boards on a wire come with a later release)")
    .option("--profile <name>", "the kind of board (default: suitcase.json's, or puckjs)")
    .option("--yes", "erase a board that is provisioned already")
    .option("--json", "print the result as JSON");
  return addIdentityOptions(command).action(async (flags: ProvisionFlags & { board: string }) => {
    const address = parseAddress(flags.board);
    if (address.kind !== "sim")
      throw new SuitcaseError("NOT_YET", `Provisioning over ${address.kind}: is not built yet`);
    const result = provisionFile(address.file, flags);
    if (flags.json) printJson(result);
    else {
      print(`${address.file}: a ${result.profile} with sequence ${result.sequence}`);
      print(`  vendor ${result.vendor}  class ${result.class}  device ${result.device}`);
      for (const key of result.keys) print(`  trusts ${key}`);
      print(result.doors.length ? `  not secure: ${result.doors.join("; ")}` : "  console closed");
    }
  });
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new SuitcaseError("BAD_USAGE", `--${name} ${text} is not ${min} to ${max}`);
  return value;
}

/** Provisions the board that lives in a file. */
export function provisionFile(file: string, flags: ProvisionFlags) {
  const { config, file: configFile } = loadConfig(flags.config);
  const named = flags.vendorDomain !== undefined && flags.className !== undefined;
  if (configFile === null && !named)
    note(`note: no suitcase.json: vendor "${config.vendor}", class "${config.class}" are assumed`);
  const identity = resolveIdentity({
    ...config,
    vendor: flags.vendorDomain ?? config.vendor,
    class: flags.className ?? config.class,
    device: flags.device ?? config.device,
  });
  const profile = profileOf(flags.profile ?? config.board);
  const keys = flags.trust.map((key) => {
    const publicKey = loadTrust(key);
    refuseTestKey(publicKey, flags.allowTestKey);
    return { public: publicKey, kid: new Uint8Array(0), roles: ["author"] };
  });
  if (keys.length === 0) throw new SuitcaseError("KEY_COUNT", "No --trust was given");
  if (
    new Set(flags.trust.map((key) => Buffer.from(loadTrust(key)).toString("hex"))).size <
    keys.length
  )
    throw new SuitcaseError("KEY_COUNT", "The same key was given twice");
  if (!flags.yes && provisionedAs(file))
    throw new SuitcaseError("ALREADY_PROVISIONED", `${file} holds a provisioned board`);
  const device = identity.device ?? randomDevice();
  const firmware = flags.firmware === undefined ? undefined : loadFirmware(flags.firmware);
  const board = {
    profile,
    vendor: identity.vendor,
    class: identity.class,
    device,
    keys,
    keepConsole: flags.keepConsole === true,
    bond: flags.bond === true,
    bleUart: flags.bleUart,
    manifestUri: flags.manifestUri === undefined ? undefined : manifestUri(flags.manifestUri),
    deadline: whole("deadline", flags.deadline, 1, 65535),
    trials: whole("trials", flags.trials, 1, 255),
    watchdog: whole("watchdog", flags.watchdog, 0, 255),
  };
  const parts = { boot: readBundle("boot.js"), agent: readBundle(agentBundle(profile)), firmware };
  const { sequence, digest } = writeFlash(file, profile, (flash) => provision(flash, board, parts));
  return {
    board: `sim:${file}`,
    profile: profile.name,
    sequence,
    digest,
    vendor: formatUuid(identity.vendor),
    class: formatUuid(identity.class),
    device: formatUuid(device),
    keys: keys.map((key) => Buffer.from(key.public).toString("hex")),
    doors: flags.keepConsole ? ["the console is open"] : [],
  };
}

/** Opens the flash for `work`; a file that was made for it does not stay when the work fails. */
function writeFlash<T>(file: string, profile: Profile, work: (flash: NorFlash) => T): T {
  const isNew = !existsSync(file);
  const release = claim(file);
  try {
    const flash = openFlash(file, profile);
    try {
      return work(flash);
    } catch (error) {
      if (isNew) rmSync(file, { force: true });
      throw error;
    } finally {
      flash.close();
    }
  } finally {
    release();
  }
}

function loadFirmware(file: string) {
  const { members } = stripIntegrated(new Uint8Array(readInput(file, "the first firmware")));
  return {
    envelope: new Uint8Array(readInput(file, "the first firmware")),
    payload: (uri: string) => members.get(uri) ?? payloadBeside(file, uri),
  };
}
