/**
 * Authentication of a SUIT envelope (draft-ietf-suit-manifest-37 sections 6.2 and 8.3).
 *
 * Nothing of the manifest is looked at before a trusted key has signed its digest and the digest has
 * been compared: up to there only the fixed frame of the wrapper is read. The signature covers the
 * 36 bytes of the SUIT_Digest, the digest covers the manifest's byte string with its head.
 *
 * Like the reader, it holds one envelope: the last one that was authenticated.
 */
import { same } from "../bytes.js";
import {
  CBOR_DUPLICATE_KEY,
  CBOR_KEY_ORDER,
  COSE_ALGORITHM,
  COSE_CRITICAL,
  COSE_MALFORMED,
  COSE_NOT_SIGN1,
  COSE_PAYLOAD_ATTACHED,
  DIGEST_UNSUPPORTED,
  ENVELOPE_KEY,
  KEY_UNKNOWN,
  MANIFEST_DIGEST,
  NOT_AN_ENVELOPE,
  SIGNATURE_INVALID,
  UNSIGNED,
} from "../errors.js";
import { KEY_ID, KEY_ID_LENGTH, KEY_SIZE } from "../flash/layout.js";
import {
  ARRAY,
  at,
  BYTES,
  done,
  enter,
  head,
  input,
  items,
  key,
  leave,
  load,
  MAP,
  major,
  NEGATIVE,
  NIL,
  refuse,
  seek,
  skip,
  string,
  TEXT,
} from "./cbor.js";
import { INSTALL, PAYLOAD_FETCH, TEXT_SECTION } from "./codes.js";

/** Whom a device believes. */
export interface Trust {
  /** Key records of 48 bytes each (flash/layout.ts, KEY_SIZE). */
  keys: Uint8Array;
  /** Strict Ed25519 with a 32-byte key over the COSE_Sign1 whose parts lie at these offsets. */
  verify(
    envelope: Uint8Array,
    digestAt: number,
    protectedAt: number,
    signatureAt: number,
    key: Uint8Array,
  ): void;
  /** SHA-256. */
  hash(bytes: Uint8Array): Uint8Array;
}

/** Start of the authentication wrapper: what a slot stores of an envelope reaches to `manifestEnd`. */
export let wrapperAt = 0;
/** The 36 bytes of the SUIT_Digest; the SHA-256 itself starts four bytes later. */
export let digestAt = 0;
/** The protected header's byte string of the signature that was believed. */
export let protectedAt = 0;
export let signatureAt = 0;
/** The manifest's byte string, head included. */
export let manifestAt = 0;
export let manifestEnd = 0;
/** The key that signed, an index into the trusted keys; -1 when none did. */
export let signer = -1;
/** What follows the manifest: `[offset of the key, of the value's head, of its content, end]`. */
export let members: number[][] = [];

const SIGN1 = 0xd2;
const MAX_BLOCKS = 8;
/** Three severed sections, and a payload for each of eight components. */
const MAX_MEMBERS = 11;
/** COSE algorithms -19 (Ed25519, RFC 9864) and -8 (EdDSA, which older tools write), as -1 - n. */
const ED25519 = 18;
const EDDSA = 7;

/** Consumes a SUIT_Digest, which is `[-16, 32 bytes]` (SHA-256, suit-mti); gives where the 32 are. */
export const readDigest = (): number => {
  const start = items(ARRAY) === 2 && head(NEGATIVE) === 15 && string(BYTES);
  return start && at - start === 32 ? start : refuse(DIGEST_UNSUPPORTED);
};

/** Consumes a COSE header map; gives its algorithm (as -1 - n). `kid` takes the place of a key id. */
const readHeader = (kid: number[], isProtected: boolean): number => {
  let algorithm = -1;
  let label = 0;
  for (let left = items(MAP); left; left--) {
    label = key(label);
    if (label === 2) refuse(COSE_CRITICAL);
    // The unprotected one must not stand in for the signed one (RFC 9052 section 3).
    if (label === 4 && !kid[0]) {
      kid[0] = string(BYTES);
      kid[1] = at - kid[0];
    } else if (label === 1 && isProtected) algorithm = head(NEGATIVE);
    else refuse(COSE_MALFORMED);
  }
  return algorithm;
};

/** Checks one COSE_Sign1 against the trusted keys and notes the key that made it. */
const checkBlock = (trust: Trust): void => {
  const kid = [0, 0];
  if (!skip(SIGN1)) refuse(COSE_NOT_SIGN1);
  if (!skip(0x84)) refuse(COSE_MALFORMED);
  protectedAt = at;
  const outer = enter();
  const algorithm = readHeader(kid, true);
  leave(outer);
  // The bootloader reads the protected header's length from one byte.
  if (input[protectedAt] > 0x57) refuse(COSE_MALFORMED);
  // The unprotected header is not signed: a key id in it is a hint, nothing else is taken.
  readHeader(kid, false);
  if (!skip(NIL)) refuse(COSE_PAYLOAD_ATTACHED);
  signatureAt = string(BYTES);
  if (algorithm !== ED25519 && algorithm !== EDDSA) refuse(COSE_ALGORITHM);
  if (at - signatureAt !== 64) refuse(SIGNATURE_INVALID);

  let error: unknown;
  for (let i = 0; i < trust.keys.length / KEY_SIZE; i++) {
    const record = trust.keys.subarray(i * KEY_SIZE, (i + 1) * KEY_SIZE);
    const size = record[KEY_ID_LENGTH];
    if (!size || !kid[0] || (size === kid[1] && same(input, kid[0], record, KEY_ID, size)))
      try {
        trust.verify(input, digestAt, protectedAt, signatureAt, record.subarray(0, 32));
        signer = i;
        return;
      } catch (e) {
        error = e;
      }
  }
  throw error || { c: KEY_UNKNOWN, a: protectedAt };
};

/** Reads what follows the manifest. Keys ascend byte by byte, as canonical CBOR has them. */
const readMembers = (left: number): void => {
  let previous = manifestAt - 1;
  // They are not signed: anybody can add thousands to a genuine envelope, and each takes memory.
  if (left > MAX_MEMBERS) refuse(ENVELOPE_KEY);
  members = [];
  for (; left; left--) {
    const from = at;
    const code = major() === TEXT ? string(TEXT) : head(0);
    let i = 0;
    while (from + i < at && input[from + i] === input[previous + i]) i++;
    if (from + i === at) refuse(CBOR_DUPLICATE_KEY);
    if (input[from + i] < input[previous + i]) refuse(CBOR_KEY_ORDER);
    if (input[from] < 0x60 && code !== PAYLOAD_FETCH && code !== INSTALL && code !== TEXT_SECTION)
      refuse(ENVELOPE_KEY);
    previous = from;
    const valueAt = at;
    members.push([from, valueAt, string(BYTES), at]);
  }
};

/**
 * Authenticates an envelope. Throws 1xx for broken CBOR and 2xx for everything that keeps its
 * manifest from being believed; `a` of the refusal is an offset in the envelope.
 */
export const authenticate = (envelope: Uint8Array, trust: Trust): void => {
  let error: unknown;
  signer = -1;
  load(envelope);
  if (!skip(0xd8) || !skip(107) || major() !== MAP) refuse(NOT_AN_ENVELOPE);
  const count = items(MAP);
  if (!count || !skip(2)) refuse(UNSIGNED);
  wrapperAt = at;
  const outer = enter();
  let blocks = items(ARRAY) - 1;
  // Each block may cost a verification for every key: nobody needs more than a few.
  if (blocks < 1 || blocks > MAX_BLOCKS) refuse(UNSIGNED);
  const inner = enter();
  digestAt = at;
  readDigest();
  leave(inner);
  for (; blocks; blocks--) {
    const start = string(BYTES);
    const next = at;
    const limit = seek(start, next);
    if (signer < 0)
      try {
        checkBlock(trust);
        leave(limit);
      } catch (e) {
        // Another signer's block may be of a kind that this board does not know: one good one counts.
        signer = -1;
        error = error || e;
      }
    seek(next, limit);
  }
  leave(outer);
  if (signer < 0) throw error;

  if (count < 2 || !skip(3)) refuse(MANIFEST_DIGEST);
  manifestAt = at;
  string(BYTES);
  manifestEnd = at;
  if (!same(trust.hash(input.subarray(manifestAt, at)), 0, input, digestAt + 4, 32))
    refuse(MANIFEST_DIGEST);
  readMembers(count - 2);
  done();
};
