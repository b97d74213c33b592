/**
 * Authentication of a SUIT envelope (draft-ietf-suit-manifest-37 sections 6.2 and 8.3).
 *
 * Nothing of the manifest is looked at before a trusted key has signed its digest and the digest has
 * been compared: up to there only the fixed frame of the wrapper is read. The signature covers the
 * 36 bytes of the SUIT_Digest, the digest covers the manifest's byte string with its head.
 *
 * Like the reader, it holds one envelope: the last one that was authenticated.
 */
import { chars, same } from "../bytes.js";
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
  PARAMETER_VALUE,
  SIGNATURE_INVALID,
  UNSIGNED,
  URI_TOO_LONG,
} from "../errors.js";
import { KEY_ID, KEY_ID_LENGTH, KEY_SIZE } from "../flash/layout.js";
import {
  ARRAY,
  at,
  BELOW_0,
  BYTES,
  done,
  end,
  head,
  input,
  inside,
  items,
  load,
  MAP,
  major,
  NEGATIVE,
  NIL,
  readMap,
  refuse,
  seek,
  skip,
  string,
  TEXT,
  UINT,
} from "./cbor.js";
import { SEVERABLE } from "./features.js";
import { signedBlock } from "./sig-structure.js";
import { hash, trusted, verify } from "./trust.js";

/** Start of the authentication wrapper: what a slot stores of an envelope reaches to `manifestEnd`. */
export let wrapperAt = 0;
/** The 36 bytes of the SUIT_Digest, whose SHA-256 starts four bytes later; 0 before it was read. */
export let digestAt = 0;
/** The protected header's byte string of the signature that was believed. */
export let protectedAt = 0;
export let signatureAt = 0;
/** The manifest's byte string, head included; its end is 0 until the envelope is authenticated. */
export let manifestAt = 0;
export let manifestEnd = 0;
/** The key that signed, an index into the trusted keys; -1 when none did. */
export let signer = -1;
/** What follows the manifest: `[offset of the key, of the value's head, of its content, end]`. */
export let members: number[][] = [];

/** Of the block that is read: algorithm (as -1 - n) and key id. */
let algorithm = 0;
let kidAt = 0;
let kidSize = 0;
/** What may make the verification cheaper (HINT). */
let hint: Uint8Array | undefined;

const SIGN1 = 0xd2;
const MAX_BLOCKS = 8;
/** Three severed sections, and a payload for each of eight components. */
const MAX_MEMBERS = 11;
/** COSE algorithms -19 (Ed25519, RFC 9864) and -8 (EdDSA, which older tools write), as -1 - n. */
const ED25519 = 18;
const EDDSA = 7;
/**
 * x of the signature's R, 32 bytes, little endian, under the label -65537 (COSE leaves labels below -65536
 * to private use). It is not signed and never believed: see device/crypto/decode.ts.
 */
const HINT = BELOW_0 + 65536;

/** Is the SHA-256 of `from` to `to` in the envelope what stands at `expected`? */
export const hashed = (from: number, to: number, expected: number): boolean =>
  same(hash(input.subarray(from, to)), 0, input, expected, 32);

/** Consumes a SUIT_Digest, which is `[-16, 32 bytes]` (SHA-256, suit-mti); gives where the 32 are. */
export const readDigest = (): number => {
  const start = items(ARRAY) === 2 && head(NEGATIVE) === 15 && string(BYTES);
  return start && at - start === 32 ? start : refuse(DIGEST_UNSUPPORTED);
};

export const MAX_URI = 96;

/** Consumes a URI: printable ASCII without spaces. Gives where its first character is. */
export const readUri = (): number => {
  const from = string(TEXT);
  if (at - from > MAX_URI) refuse(URI_TOO_LONG);
  for (let i = from; i < at; i++) if (input[i] < 33 || input[i] > 126) refuse(PARAMETER_VALUE);
  return from;
};

/** Consumes a COSE header map. */
const readHeader = (isProtected: boolean): void =>
  readMap(
    COSE_MALFORMED,
    (label) => {
      if (label === 2) refuse(COSE_CRITICAL);
      // The unprotected one must not stand in for the signed one (RFC 9052 section 3).
      if (label === 1 && isProtected) algorithm = head(NEGATIVE);
      else if (label === 4 && !kidAt) {
        kidAt = string(BYTES);
        kidSize = at - kidAt;
      } else if (label === HINT) hint = input.subarray(string(BYTES), at);
      else refuse(COSE_MALFORMED);
    },
    !isProtected,
  );

/** Checks one COSE_Sign1 against the trusted keys and notes the key that made it. */
const checkBlock = (): void => {
  let error: unknown = { c: KEY_UNKNOWN, a: at };
  algorithm = kidAt = 0;
  hint = undefined;
  if (!skip(SIGN1)) refuse(COSE_NOT_SIGN1);
  if (!skip(0x84)) refuse(COSE_MALFORMED);
  protectedAt = at;
  inside(() => readHeader(true));
  // The bootloader reads the protected header's length from one byte.
  if (input[protectedAt] > 0x57) refuse(COSE_MALFORMED);
  // The unprotected header is not signed: a key id in it is a hint, as is HINT; nothing else is taken.
  readHeader(false);
  if (!skip(NIL)) refuse(COSE_PAYLOAD_ATTACHED);
  signatureAt = string(BYTES);
  if (algorithm !== ED25519 && algorithm !== EDDSA) refuse(COSE_ALGORITHM);
  if (at - signatureAt !== 64) refuse(SIGNATURE_INVALID);
  done();
  for (let i = 0; i < trusted.length / KEY_SIZE && signer < 0; i++) {
    const record = trusted.subarray(i * KEY_SIZE, (i + 1) * KEY_SIZE);
    const size = record[KEY_ID_LENGTH];
    if (!size || !kidAt || (size === kidSize && same(input, kidAt, record, KEY_ID, size)))
      try {
        verify(
          signedBlock(input, digestAt, protectedAt, signatureAt, record.subarray(0, 32)),
          hint,
        );
        signer = i;
      } catch (e) {
        error = e;
      }
  }
  if (signer < 0) throw error;
};

/** Reads what follows the manifest. Keys ascend byte by byte, as canonical CBOR has them. */
const readMembers = (left: number): void => {
  let previous = chars(input, manifestAt - 1, 1);
  // They are not signed: anybody can add thousands to a genuine envelope, and each takes memory.
  if (left > MAX_MEMBERS) refuse(ENVELOPE_KEY);
  members = [];
  for (; left; left--) {
    const from = at;
    const isText = major() === TEXT;
    const code = isText ? readUri() : head(UINT);
    const key = chars(input, from, at - from);
    if (key <= previous) refuse(key < previous ? CBOR_KEY_ORDER : CBOR_DUPLICATE_KEY);
    if (!isText && SEVERABLE.indexOf(code) < 0) refuse(ENVELOPE_KEY);
    previous = key;
    const valueAt = at;
    members.push([from, valueAt, string(BYTES), at]);
  }
};

/** Authenticates the envelope between the reader's place and its limit. */
export const readEnvelope = (): void => {
  let error: unknown;
  signer = -1;
  digestAt = manifestEnd = 0;
  if (!skip(0xd8) || !skip(107) || major() !== MAP) refuse(NOT_AN_ENVELOPE);
  const count = items(MAP);
  if (!count || !skip(2)) refuse(UNSIGNED);
  wrapperAt = at;
  inside(() => {
    let blocks = items(ARRAY);
    // Each block may cost a verification for every key: nobody needs more than a few.
    if (blocks < 2 || blocks > MAX_BLOCKS + 1) refuse(UNSIGNED);
    inside(() => {
      digestAt = readDigest() - 4;
    });
    while (--blocks) {
      const start = string(BYTES);
      const next = at;
      const outer = end;
      if (signer < 0)
        try {
          seek(start, next);
          checkBlock();
        } catch (e) {
          // Another signer's block may be of a kind that this board does not know: one good one counts.
          error = error || e;
        }
      seek(next, outer);
    }
  });
  if (signer < 0) throw error;

  if (count < 2 || !skip(3)) refuse(MANIFEST_DIGEST);
  manifestAt = at;
  string(BYTES);
  const stop = at;
  if (!hashed(manifestAt, stop, digestAt + 4)) refuse(MANIFEST_DIGEST);
  readMembers(count - 2);
  done();
  manifestEnd = stop;
};

/**
 * Authenticates an envelope. Throws 1xx for broken CBOR and 2xx for everything that keeps its
 * manifest from being believed; `a` of the refusal is an offset in the envelope.
 */
export const authenticate = (envelope: Uint8Array): void => {
  load(envelope);
  readEnvelope();
};

/** Keeps what stands here of an envelope while another is read; gives what brings it back. */
export const keepEnvelope = (): (() => void) => {
  const kept = [wrapperAt, digestAt, protectedAt, signatureAt, manifestAt, manifestEnd, signer];
  const keptMembers = members;
  return () => {
    wrapperAt = kept[0];
    digestAt = kept[1];
    protectedAt = kept[2];
    signatureAt = kept[3];
    manifestAt = kept[4];
    manifestEnd = kept[5];
    signer = kept[6];
    members = keptMembers;
  };
};
