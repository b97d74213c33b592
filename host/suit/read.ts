import { decode, decodeFirst, encode, Tagged } from "cborg";
import { NOT_AN_ENVELOPE } from "../../device/errors.js";
import { SuitcaseError } from "../errors.js";
import { MANIFEST, SEQUENCE_NUMBER, TAG_ENVELOPE } from "./codes.js";

/**
 * Tolerant reading, for people who want to look at an envelope. Nothing that is read here is
 * trusted: whether a board accepts an envelope is decided by device/suit alone.
 */

/** An item that could be read, and what is odd about it. */
export interface Reading {
  value: unknown;
  /** Sentences without a full stop. The order of keys in maps is none of them. */
  oddities: string[];
}

/** Keeps every tag instead of refusing those without a decoder. */
export const keepTags = new Proxy(
  {},
  {
    get: (_, tag) => (content: () => unknown) => new Tagged(Number(tag), content()),
  },
);
const OPTIONS = { useMaps: true, tags: keepTags };

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

const same = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Reads one CBOR item, however it is written; undefined when that is impossible. Never throws. */
export function readCbor(bytes: Uint8Array): Reading | undefined {
  const first = attempt(() => decodeFirst(bytes, OPTIONS));
  if (!first) return undefined;
  const [value, rest] = first;
  const oddities: string[] = [];
  if (rest.length > 0) oddities.push(`${rest.length} bytes follow the end`);
  const item = bytes.subarray(0, bytes.length - rest.length);
  if (!attempt(() => [decode(item, { ...OPTIONS, rejectDuplicateMapKeys: true })]))
    oddities.push("a map holds a key twice, and only the last is shown");
  // In the order that the item has: the order of keys is map-order.ts's.
  const shortest = attempt(() => encode(value, { mapSorter: () => 0 }));
  if (shortest && !same(shortest, item)) oddities.push("not in canonical form");
  return { value, oddities };
}

/** The outermost layer of an envelope. */
export interface EnvelopeReading extends Reading {
  /** 107, another number, or null for an untagged map. */
  tag: number | null;
  members: Map<unknown, unknown>;
}

/**
 * Reads the outermost layer: a map, tagged or not.
 *
 * @throws NOT_AN_ENVELOPE
 */
export function readEnvelope(bytes: Uint8Array, where: string): EnvelopeReading {
  const wrong = (why: string) => new SuitcaseError(NOT_AN_ENVELOPE, `${where}: ${why}`);
  const reading = readCbor(bytes);
  if (!reading) throw wrong("this is not CBOR, so it is no SUIT envelope");
  const { value } = reading;
  const tag = value instanceof Tagged ? value.tag : null;
  const members: unknown = value instanceof Tagged ? value.value : value;
  if (!(members instanceof Map)) throw wrong("this is CBOR, but no SUIT envelope");
  if (!members.has(MANIFEST)) throw wrong("this is a CBOR map, but it holds no SUIT manifest");
  return { ...reading, tag, members };
}

/** The sequence number of an envelope, or undefined when there is none to be read. */
export function readSequence(bytes: Uint8Array): number | undefined {
  const envelope = attempt(() => readEnvelope(bytes, ""));
  const manifest = envelope?.tag === TAG_ENVELOPE && envelope.members.get(MANIFEST);
  if (!(manifest instanceof Uint8Array)) return undefined;
  const content = readCbor(manifest)?.value;
  const sequence = content instanceof Map ? content.get(SEQUENCE_NUMBER) : undefined;
  return typeof sequence === "number" ? sequence : undefined;
}
