/** One SUIT_Authentication_Block (draft section 8.3, RFC 9052 section 4): COSE_Sign1 by Ed25519. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { again, asArray, asBytes, asInteger, asMap, hex, strict } from "./cbor.js";
import type { ReferenceDevice } from "./device.js";
import { Refused, refuse } from "./errors.js";

/** -19: Ed25519 (RFC 9864); -8: EdDSA, which older tools write. */
const ALGORITHMS = [-19, -8];
const SIGN1 = 0xd2;

interface Headers {
  algorithm?: number;
  kid?: Uint8Array;
}

/** Reads a header map; what is not known is refused, protected or not. */
function readHeader(item: unknown, isProtected: boolean, found: Headers): void {
  for (const [label, value] of asMap(item)) {
    if (typeof label !== "number" || label < 0) refuse("CBOR_TYPE");
    if (label === 2) refuse("COSE_CRITICAL");
    if (label === 4 && !found.kid) found.kid = asBytes(value);
    // The algorithm has to be protected.
    else if (label === 1 && isProtected) {
      found.algorithm = asInteger(value);
      if (found.algorithm >= 0) refuse("CBOR_TYPE");
    } else refuse("COSE_MALFORMED");
  }
}

const SPKI = Buffer.from("302a300506032b6570032100", "hex");
/** Keys by their bytes: reading one takes as long as a verification, and there are few. */
const known = new Map<string, KeyObject>();

function keyOf(bytes: Uint8Array): KeyObject {
  const found = known.get(hex(bytes));
  if (found) return found;
  const key = createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: "der", type: "spki" });
  known.set(hex(bytes), key);
  return key;
}

function isSigned(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, message, keyOf(publicKey), signature);
  } catch {
    // Bytes that are no point of the curve.
    return false;
  }
}

/** Returns when a trusted key made this block over `digest`, the encoded SUIT_Digest. */
export function checkBlock(
  block: Uint8Array,
  digest: Uint8Array,
  keys: ReferenceDevice["keys"],
): void {
  if (!block.length) refuse("CBOR_TRUNCATED");
  if (block[0] !== SIGN1) refuse("COSE_NOT_SIGN1");
  if (block[1] !== 0x84) refuse("COSE_MALFORMED");
  const [header, unprotected, payload, signature] = asArray(strict(block.subarray(1)));
  const found: Headers = {};
  readHeader(strict(asBytes(header)), true, found);
  // Our bootloader reads the length of the protected header from one byte.
  if (asBytes(header).length > 23) refuse("COSE_MALFORMED");
  readHeader(unprotected, false, found);
  if (payload !== null) refuse("COSE_PAYLOAD_ATTACHED");
  const bytes = asBytes(signature);
  if (!ALGORITHMS.includes(found.algorithm ?? 0)) refuse("COSE_ALGORITHM");
  if (bytes.length !== 64) refuse("SIGNATURE_INVALID");

  const { kid } = found;
  const candidates = keys.filter((key) => !key.kid.length || !kid || hex(key.kid) === hex(kid));
  if (!candidates.length) refuse("KEY_UNKNOWN");
  const message = again(["Signature1", header, new Uint8Array(0), digest]);
  if (!candidates.some((key) => isSigned(key.public, message, bytes))) refuse("SIGNATURE_INVALID");
}

/** One good block is enough (1 of n); when there is none the first one's reason counts. */
export function checkBlocks(
  blocks: Uint8Array[],
  digest: Uint8Array,
  keys: ReferenceDevice["keys"],
): void {
  let first: Refused | undefined;
  for (const block of blocks)
    try {
      checkBlock(block, digest, keys);
      return;
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      first ??= thrown;
    }
  throw first;
}
