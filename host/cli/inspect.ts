import { Command } from "commander";
import { readInput } from "../author/files.js";
import { type InspectView, inspectEnvelope } from "../author/inspect.js";
import { type LimitUse, limitText, limitUse } from "../author/limits.js";
import { profileOf } from "../board/open.js";
import { SuitcaseError } from "../errors.js";
import type { CommandView } from "../suit/commands.js";
import { loadForeignKey } from "../suit/foreign/keys.js";
import { printable } from "../suit/printable.js";
import { authenticate, authenticationLines, failureOf } from "./inspect-keys.js";
import { print, printJson, reportError } from "./report.js";

interface Flags {
  key: string[];
  lenientOrder?: boolean;
  board?: string;
  json?: boolean;
}

const collect = (value: string, before: string[]) => [...before, value];

/**
 * `suitcase inspect`: shows everything in an envelope in words, and judges nothing. With keys it also
 * verifies envelopes of others; exit 1 when that fails.
 */
export function inspectCommand(): Command {
  return new Command("inspect")
    .description("show everything in an envelope in words, trusted or not")
    .argument("<envelope>", "the .suit file")
    .option(
      "--key <key>",
      "verify with a key: PEM file (P-256, Ed25519), 64 hex digits, hmac:HEX or hmac:FILE; repeat",
      collect,
      [],
    )
    .option("--lenient-order", "read maps whose keys are out of canonical order, and name them")
    .option("--board <board>", "also what it takes of the limits of such a board")
    .option("--json", "print it as JSON")
    .action((file: string, { key, lenientOrder, board, json }: Flags) => {
      const keys = key.map(loadForeignKey);
      const bytes = new Uint8Array(readInput(file, "the envelope"));
      const view = inspectEnvelope(bytes, file);
      if (view.outOfOrder.length > 0 && !lenientOrder) throw disorder(view.outOfOrder, file);
      const limits = board === undefined ? undefined : limitUse(bytes, profileOf(board).limits);
      const found = keys.length > 0 ? authenticate(bytes, keys) : undefined;
      if (json)
        printJson({ ...view, ...(limits && { board, limits }), ...(found && { foreign: found }) });
      else {
        const lines = [...inspectLines(view), ...limitLines(limits ?? [], board)];
        if (found) lines.push(...authenticationLines(found));
        for (const line of lines) print(printable(line));
      }
      const failure = found && failureOf(found, view, file);
      if (failure) process.exitCode = reportError(failure, false);
    });
}

function limitLines(limits: LimitUse[], board = ""): string[] {
  return section(
    `limits of ${board}`,
    limits.map((use) => `${use.used > use.most ? "EXCEEDED: " : ""}${limitText(use)}`),
  );
}

function disorder(paths: string[], file: string): SuitcaseError {
  const detail = `${file}: the keys of a map are not in canonical order: ${paths.join(", ")}`;
  return new SuitcaseError("MAP_ORDER", detail);
}

const indent = (lines: string[]) => lines.map((line) => `  ${line}`);

const pad = (draft: number) => String(draft).padStart(2, "0");

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [title, ...indent(lines)];
}

/** The text form of `suitcase inspect`, one line each. Escape them before they go to a terminal. */
export function inspectLines(view: InspectView): string[] {
  const { authentication, manifest, payloads } = view;
  const { digest, signatures } = authentication;
  return [
    `envelope, ${view.size} bytes, ${view.tag === null ? "untagged" : `tag ${view.tag}`}`,
    ...(view.note ? [`note: ${view.note}`] : []),
    ...indent(
      (view.olderDraft?.evidence ?? []).map(
        ({ found, first, last }) => `drafts -${pad(first)} to -${pad(last)}: ${found}`,
      ),
    ),
    ...indent(
      view.envelope.map(
        ({ key, name, size }) => `${key} ${name}, ${size ?? "no byte string"} bytes`,
      ),
    ),
    `digest ${digest.algorithm} ${digest.value}: ${digest.check}`,
    ...signatures.map(
      ({ type, algorithm, kid, payload, size }) =>
        `signature ${type}, ${algorithm}, key id ${kid ?? "none"}, ${size ?? 0} bytes, payload ${payload}`,
    ),
    `manifest version ${manifest.version}, sequence ${manifest.sequence}`,
    ...(manifest.referenceUri === undefined ? [] : [`reference uri ${manifest.referenceUri}`]),
    ...(manifest.setVersion === undefined ? [] : [`set version ${manifest.setVersion}`]),
    ...section(
      "components",
      manifest.components.map(({ index, name, id }) => `${index} ${name} (${id})`),
    ),
    ...manifest.sequences.flatMap(({ name, commands }) => [
      name,
      ...indent(commandLines(commands)),
    ]),
    ...manifest.severed.map(({ name, digest: of, state }) => `severed ${name}, ${of}: ${state}`),
    ...Object.entries(manifest.others).map(([name, value]) => `${name} ${value}`),
    ...Object.entries(view.text).flatMap(([language, texts]) =>
      section(
        `text ${language}`,
        Object.entries(texts).map(([name, text]) => `${name}: ${text}`),
      ),
    ),
    ...section(
      "integrated payloads",
      payloads.map(({ uri, size, sha256 }) => `${uri}, ${size} bytes, SHA-256 ${sha256}`),
    ),
    ...view.warnings.map((warning) => `warning: ${warning}`),
  ];
}

function commandLines(commands: CommandView[]): string[] {
  if (commands.length === 0) return ["(nothing)"];
  return commands.flatMap(({ name, argument, parameters, sequences }) => {
    const head = argument === undefined ? name : `${name} ${argument}`;
    const set = Object.entries(parameters ?? {}).map(([key, value]) => `${key} = ${value}`);
    const nested = (sequences ?? []).flatMap((sequence, index) => [
      `sequence ${index}`,
      ...indent(commandLines(sequence)),
    ]);
    return [head, ...indent([...set, ...nested])];
  });
}
