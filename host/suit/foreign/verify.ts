import { createHmac, timingSafeEqual, verify } from "node:crypto";
import { type CoseSignature, signedBytes } from "./cose.js";
import type { ForeignKey } from "./keys.js";

/**
 * The algorithms that can be verified here, with the kind of key each needs (RFC 9053; RFC 9864 for
 * the two that name their curve). ES256 is taken with P-256 only, as in all profiles of SUIT.
 */
const ALGORITHMS: Record<number, { kind: ForeignKey["kind"]; bytes: number }> = {
  5: { kind: "HMAC", bytes: 32 },
  [-7]: { kind: "P-256", bytes: 64 },
  [-8]: { kind: "Ed25519", bytes: 64 },
  [-9]: { kind: "P-256", bytes: 64 },
  [-19]: { kind: "Ed25519", bytes: 64 },
};

/** The kind of key that an algorithm needs, or undefined when it cannot be verified here. */
export function keyKind(algorithm: unknown): ForeignKey["kind"] | undefined {
  if (typeof algorithm !== "number" || !Object.hasOwn(ALGORITHMS, algorithm)) return undefined;
  return ALGORITHMS[algorithm].kind;
}

/**
 * Whether this key made this signature or MAC. The key must be of the algorithm's kind: otherwise a
 * public key could pass as an HMAC secret. Flaws of the block are the caller's to look at.
 *
 * @param payload the encoded SUIT_Digest
 */
export function verifies(found: CoseSignature, payload: Uint8Array, given: ForeignKey): boolean {
  const { algorithm, value } = found;
  const kind = keyKind(algorithm);
  if (!value || kind !== given.kind) return false;
  if (value.length !== ALGORITHMS[algorithm as number].bytes) return false;
  const message = signedBytes(found, payload);
  if (kind === "HMAC") {
    const right = createHmac("sha256", given.key).update(message).digest();
    return timingSafeEqual(right, value);
  }
  // COSE writes ECDSA signatures as r and s, 32 bytes each (RFC 9053, section 2.1), not as DER.
  if (kind === "P-256")
    return verify("sha256", message, { key: given.key, dsaEncoding: "ieee-p1363" }, value);
  return verify(null, message, given.key, value);
}
