import { Tagged } from "cborg";

/** How much of a byte string is shown. */
const SHOWN_BYTES = 64;
const DEPTH = 24;

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A decoded CBOR item in diagnostic notation (RFC 8949, section 8), long byte strings cut. */
export function diagnostic(value: unknown, depth = DEPTH): string {
  if (depth === 0) return "...";
  const inner = (item: unknown) => diagnostic(item, depth - 1);
  if (value instanceof Uint8Array) {
    const cut = value.length > SHOWN_BYTES ? `...' (${value.length} bytes)` : "'";
    return `h'${hex(value.subarray(0, SHOWN_BYTES))}${cut}`;
  }
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  if (value instanceof Tagged) return `${value.tag}(${inner(value.value)})`;
  if (value instanceof Map)
    return `{${[...value].map(([key, item]) => `${inner(key)}: ${inner(item)}`).join(", ")}}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** A component identifier in words: `app`, `slot/h'00'`, or diagnostic notation if it is none. */
export function componentName(id: unknown): string {
  if (!Array.isArray(id) || !id.every((part) => part instanceof Uint8Array)) return diagnostic(id);
  const name = (part: Uint8Array) => {
    const isText = part.length > 0 && part.every((byte) => byte > 0x20 && byte < 0x7f);
    return isText ? String.fromCharCode(...part) : `h'${hex(part)}'`;
  };
  return id.map(name).join("/") || "(empty)";
}
