import { createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import { readInput } from "../../author/files.js";
import { loadTrust, publicKeyToPem } from "../../author/keys.js";
import { isWeakKey } from "../../author/weak-keys.js";
import { SuitcaseError } from "../../errors.js";

/** A key that envelopes of others are verified with. */
export interface ForeignKey {
  /** How the user named it; of a secret only its kind or its file. */
  label: string;
  kind: "P-256" | "Ed25519" | "HMAC";
  key: KeyObject;
}

const wrongKind = (detail: string) => new SuitcaseError("FOREIGN_KEY", detail);

/** An HMAC secret as a key. Any length but zero, as HMAC allows (RFC 2104). */
export function hmacKey(secret: Uint8Array, label: string): ForeignKey {
  if (secret.length === 0) throw wrongKind(`${label} holds an empty secret`);
  return { label, kind: "HMAC", key: createSecretKey(secret) };
}

/**
 * A public key from SPKI PEM text (RFC 5480 for P-256, RFC 8410 for Ed25519).
 *
 * @throws NOT_A_KEY, KEY_IS_PRIVATE, FOREIGN_KEY, WEAK_KEY
 */
export function publicForeignKey(text: string, label: string): ForeignKey {
  // Node would take the public half of a private key; whoever gives one made a mistake.
  if (text.includes("PRIVATE KEY-----"))
    throw new SuitcaseError("KEY_IS_PRIVATE", `${label} is a private key; give the public one`);
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch {
    throw new SuitcaseError("NOT_A_KEY", `${label} is not a PEM key that can be read`);
  }
  const type = key.asymmetricKeyType;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (type === "ec" && curve === "prime256v1") return { label, kind: "P-256", key };
  if (type !== "ed25519")
    throw wrongKind(`${label} is a key of type ${type}${curve ? ` on ${curve}` : ""}`);
  const raw = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
  if (isWeakKey(raw)) throw new SuitcaseError("WEAK_KEY");
  return { label, kind: "Ed25519", key };
}

/**
 * Loads what `--key` names: an SPKI PEM file (P-256 or Ed25519), 64 hex digits (Ed25519),
 * `hmac:HEX`, or `hmac:FILE` whose bytes are the secret.
 *
 * @throws FILE_MISSING, FILE_UNREADABLE, and what {@link publicForeignKey} throws
 */
export function loadForeignKey(text: string): ForeignKey {
  if (text.startsWith("hmac:")) {
    const given = text.slice("hmac:".length);
    if (/^([0-9a-fA-F]{2})+$/.test(given)) return hmacKey(Buffer.from(given, "hex"), "hmac:(hex)");
    if (given === "") throw wrongKind("hmac: needs hex digits or a file");
    return hmacKey(readInput(given, "the secret"), text);
  }
  if (/^[0-9a-fA-F]{64}$/.test(text))
    return publicForeignKey(publicKeyToPem(loadTrust(text)), text);
  return publicForeignKey(readInput(text, "the key").toString("latin1"), text);
}
