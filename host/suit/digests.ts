import { createHash } from "node:crypto";
import { cbor } from "./cbor.js";

/**
 * Hashes by their COSE number (RFC 9054; draft-ietf-suit-manifest-37, section 10). SHAKE128 gives 32
 * bytes and SHAKE256 gives 64 there. 2 is the SHA-256 of the drafts up to -13.
 */
const HASHES: Record<number, { name: string; length: number }> = {
  2: { name: "sha256", length: 32 },
  [-16]: { name: "sha256", length: 32 },
  [-18]: { name: "shake128", length: 32 },
  [-43]: { name: "sha384", length: 48 },
  [-44]: { name: "sha512", length: 64 },
  [-45]: { name: "shake256", length: 64 },
};

/**
 * Compares a decoded SUIT_Digest `[algorithm, bytes]` with what it was taken of: a byte string
 * including its head, as it stands in the envelope.
 *
 * @param content the byte string without its head
 * @returns undefined when the digest is none, or of an algorithm that is not known here
 */
export function digestFits(digest: unknown, content: Uint8Array): boolean | undefined {
  if (!Array.isArray(digest)) return undefined;
  const [algorithm, bytes] = digest as unknown[];
  if (typeof algorithm !== "number" || !(bytes instanceof Uint8Array)) return undefined;
  const hash = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (!hash) return undefined;
  const { name, length } = hash;
  const options = name.startsWith("shake") ? { outputLength: length } : {};
  const right = createHash(name, options).update(cbor(content)).digest();
  return right.equals(bytes);
}
