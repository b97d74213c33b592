/** The authentication wrapper: shapes, COSE headers, algorithms, the digest of the manifest. */
import type { Node, Pair } from "../../../support/cbor.js";
import {
  type Block,
  digestOf,
  ED25519_HEADER,
  type Layers,
  seal,
  sha256,
  sign1,
  sigStructure,
} from "../../../support/envelopes.js";
import { no, ok, open, rows } from "../define.js";
import { APP, bstr, concat, encode, hex, map, oneManifest, PAYLOAD } from "../release.js";

const INSTALLED = ok({ app: APP });
const MANIFEST = oneManifest();
const OTHER = oneManifest({ manifest: { 2: 8 } });
const DIGEST = digestOf(bstr(MANIFEST));
const sealed = (layers: Layers, manifest = MANIFEST) =>
  seal(manifest, { outside: [PAYLOAD], ...layers });
const signed = (block: Block) => sealed({ blocks: [block] });
const header = (...labels: Pair[]) => signed({ header: bstr(map(...labels)) });
const ED: Pair = [1, -19];
const kid = (text: string): Pair => [4, bstr(hex(text))];
const GOOD = bstr(sign1(DIGEST));
const withDigest = (...items: Node[]) => sealed({ digest: encode(items) });

export const AUTHENTICATION = rows([
  ["auth-ed25519", "C17 One COSE_Sign1 by Ed25519 (-19)", "8.3", INSTALLED, header(ED)],
  [
    "auth-eddsa",
    "C17 Algorithm EdDSA (-8), which older tools write",
    "8.3",
    open(INSTALLED, "suit-mti names -19; -8 with an Ed25519 key is the same signature"),
    header([1, -8]),
  ],
  [
    "auth-es256",
    "C17 Algorithm ES256 (-7) with the bytes of an Ed25519 signature",
    "8.3",
    no("COSE_ALGORITHM"),
    header([1, -7]),
  ],
  [
    "auth-esp256",
    "C17 Algorithm ESP256 (-9): a profile of suit-mti that this device has not",
    "8.3",
    open(no("COSE_ALGORITHM"), "a recipient chooses its profiles"),
    header([1, -9]),
  ],
  ["auth-hmac", "C17 HMAC 256 (5) in a COSE_Sign1", "8.3", no("CBOR_TYPE"), header([1, 5])],
  ["auth-alg-text", 'C17 Algorithm "none"', "8.3", no("CBOR_TYPE"), header([1, "none"])],
  ["auth-alg-missing", "C17 No algorithm", "8.3", no("COSE_ALGORITHM"), header(kid("01"))],
  [
    "auth-alg-unprotected",
    "C17 The algorithm is in the unprotected header only",
    "8.3",
    no("COSE_MALFORMED"),
    signed({ header: bstr(map()), unprotected: map(ED) }),
  ],
  [
    "auth-crit",
    "C18 crit names a label that nobody knows",
    "8.3",
    no("COSE_CRITICAL"),
    header(ED, [2, [99]]),
  ],
  [
    "auth-label",
    "C18 An unknown label in the protected header",
    "8.3",
    open(
      no("COSE_MALFORMED"),
      "COSE lets it be ignored; a device that knows few labels reads less",
    ),
    header(ED, [99, 1]),
  ],
  [
    "auth-label-unprotected",
    "C18 C40 An unknown label in the unprotected header",
    "8.3",
    open(
      no("COSE_MALFORMED"),
      "COSE lets it be ignored; a device that knows few labels reads less",
    ),
    signed({ unprotected: map([99, 1]) }),
  ],
  [
    "auth-header-map",
    "C19 The protected header is a map, not a byte string",
    "8.3",
    no("CBOR_TYPE"),
    signed({ header: map(ED) }),
  ],
  [
    "auth-header-empty",
    "C19 The protected header is an empty string",
    "8.3",
    no("CBOR_TRUNCATED"),
    signed({ header: hex("40") }),
  ],
  [
    "auth-three-items",
    "C19 A COSE_Sign1 of three items",
    "8.3",
    no("COSE_MALFORMED"),
    sealed({ authentication: [bstr(concat(hex("d283"), ED25519_HEADER, hex("a0f6")))] }),
  ],
  [
    "auth-attached",
    "C20 The digest is attached as the payload",
    "8.3",
    no("COSE_PAYLOAD_ATTACHED"),
    signed({ payload: bstr(DIGEST) }),
  ],
  [
    "auth-attached-empty",
    "C20 The payload is an empty string",
    "8.3",
    no("COSE_PAYLOAD_ATTACHED"),
    signed({ payload: hex("40") }),
  ],
  [
    "auth-untagged",
    "C21 A COSE_Sign1 without its tag",
    "8.3",
    no("COSE_NOT_SIGN1"),
    signed({ tag: null }),
  ],
  [
    "auth-sign",
    "C21 Tag 98 (COSE_Sign)",
    "8.3",
    open(no("COSE_NOT_SIGN1"), "the draft has four kinds of blocks; this device takes one"),
    signed({ tag: 98 }),
  ],
  [
    "auth-mac0",
    "C21 Tag 17 (COSE_Mac0)",
    "8.3",
    open(no("COSE_NOT_SIGN1"), "the draft has four kinds of blocks; this device takes one"),
    signed({ tag: 17 }),
  ],
  ["auth-none", "C14 No authentication block", "8.3", no("UNSIGNED"), sealed({ blocks: [] })],
  [
    "auth-no-wrapper",
    "C14 No wrapper",
    "8.3",
    no("UNSIGNED"),
    sealed({ members: (all) => all.slice(1) }),
  ],
  [
    "auth-wrapper-behind",
    "C14 The wrapper behind the manifest",
    "8.3",
    no("UNSIGNED"),
    sealed({ members: ([wrapper, manifest, ...rest]) => [manifest, wrapper, ...rest] }),
  ],
  [
    "auth-empty-wrapper",
    "C14 An empty wrapper",
    "8.3",
    no("UNSIGNED"),
    sealed({ wrapper: encode([]) }),
  ],
  [
    "auth-no-manifest",
    "C14 No manifest",
    "8.2",
    no("MANIFEST_DIGEST"),
    sealed({ members: ([wrapper, , ...rest]) => [wrapper, ...rest] }),
  ],
  [
    "auth-digest-of-other",
    "C15 The digest of another manifest, signed",
    "8.3",
    no("MANIFEST_DIGEST"),
    sealed({ digest: digestOf(bstr(OTHER)) }),
  ],
  [
    "auth-digest-of-content",
    "C15 The digest leaves out the head of the manifest's string",
    "8.3",
    no("MANIFEST_DIGEST"),
    sealed({ digest: digestOf(MANIFEST) }),
  ],
  [
    "auth-other-manifest",
    "C16 The wrapper of another release",
    "8.3",
    no("MANIFEST_DIGEST"),
    sealed({ digest: DIGEST }, OTHER),
  ],
  [
    "auth-signed-other",
    "C16 The signature is over the digest of another release",
    "8.3",
    no("SIGNATURE_INVALID"),
    signed({ signed: sigStructure(ED25519_HEADER, digestOf(bstr(OTHER))) }),
  ],
  [
    "auth-sha512",
    "C15 The digest is by SHA-512",
    "8.3",
    open(no("DIGEST_UNSUPPORTED"), "only SHA-256 is in a profile of suit-mti"),
    withDigest(-44, bstr(new Uint8Array(64))),
  ],
  [
    "auth-digest-short",
    "C15 A SHA-256 of 31 bytes",
    "8.3",
    no("DIGEST_UNSUPPORTED"),
    withDigest(-16, bstr(sha256(bstr(MANIFEST)).subarray(0, 31))),
  ],
  [
    "auth-digest-empty",
    "C15 A SHA-256 of no bytes",
    "8.3",
    no("DIGEST_UNSUPPORTED"),
    withDigest(-16, hex("40")),
  ],
  [
    "auth-digest-not-wrapped",
    "C15 A digest that is no byte string",
    "8.3",
    no("CBOR_TYPE"),
    sealed({ wrapper: encode([DIGEST, GOOD]) }),
  ],
]);
