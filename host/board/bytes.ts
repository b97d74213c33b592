/** Espruino's strings are strings of bytes; this turns them, and what else holds bytes, around. */
import { isAnyArrayBuffer } from "node:util/types";

/** A string of bytes, one character 0 to 255 each. */
export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/**
 * The bytes of an argument, as `E.toUint8Array` and `Flash.write` take them: text, number, array
 * (nested), typed array (one byte for each element), ArrayBuffer or `{data, count}`. Undefined when
 * it is none of these.
 */
export function toBytes(value: unknown): Uint8Array | undefined {
  // With a buffer of its own: that of a Buffer may be one of many.
  if (typeof value === "string") return new Uint8Array(Buffer.from(value, "latin1"));
  if (typeof value === "number") return Uint8Array.of(value);
  if (isAnyArrayBuffer(value)) return new Uint8Array(value).slice();
  if (ArrayBuffer.isView(value)) return Uint8Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) {
    const parts = value.map(toBytes);
    return parts.includes(undefined) ? undefined : join(parts as Uint8Array[]);
  }
  if (typeof value === "object" && value !== null && "data" in value) {
    const { data, count = 1 } = value as { data: unknown; count?: number };
    const bytes = toBytes(data);
    return bytes && join(new Array<Uint8Array>(count).fill(bytes));
  }
  return undefined;
}

export function join(parts: Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0] : new Uint8Array(Buffer.concat(parts));
}
