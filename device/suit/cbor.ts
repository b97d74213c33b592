/**
 * A strict CBOR reader over bytes in RAM (RFC 8949, core deterministic encoding of section 4.2.1).
 *
 * It only ever moves forward over bytes that it has checked to be there, allocates nothing, and
 * refuses indefinite lengths, numbers that are not in their shortest form and numbers beyond 2^53.
 * Nothing is decoded into objects: callers get offsets.
 *
 * There is one reader, as a board reads one thing at a time: its place is the state of this module.
 */
import {
  CBOR_DUPLICATE_KEY,
  CBOR_INDEFINITE,
  CBOR_KEY_ORDER,
  CBOR_NOT_SHORTEST,
  CBOR_RANGE,
  CBOR_TRAILING,
  CBOR_TRUNCATED,
  CBOR_TYPE,
  fail,
} from "../errors.js";

export const UINT = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const NIL = 0xf6;
export const TRUE = 0xf5;
export const FALSE = 0xf4;

/** What is read. */
export let input: Uint8Array;
/** The next byte. */
export let at = 0;
/** One past the last byte that may be read. */
export let end = 0;
/** Where the head that was read last starts: the place that a refusal names. */
let mark = 0;

/** Refuses the item that was read last. */
export const refuse = (code: number): never => fail(code, mark);

/** Goes on at `from`; nothing from `to` on may be read. */
export const seek = (from: number, to: number): void => {
  at = from;
  end = to;
};

/** Reads `bytes` from its start. */
export const load = (bytes: Uint8Array): void => {
  input = bytes;
  seek(0, bytes.length);
};

/** Puts bytes behind what can be read already; gives where they start. */
export const extend = (bytes: Uint8Array): number => {
  const from = input.length;
  const all = new Uint8Array(from + bytes.length);
  all.set(input);
  all.set(bytes, from);
  input = all;
  return from;
};

/** The next byte, not consumed; throws CBOR_TRUNCATED at the end. */
export const peek = (): number => (at < end ? input[at] : fail(CBOR_TRUNCATED, at));

/** The major type of the next item. */
export const major = (): number => {
  mark = at;
  return peek() >> 5;
};

/** Consumes the next byte if it is `byte`. */
export const skip = (byte: number): boolean => {
  mark = at;
  return peek() === byte && !!++at;
};

/** Consumes a head of the given major type; gives its argument, at most 2^53 - 1. */
export const head = (type: number): number => {
  if (major() !== type) refuse(CBOR_TYPE);
  let value = input[at++] & 31;
  if (value > 23) {
    const form = value - 24;
    if (form > 3) refuse(CBOR_INDEFINITE);
    value = 0;
    for (let left = 1 << form; left; left--) {
      value = value * 256 + peek();
      at++;
    }
    // A longer form is for what does not fit into the one before.
    if (value < [24, 256, 65536, 4294967296][form]) refuse(CBOR_NOT_SHORTEST);
    if (value > 9007199254740991) refuse(CBOR_RANGE);
  }
  return value;
};

/** Consumes a whole number, negative or not. */
export const integer = (): number => (major() === NEGATIVE ? -1 - head(NEGATIVE) : head(UINT));

/** Consumes the head of an array or map: its items cannot outnumber the bytes that are left. */
export const items = (type: number): number => {
  const count = head(type);
  return count > end - at ? refuse(CBOR_TRUNCATED) : count;
};

/** Consumes a string of the given major type; gives the offset of its first byte, `at` is its end. */
export const string = (type: number): number => {
  const size = items(type);
  at += size;
  return at - size;
};

/** The text of `bytes` whose head is at `from`. It takes the reader. */
export const textAt = (bytes: Uint8Array, from: number): Uint8Array => {
  load(bytes);
  at = from;
  from = string(TEXT);
  return bytes.subarray(from, at);
};

/** Throws CBOR_TRAILING unless everything up to the limit was consumed. */
export const done = (): void => {
  if (at !== end) fail(CBOR_TRAILING, at);
};

/** Consumes a byte string whose content `read` consumes, to its end (CBOR_TRAILING). */
export const inside = <T>(read: () => T): T => {
  const size = items(BYTES);
  const outer = end;
  end = at + size;
  const result = read();
  done();
  end = outer;
  return result;
};

/** Reads the byte string at `from`; leaves the reader where it was. */
export const reread = <T>(from: number, read: () => T): T => {
  const back = at;
  const outer = end;
  seek(from, input.length);
  const result = inside(read);
  seek(back, outer);
  return result;
};

/** The key -1 - n is given as n and this: canonical CBOR has such keys behind the unsigned ones. */
export const BELOW_0 = 4294967296;

/**
 * Consumes a map with ascending unsigned keys; `member` consumes each value.
 *
 * @param unknown the refusal of a key that is no unsigned number
 * @param negative negative keys are taken too
 */
export const readMap = (
  unknown: number,
  member: (key: number) => void,
  negative?: boolean,
): void => {
  let previous = -1;
  for (let left = items(MAP); left; left--) {
    const isNegative = negative && major() === NEGATIVE;
    if (major() && !isNegative) refuse(unknown);
    const key = isNegative ? head(NEGATIVE) + BELOW_0 : head(UINT);
    if (key <= previous) refuse(key < previous ? CBOR_KEY_ORDER : CBOR_DUPLICATE_KEY);
    previous = key;
    member(key);
  }
};
