/**
 * The CBOR maps of SMP. They are not signed and never touch the flash: requests may be of indefinite
 * length (some clients know no other), answers are definite and shortest. Answers are byte strings
 * (characters 0 to 255), which every engine joins natively.
 */
import { chars } from "../bytes.js";
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

export type Value = number | string | Uint8Array | Value[] | { [key: string]: Value };

const INDEFINITE_MAP = 0xbf;
const BREAK = 0xff;

const readValue = (): unknown => {
  const type = major();
  if (type === UINT) return head(UINT);
  if (type === BYTES || type === TEXT) {
    const from = string(type);
    return input.subarray(from, at);
  }
  // true, and one byte of anything else: no command takes other values.
  return skip(TRUE) || !skip(peek());
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

const encodeHead = (type: number, value: number): string => {
  const first = type << 5;
  const bytes =
    value < 24
      ? [first | value]
      : value < 256
        ? [first | 24, value]
        : value < 65536
          ? [first | 25, value >> 8, value]
          : [first | 26, value >> 24, value >> 16, value >> 8, value];
  return chars(new Uint8Array(bytes), 0, bytes.length);
};

/** Encodes numbers from -2^16 to 2^32 - 1, texts, byte strings, arrays and maps. */
export const encode = (value: Value): string => {
  if (typeof value === "number")
    return value < 0 ? encodeHead(1, -1 - value) : encodeHead(0, value);
  if (typeof value === "string") return encodeHead(3, value.length) + value;
  if (value instanceof Uint8Array)
    return encodeHead(2, value.length) + chars(value, 0, value.length);
  if (Array.isArray(value)) return encodeHead(4, value.length) + value.map(encode).join("");
  const keys = Object.keys(value);
  let result = encodeHead(5, keys.length);
  for (let i = 0; i < keys.length; i++) result += encode(keys[i]) + encode(value[keys[i]]);
  return result;
};
