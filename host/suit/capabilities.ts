/** SUIT_Capability_Report (draft-ietf-suit-report): what a board's processor supports. */
import { cbor } from "./cbor.js";
import { componentName } from "./diagnostic.js";
import * as names from "./names.js";
import { unknownMembers } from "./report.js";
import { badReport, listOf, strictMap, whole } from "./report-cbor.js";

export interface Capability {
  code: number;
  name: string;
}

/** Lists by what they are of; a list that the board does not give is absent. */
export interface Capabilities {
  /** Names; one that ends with `/*` stands for every component that begins so. */
  components: string[];
  lists: Record<string, Capability[]>;
  /** Members that this version does not know, in diagnostic notation. */
  others: Record<string, string>;
}

const COMPONENTS = 1;

/** Commands that steer: every processor has them, and they stand in no table. */
const STEERING = [12, 15, 20, 32];
/** SHA-256, Ed25519 and the older number of it: what every agent takes. */
const ALGORITHMS = [-16, -19, -8];
const SET_VERSION = 6;

/**
 * The SUIT_Capability_Report of a board that sends its tables (device/suit/features.ts) and leaves the
 * writing to the host: one character for each code, from "@" on for a command that it knows, and
 * another than "0" for a parameter.
 */
export function capabilityReport(commands: string, parameters: string): Uint8Array {
  const listed = (table: string, least: string) =>
    [...table].flatMap((character, code) => (character >= least ? [code] : []));
  return cbor(
    new Map<number, unknown>([
      [COMPONENTS, [[true]]],
      [2, [...STEERING, ...listed(commands, "@")].sort((a, b) => a - b)],
      [3, listed(parameters, "1")],
      [4, ALGORITHMS],
      [6, [SET_VERSION]],
    ]),
  );
}

/** Lists of numbers: member of the report, what it is of, the names. */
const LISTS: [member: number, title: string, names: Record<number, string>][] = [
  [2, "commands", names.COMMAND_NAMES],
  [3, "parameters", names.PARAMETER_NAMES],
  [4, "algorithms", names.ALGORITHM_NAMES],
  [5, "envelope", names.ENVELOPE_NAMES],
  [6, "manifest", names.MANIFEST_NAMES],
  [7, "common", names.COMMON_NAMES],
  [8, "text", names.TEXT_NAMES],
  [9, "component text", names.COMPONENT_TEXT_NAMES],
  [10, "dependency", names.DEPENDENCY_NAMES],
];
const REQUIRED = [2, 3, 4];

/** @throws LINK_ANSWER */
export function decodeCapabilities(bytes: Uint8Array): Capabilities {
  const map = strictMap(bytes, "the list of capabilities");
  const lists: Record<string, Capability[]> = {};
  for (const [member, title, table] of LISTS) {
    if (!map.has(member) && !REQUIRED.includes(member)) continue;
    lists[title] = listOf(map.get(member), `the list of ${title}`).map((value) => {
      const code = whole(value, `one of the ${title}`);
      return { code, name: names.nameOf(table, code) };
    });
  }
  return {
    components: listOf(map.get(COMPONENTS), "the list of components").map(capableComponent),
    lists,
    others: unknownMembers(map, [COMPONENTS, ...LISTS.map(([member]) => member)]),
  };
}

/** `true` at the end stands for everything that begins so. */
function capableComponent(value: unknown): string {
  const parts = listOf(value, "a component");
  const isPrefix = parts.at(-1) === true;
  const id = isPrefix ? parts.slice(0, -1) : parts;
  if (!id.every((part) => part instanceof Uint8Array)) throw badReport("a component is no name");
  if (!isPrefix) return componentName(id);
  return id.length === 0 ? "any" : `${componentName(id)}/*`;
}

/** One line for each list. Not escaped yet. */
export function capabilityLines({ components, lists, others }: Capabilities): string[] {
  const line = (title: string, words: string[]) => `${title.padEnd(15)}${words.join(", ")}`;
  return [
    line("components", components),
    ...Object.entries(lists).map(([title, list]) =>
      line(
        title,
        list.map(({ name }) => name),
      ),
    ),
    ...Object.entries(others).map(([key, value]) => line("also", [`${key}: ${value}`])),
  ];
}
