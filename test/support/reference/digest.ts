/** SUIT_Digest (draft section 10): `[-16, 32 bytes]`; suit-mti knows no other algorithm. */
import { createHash } from "node:crypto";
import { again, asArray, asBytes, asInteger } from "./cbor.js";
import { refuse } from "./errors.js";

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(bytes).digest());

export const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Gives the SHA-256 that a decoded SUIT_Digest holds. */
export function digestIn(item: unknown): Uint8Array {
  const items = asArray(item);
  if (items.length !== 2) return refuse("DIGEST_UNSUPPORTED");
  const algorithm = asInteger(items[0]);
  if (algorithm >= 0) return refuse("CBOR_TYPE");
  if (algorithm !== -16) return refuse("DIGEST_UNSUPPORTED");
  const bytes = asBytes(items[1]);
  return bytes.length === 32 ? bytes : refuse("DIGEST_UNSUPPORTED");
}

/**
 * The digest of an element of the manifest covers its byte string with the head (8.3, 8.4.12): here
 * `content` is put into a byte string again.
 */
export const digestOfElement = (content: Uint8Array): Uint8Array => sha256(again(content));
