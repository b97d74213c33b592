/** Envelopes as other tools make them: any COSE block, any order of keys. Signed by node:crypto. */
import { createHmac, type KeyObject, sign } from "node:crypto";
import { encode, rfc8949EncodeOptions, Tagged } from "cborg";
import { manifestDigest, sha256 } from "../../host/author/encode.js";

export const cbor = (value: unknown) => encode(value, rfc8949EncodeOptions);
/** In the order of insertion. */
export const loose = (value: unknown) => encode(value, { mapSorter: () => 0 });
export const map = (entries: [unknown, unknown][]) => new Map(entries);
const NONE = new Uint8Array(0);

/** A manifest that only checks its identity, with further members. */
export function manifestOf(members: [unknown, unknown][] = []): Uint8Array {
  const identity = map([
    [1, new Uint8Array(16).fill(1)],
    [2, new Uint8Array(16).fill(2)],
  ]);
  const common = map([
    [2, [[Buffer.from("app")]]],
    [4, cbor([20, identity, 1, 15, 2, 15])],
  ]);
  return cbor(map([[1, 1], [2, 7], [3, cbor(common)], [7, cbor([3, 15])], ...members]));
}

/** What is signed: SUIT_Digest of a manifest. */
export const digestOf = (manifest: Uint8Array) => cbor([-16, manifestDigest(manifest)]);

export interface BlockOptions {
  tag?: number | null;
  /** Protected header; default the algorithm alone. */
  head?: Uint8Array;
  /** Unprotected header. */
  open?: [unknown, unknown][];
  payload?: Uint8Array | null;
  /** Changes the signature before it is put in. */
  change?: (signature: Uint8Array) => Uint8Array;
}

/** A private key or HMAC secret with the COSE algorithm it is used with. */
export interface Signer {
  algorithm: number;
  key: KeyObject;
}

function signatureOf({ algorithm, key }: Signer, message: Uint8Array): Uint8Array {
  if (algorithm === 5) return createHmac("sha256", key).update(message).digest();
  if (algorithm === -7 || algorithm === -9)
    return sign("sha256", message, { key, dsaEncoding: "ieee-p1363" });
  return sign(null, message, key);
}

/** A COSE_Sign1, or a COSE_Mac0 for HMAC. */
export function block(signer: Signer, signed: Uint8Array, options: BlockOptions = {}): Uint8Array {
  const { open = [], payload = null, change = (bytes) => bytes } = options;
  const head = options.head ?? cbor(map([[1, signer.algorithm]]));
  const isMac = signer.algorithm === 5;
  const tag = options.tag === undefined ? (isMac ? 17 : 18) : options.tag;
  const context = tag === 17 ? "MAC0" : "Signature1";
  const value = change(signatureOf(signer, cbor([context, head, NONE, signed])));
  const parts = [head, map(open), payload, value];
  return cbor(tag === null ? parts : new Tagged(tag, parts));
}

/** A COSE_Sign with one signature for each signer (RFC 9052, section 4.1). */
export function signBlock(signers: Signer[], signed: Uint8Array, body = NONE): Uint8Array {
  const entries = signers.map((signer) => {
    const head = cbor(map([[1, signer.algorithm]]));
    return [head, map([]), signatureOf(signer, cbor(["Signature", body, head, NONE, signed]))];
  });
  return cbor(new Tagged(98, [body, map([]), null, entries]));
}

export interface EnvelopeOptions {
  blocks?: (signed: Uint8Array) => Uint8Array[];
  /** The first element of the wrapper; default SHA-256 of the manifest; null for none. */
  digest?: Uint8Array | null;
  tag?: number | null;
  outside?: [unknown, unknown][];
}

/** An envelope around a manifest. */
export function envelopeOf(manifest: Uint8Array, options: EnvelopeOptions = {}): Uint8Array {
  const { blocks = () => [], tag = 107, outside = [] } = options;
  const digest = options.digest === undefined ? digestOf(manifest) : options.digest;
  const list = [...(digest ? [digest] : []), ...blocks(digest ?? digestOf(manifest))];
  const members = map([[2, cbor(list)], [3, manifest], ...outside]);
  return cbor(tag === null ? members : new Tagged(tag, members));
}

/** SUIT_Digest of a severed part. */
export const severedDigest = (content: Uint8Array) => [-16, sha256(cbor(content))];
