/**
 * The keys that the page checks signatures with before it sends anything. Boards have their own and
 * never ask for these: a wrong key here can only keep the page from sending.
 */
import { SuitcaseError } from "../errors.js";

/** DER in front of an Ed25519 public key: SubjectPublicKeyInfo (RFC 8410, section 4). */
const SPKI_HEAD = "302a300506032b6570032100";

/**
 * Reads a public key: 64 hex digits, or the text of a .pub file.
 *
 * @returns 64 hex digits
 * @throws NOT_A_KEY, KEY_IS_PRIVATE, KEY_TYPE
 */
export function parseKey(text: string): string {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return trimmed.toLowerCase();
  if (trimmed.includes("PRIVATE KEY"))
    throw new SuitcaseError("KEY_IS_PRIVATE", "This is a private key. Keep it to yourself.");
  const body = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(
    trimmed,
  );
  if (!body) throw new SuitcaseError("NOT_A_KEY", "This is neither 64 hex digits nor a .pub file.");
  const digits = hexOfBase64((body[1] as string).replace(/\s/g, ""));
  if (!digits?.startsWith(SPKI_HEAD) || digits.length !== SPKI_HEAD.length + 64)
    throw new SuitcaseError("KEY_TYPE", "This is a key of another kind than Ed25519.");
  return digits.slice(SPKI_HEAD.length);
}

function hexOfBase64(base64: string): string | null {
  try {
    return [...atob(base64)]
      .map((character) => character.charCodeAt(0).toString(16).padStart(2, "0"))
      .join("");
  } catch {
    return null;
  }
}

export function keyBytes(digits: string): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}
