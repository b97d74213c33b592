import { Tagged } from "cborg";
import { formatUuid } from "../author/uuid.js";
import { INVOKE_ARGS, OVERRIDE_PARAMETERS } from "./codes.js";
import { diagnostic, hex } from "./diagnostic.js";
import { decodeRule, ruleText } from "./health-rule.js";
import { ALGORITHM_NAMES, COMMAND_NAMES, nameOf, PARAMETER_NAMES } from "./names.js";
import { readCbor } from "./read.js";

/** One command in words. */
export interface CommandView {
  code: number | string;
  name: string;
  /** What the command is told; absent where `parameters` or `sequences` hold it. */
  argument?: string;
  /** For override- and set-parameters. */
  parameters?: Record<string, string>;
  /** For try-each and run-sequence: the nested sequences. */
  sequences?: CommandView[][];
}

/** Collects what is worth a remark while an envelope is looked at. */
export interface Remarks {
  /** What is wrong with the form of the envelope: unreadable parts, unknown code points. */
  structure: string[];
  /** What else is worth a warning. */
  warnings: string[];
  /** Hex of every image digest named in a command. */
  imageDigests: Set<string>;
  /** A command sets encryption-info: digests are then of what comes out of the decryption. */
  encrypted: boolean;
}

const SET_COMPONENT_INDEX = 12;
const TRY_EACH = 15;
const SET_PARAMETERS = 19;
const RUN_SEQUENCE = 32;
const NESTING = 12;
const UUIDS = [1, 2, 24];
const IMAGE_DIGEST = 3;
const ENCRYPTION_INFO = 19;
const REPORT_BITS = ["success", "failure", "sysinfo on success", "sysinfo on failure"];
/** Commands whose argument is something else than a reporting policy. */
const NOT_REPORTING = [12, 15, 19, 20, 32, 34, 35];

/** A SUIT_Digest in words: `SHA-256 0123..`. */
export function digestText(value: unknown): string {
  if (!Array.isArray(value) || !(value[1] instanceof Uint8Array)) return diagnostic(value);
  return `${nameOf(ALGORITHM_NAMES, value[0])} ${hex(value[1])}`;
}

function parameterText(code: unknown, value: unknown, remarks: Remarks): string {
  if (value instanceof Uint8Array && value.length === 16 && UUIDS.includes(code as number))
    return formatUuid(value);
  if (value instanceof Tagged && value.tag === 112)
    return `private enterprise number ${diagnostic(value.value)}`;
  if (code === IMAGE_DIGEST && value instanceof Uint8Array) {
    const digest = readCbor(value)?.value;
    if (Array.isArray(digest) && digest[1] instanceof Uint8Array)
      remarks.imageDigests.add(hex(digest[1]));
    return digestText(digest ?? value);
  }
  if (code === INVOKE_ARGS && value instanceof Uint8Array) {
    const rule = decodeRule(value);
    return rule ? `confirm when ${ruleText(rule)}` : diagnostic(value);
  }
  if (code === ENCRYPTION_INFO) remarks.encrypted = true;
  return typeof value === "string" ? value : diagnostic(value);
}

function readParameters(map: Map<unknown, unknown>, remarks: Remarks): Record<string, string> {
  const entries = [...map].map(([code, value]): [string, string] => {
    const name = nameOf(PARAMETER_NAMES, code);
    if (name.startsWith("unknown")) remarks.structure.push(`parameter ${name}`);
    return [name, parameterText(code, value, remarks)];
  });
  return Object.fromEntries(entries);
}

function reportText(policy: number): string {
  const chosen = REPORT_BITS.filter((_, bit) => policy & (1 << bit));
  return `report ${policy}: ${chosen.join(", ") || "nothing"}`;
}

/** What a command is told, by the kind of its argument. */
function readArgument(
  code: unknown,
  argument: unknown,
  components: string[],
  remarks: Remarks,
  depth: number,
): Omit<CommandView, "code" | "name"> {
  const nested = (bytes: unknown) => readSequence(bytes, components, remarks, depth + 1);
  const component = (index: unknown) =>
    `${diagnostic(index)} (${components[index as number] ?? "no such component"})`;
  if (code === SET_COMPONENT_INDEX) {
    if (argument === true) return { argument: "all components" };
    const indices = Array.isArray(argument) ? argument : [argument];
    return { argument: indices.map(component).join(", ") };
  }
  if (code === TRY_EACH && Array.isArray(argument))
    return { sequences: argument.map((item) => (item === null ? [] : nested(item))) };
  if (code === RUN_SEQUENCE && argument instanceof Uint8Array)
    return { sequences: [nested(argument)] };
  if ((code === OVERRIDE_PARAMETERS || code === SET_PARAMETERS) && argument instanceof Map)
    return { parameters: readParameters(argument, remarks) };
  if (typeof argument === "number" && !NOT_REPORTING.includes(code as number))
    return { argument: reportText(argument) };
  return { argument: diagnostic(argument) };
}

/**
 * Reads a command sequence (draft, "SUIT_Command_Sequence": code, argument, code, argument ...).
 * What cannot be read becomes a warning, never an exception.
 *
 * @param value the byte string that holds it
 * @param components the names of the components by index
 */
export function readSequence(
  value: unknown,
  components: string[],
  remarks: Remarks,
  depth = 0,
): CommandView[] {
  if (depth > NESTING) {
    remarks.structure.push(`sequences are nested deeper than ${NESTING}; the rest is not shown`);
    return [];
  }
  const reading = value instanceof Uint8Array ? readCbor(value) : undefined;
  if (!reading || !Array.isArray(reading.value)) {
    remarks.structure.push(`a command sequence cannot be read: ${diagnostic(value)}`);
    return [];
  }
  const items = reading.value;
  for (const oddity of reading.oddities) remarks.structure.push(`command sequence: ${oddity}`);
  if (items.length % 2 !== 0) remarks.structure.push("a command sequence has an odd length");
  const views: CommandView[] = [];
  for (let i = 0; i < items.length; i += 2) {
    const code: unknown = items[i];
    const name = nameOf(COMMAND_NAMES, code);
    if (name.startsWith("unknown")) remarks.structure.push(`command ${name}`);
    const argument = readArgument(code, items[i + 1], components, remarks, depth);
    views.push({ code: typeof code === "number" ? code : diagnostic(code), name, ...argument });
  }
  return views;
}
