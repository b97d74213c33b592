import { encode, rfc8949EncodeOptions } from "cborg";

/** Deterministic CBOR (RFC 8949, section 4.2.1): shortest forms, keys in bytewise order. */
export function cbor(value: unknown): Uint8Array {
  return encode(value, rfc8949EncodeOptions);
}
