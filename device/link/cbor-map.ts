/**
 * The CBOR maps of SMP. They are not signed and never touch the flash: requests may be of indefinite
 * length (some clients know no other). Answers are definite; numbers and lengths above 23 take four
 * bytes. They are byte strings (characters 0 to 255), which every engine joins natively.
 */
import { Bytes, characters, chars } from "../bytes.js";
import {
  at,
  BYTES,
  head,
  input,
  load,
  MAP,
  major,
  peek,
  seek,
  skip,
  string,
  TEXT,
  TRUE,
  UINT,
} from "../suit/cbor.js";

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
}

export type Value =
  | number
  | string
  | Uint8Array
  | Value[]
  | undefined
  | { [key: string]: Value };

const INDEFINITE_MAP = 0xbf;
const BREAK = 0xff;

const readValue = (): unknown => {
  const type = major();
  if (type === BYTES || type === TEXT) {
    const from = string(type);
    return input.subarray(from, at);
  }
  // true, and one byte of anything else: no command takes other values.
  return type === UINT ? head(UINT) : skip(TRUE) || !skip(peek());
};

/** Reads the map that starts at `from`; what is not known is read over. Throws 1xx. */
export const readRequest = (packet: Uint8Array, from: number): Request => {
  const request: { [key: string]: unknown } = {};
  load(packet);
  seek(from, packet.length);
  for (
    let left = from === packet.length ? 0 : skip(INDEFINITE_MAP) ? -1 : head(MAP);
    left && (left > 0 || peek() !== BREAK);
    left--
  ) {
    const start = string(TEXT);
    const name = chars(input, start, at - start);
    const value = readValue();
    // Small letters only: under `__proto__` Espruino would look other names up in the value, and crash.
    if (name > "a") request[name] = value;
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
  if (value instanceof Bytes)
    return encodeHead(2, value.length) + chars(value, 0, value.length);
  if (Array.isArray(value)) return encodeHead(4, value.length) + value.map(encode).join("");
  const members = value as { [key: string]: Value };
  const keys = Object.keys(members).filter((key) => members[key] !== undefined);
  return (
    encodeHead(5, keys.length) + keys.map((key) => encode(key) + encode(members[key])).join("")
  );
};
