/** Keys of all kinds, fresh for each run, and a manifest signed with them. */
import { createSecretKey, generateKeyPairSync } from "node:crypto";
import { authenticateForeign } from "../../host/suit/foreign/authenticate.js";
import { type ForeignKey, hmacKey, publicForeignKey } from "../../host/suit/foreign/keys.js";
import {
  type BlockOptions,
  block,
  type EnvelopeOptions,
  envelopeOf,
  manifestOf,
  type Signer,
} from "./foreign-envelopes.js";

const SECRET = Buffer.alloc(32, 0x61);
export const pairs = {
  p256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  otherP256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ed: generateKeyPairSync("ed25519"),
  otherEd: generateKeyPairSync("ed25519"),
};
const given = (name: keyof typeof pairs): ForeignKey =>
  publicForeignKey(pairs[name].publicKey.export({ type: "spki", format: "pem" }) as string, name);
export const KEYS = {
  ...{ p256: given("p256"), otherP256: given("otherP256") },
  ...{ ed: given("ed"), otherEd: given("otherEd") },
  ...{ hmac: hmacKey(SECRET, "hmac"), otherHmac: hmacKey(Buffer.alloc(32, 0x62), "otherHmac") },
};
export const es256: Signer = { algorithm: -7, key: pairs.p256.privateKey };
export const eddsa: Signer = { algorithm: -8, key: pairs.ed.privateKey };
export const hmac: Signer = { algorithm: 5, key: createSecretKey(SECRET) };

export const MANIFEST = manifestOf();
export const signed = (signer: Signer, options: BlockOptions = {}, rest: EnvelopeOptions = {}) =>
  envelopeOf(MANIFEST, { blocks: (digest) => [block(signer, digest, options)], ...rest });
export const report = (bytes: Uint8Array, ...keys: ForeignKey[]) =>
  authenticateForeign(bytes, keys);
