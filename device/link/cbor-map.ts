/**
 * The CBOR maps of SMP. They are not signed and never touch the flash: requests may be of indefinite
 * length (some clients know no other). Answers are definite; numbers and lengths above 23 take four
 * bytes. They are byte strings (characters 0 to 255), which every engine joins natively.
 *
 * This reader stays in memory as long as the board runs; the strict one (suit/cbor.ts) is only there
 * while something is offered.
 */
import { characters, chars } from "../bytes.js";
import { CBOR_INDEFINITE, CBOR_TRUNCATED, CBOR_TYPE, fail } from "../errors.js";

/** A request's values; texts and byte strings as bytes. */
export interface Request {
  off?: number;
  len?: number;
  data?: Uint8Array;
  d?: Uint8Array;
  role?: number;
  stream_session_id?: number;
  confirm?: boolean;
  dry?: boolean;
  hold?: boolean;
}

export type Value = number | string | Uint8Array | Value[] | undefined | { [key: string]: Value };

/** Major types, as the highest three bits of a head. */
const BYTES = 0x40;
const TEXT = 0x60;
const MAP = 0xa0;
const TRUE = 0xf5;
const INDEFINITE_MAP = 0xbf;
const BREAK = 0xff;

let packet: Uint8Array;
let at = 0;

/** Reads `bytes` from `from` on. */
export const begin = (bytes: Uint8Array, from: number): void => {
  packet = bytes;
  at = from;
};

export const next = (): number => (at < packet.length ? packet[at++] : fail(CBOR_TRUNCATED, at));

/** The argument of the head that starts with `first`. */
export const argument = (first: number): number => {
  let value = first & 31;
  if (value > 23) {
    if (value > 27) fail(CBOR_INDEFINITE, at);
    let left = 1 << (value - 24);
    for (value = 0; left; left--) value = value * 256 + next();
  }
  return value;
};

/** The content of a string. */
export const string = (first: number): Uint8Array => {
  const size = argument(first);
  at += size;
  return at > packet.length ? fail(CBOR_TRUNCATED, at) : packet.subarray(at - size, at);
};

const readValue = (): unknown => {
  const first = next();
  const type = first & 0xe0;
  // true, and one byte of anything else: no command takes other values.
  return type
    ? type === BYTES || type === TEXT
      ? string(first)
      : first === TRUE
    : argument(first);
};

/** Reads the map that starts at `from`; what is not known is read over. Throws 1xx. */
export const readRequest = (bytes: Uint8Array, from: number): Request => {
  const request: { [key: string]: unknown } = {};
  begin(bytes, from);
  if (from < bytes.length) {
    let first = next();
    let left = first === INDEFINITE_MAP ? -1 : argument(first);
    if ((first & 0xe0) !== MAP) fail(CBOR_TYPE, from);
    for (; left; left--) {
      first = next();
      if (left < 0 && first === BREAK) break;
      if ((first & 0xe0) !== TEXT) fail(CBOR_TYPE, at);
      const text = string(first);
      const name = chars(text, 0, text.length);
      const value = readValue();
      // Small letters only: under `__proto__` Espruino would look other names up in the value, and crash.
      if (name > "a") request[name] = value;
    }
  }
  return request;
};
const encodeHead = (type: number, value: number): string =>
  value < 24
    ? characters((type << 5) | value)
    : characters(
        (type << 5) | 26,
        (value >> 24) & 255,
        (value >> 16) & 255,
        (value >> 8) & 255,
        value & 255,
      );

/** Encodes numbers from -2^31 to 2^32 - 1, texts, byte strings, arrays and maps of what is defined. */
export const encode = (value: Value): string => {
  if (typeof value === "number") return value < 0 ? encodeHead(1, ~value) : encodeHead(0, value);
  if (typeof value === "string") return encodeHead(3, value.length) + value;
  // By what it has: `instanceof` would look for a global name, which an app may have taken away.
  const bytes = value as Uint8Array;
  if (bytes.buffer) return encodeHead(2, bytes.length) + chars(bytes, 0, bytes.length);
  if (Array.isArray(value)) return encodeHead(4, value.length) + value.map(encode).join("");
  const members = value as { [key: string]: Value };
  const keys = Object.keys(members).filter((key) => members[key] !== undefined);
  return (
    encodeHead(5, keys.length) + keys.map((key) => encode(key) + encode(members[key])).join("")
  );
};
