/**
 * Strict CBOR for the reference: cborg decodes, and the result has to encode to the same bytes again
 * (RFC 8949 section 4.2.1). One layer at a time: what is in a byte string is decoded when it is its turn.
 */
import { decode, encode, type TagDecoder, Tagged } from "cborg";
import { type ErrorClass, Refused, refuse } from "./errors.js";

/** What cborg says, and what we call it. The first row that fits counts. */
const REASONS: [RegExp, ErrorClass][] = [
  [/not enough|did not find any content/, "CBOR_TRUNCATED"],
  [/too many terminals/, "CBOR_TRAILING"],
  [/indefinite length|unexpected break/, "CBOR_INDEFINITE"],
  [/more bytes than necessary/, "CBOR_NOT_SHORTEST"],
  [/repeat map key/, "CBOR_DUPLICATE_KEY"],
  [/64-bit integer|safe integer range|larger than allowable/, "CBOR_RANGE"],
];

/** Keeps every tag, so that the place where it stands can say that it does not belong there. */
const TAGS = new Proxy<Record<number, TagDecoder>>(
  {},
  { get: (_, number) => (content: () => unknown) => new Tagged(Number(number), content()) },
);

const OPTIONS = {
  tags: TAGS,
  strict: true,
  allowIndefinite: false,
  allowUndefined: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
};

/** Encodes again; maps keep the order in which their keys came. */
export function again(item: unknown): Uint8Array {
  return encode(item, { mapSorter: undefined });
}

/** Core deterministic order: the encoded keys ascend bytewise. */
function checkOrder(item: unknown): void {
  if (Array.isArray(item)) item.forEach(checkOrder);
  if (!(item instanceof Map)) return;
  const keys = [...item.keys()].map((key) => Buffer.from(again(key)));
  for (let i = 1; i < keys.length; i++)
    if (Buffer.compare(keys[i - 1], keys[i]) > 0) refuse("CBOR_KEY_ORDER");
  for (const value of item.values()) checkOrder(value);
}

/** Decodes one item that fills `bytes`. */
export function strict(bytes: Uint8Array): unknown {
  let item: unknown;
  try {
    item = decode(bytes, OPTIONS);
  } catch (thrown) {
    const { message } = thrown as Error;
    // NaN, Infinity and other simple values: no such thing belongs into a manifest.
    throw new Refused(REASONS.find(([pattern]) => pattern.test(message))?.[1] ?? "CBOR_TYPE");
  }
  checkOrder(item);
  // What can differ now is a float, or a text that is not UTF-8: texts are ASCII where they count, so
  // that is left to the place where the text stands.
  if (Buffer.compare(again(item), bytes) !== 0 && !hasBrokenText(item)) refuse("CBOR_TYPE");
  return item;
}

function hasBrokenText(item: unknown): boolean {
  if (typeof item === "string") return item.includes("\ufffd");
  if (Array.isArray(item)) return item.some(hasBrokenText);
  return item instanceof Map && [...item].flat().some(hasBrokenText);
}

const isInteger = (item: unknown): item is number | bigint =>
  typeof item === "bigint" || (typeof item === "number" && Number.isInteger(item));

export function asInteger(item: unknown): number {
  if (!isInteger(item)) return refuse("CBOR_TYPE");
  return typeof item === "bigint" ? refuse("CBOR_RANGE") : item;
}

export function asUint(item: unknown): number {
  return isInteger(item) && item < 0 ? refuse("CBOR_TYPE") : asInteger(item);
}

export function asBytes(item: unknown): Uint8Array {
  return item instanceof Uint8Array ? item : refuse("CBOR_TYPE");
}

export function asText(item: unknown): string {
  return typeof item === "string" ? item : refuse("CBOR_TYPE");
}

export function asArray(item: unknown): unknown[] {
  return Array.isArray(item) ? item : refuse("CBOR_TYPE");
}

export function asMap(item: unknown): Map<unknown, unknown> {
  return item instanceof Map ? item : refuse("CBOR_TYPE");
}

/** Content of a byte string as one item. */
export function inside(item: unknown): unknown {
  return strict(asBytes(item));
}

/** Bytes that the head of a byte string takes. */
export function headSize(content: Uint8Array): number {
  return again(content).length - content.length;
}

/** Where each item of an array stands, from the array's own first byte. */
export function offsets(items: unknown[]): number[] {
  const sizes = items.map((item) => again(item).length);
  let at = again(items).length - sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size) => {
    at += size;
    return at - size;
  });
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
