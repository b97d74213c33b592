/** The authentication wrapper: shapes, COSE headers, algorithms, key identifiers, several blocks. */
import type { Node, Pair } from "../../../support/cbor.js";
import {
  type Block,
  digestOf,
  ED25519_HEADER,
  KEY,
  type Layers,
  STRANGER,
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
const signature = (change: (good: Uint8Array) => Uint8Array) => signed({ signature: change });
const blocks = (...all: Block[]) => sealed({ blocks: all });
const ED: Pair = [1, -19];
const kid = (text: string): Pair => [4, bstr(hex(text))];
const GOOD = bstr(sign1(DIGEST));
const key = (from: typeof KEY, id = "") => ({ public: from.publicKey, kid: hex(id) });
const OWN = { keys: [key(KEY, "0102")] };
const SECOND = { keys: [key(STRANGER, "0304"), key(KEY, "0102")] };
const withDigest = (...items: Node[]) => sealed({ digest: encode(items) });
const ONE_GOOD = "one trusted signature is enough here; a policy may ask for more";
const L = (1n << 252n) + 27742317777372353535851937790883648493n;

/** S + L in place of S. */
function plusOrder(good: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(good.subarray(32)).reverse().toString("hex")}`) + L;
  return concat(good.subarray(0, 32), hex(s.toString(16).padStart(64, "0")).reverse());
}

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
    open(no("COSE_MALFORMED"), "as above"),
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
    open(no("COSE_NOT_SIGN1"), "as above"),
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
  [
    "auth-stranger",
    "E1 Signed by a key that is not trusted",
    "8.3",
    no("SIGNATURE_INVALID"),
    signed({ key: STRANGER }),
  ],
  [
    "auth-bit",
    "D1 One bit of the signature is another",
    "8.3",
    no("SIGNATURE_INVALID"),
    signature((good) => good.map((byte, i) => (i === 10 ? byte ^ 4 : byte))),
  ],
  [
    "auth-63",
    "C23 A signature of 63 bytes",
    "8.3",
    no("SIGNATURE_INVALID"),
    signature((good) => good.subarray(0, 63)),
  ],
  [
    "auth-65",
    "C23 A signature of 65 bytes",
    "8.3",
    no("SIGNATURE_INVALID"),
    signature((good) => concat(good, hex("00"))),
  ],
  [
    "auth-empty",
    "C23 An empty signature",
    "8.3",
    no("SIGNATURE_INVALID"),
    signature(() => new Uint8Array(0)),
  ],
  [
    "auth-zeros",
    "C23 A signature of zeros",
    "8.3",
    no("SIGNATURE_INVALID"),
    signature(() => new Uint8Array(64)),
  ],
  ["auth-s-plus-l", "D2 S + L in place of S", "8.3", no("SIGNATURE_INVALID"), signature(plusOrder)],
  [
    "auth-manifest-signed",
    "D14 The signature is over the manifest",
    "8.3",
    no("SIGNATURE_INVALID"),
    signed({ signed: sigStructure(ED25519_HEADER, MANIFEST) }),
  ],
  [
    "auth-no-context",
    "D14 The signature is over the digest without COSE's structure",
    "8.3",
    no("SIGNATURE_INVALID"),
    signed({ signed: DIGEST }),
  ],
  [
    "auth-other-header-signed",
    "D14 The signature is over another protected header",
    "8.3",
    no("SIGNATURE_INVALID"),
    signed({ signed: sigStructure(bstr(map([1, -8])), DIGEST) }),
  ],
  [
    "auth-kid",
    "D6 The key's identifier, protected",
    "8.3",
    INSTALLED,
    header(ED, kid("0102")),
    OWN,
  ],
  [
    "auth-kid-unprotected",
    "D6 The key's identifier, unprotected: a hint",
    "8.3",
    INSTALLED,
    signed({ unprotected: map(kid("0102")) }),
    SECOND,
  ],
  ["auth-kid-none", "D6 No identifier: every key is tried", "8.3", INSTALLED, sealed({}), SECOND],
  [
    "auth-kid-unknown",
    "D6 An identifier that no key has",
    "8.3",
    no("KEY_UNKNOWN"),
    header(ED, kid("0103")),
    OWN,
  ],
  [
    "auth-kid-of-other",
    "D6 The identifier of another key",
    "8.3",
    no("SIGNATURE_INVALID"),
    header(ED, kid("0304")),
    SECOND,
  ],
  [
    "auth-no-keys",
    "D6 A device that trusts nobody",
    "8.3",
    no("KEY_UNKNOWN"),
    sealed({}),
    { keys: [] },
  ],
  [
    "auth-two-good-first",
    "C22 A good signature, then a stranger's",
    "8.3",
    open(INSTALLED, ONE_GOOD),
    blocks({}, { key: STRANGER }),
  ],
  [
    "auth-two-good-last",
    "C22 A stranger's signature, then a good one",
    "8.3",
    open(INSTALLED, ONE_GOOD),
    blocks({ key: STRANGER }, {}),
  ],
  [
    "auth-two-other-kind",
    "C22 A block of another kind, then a good one",
    "8.3",
    open(INSTALLED, ONE_GOOD),
    blocks({ tag: 97 }, {}),
  ],
  [
    "auth-two-bad",
    "C22 Two bad ones: the first one's reason",
    "8.3",
    no("COSE_NOT_SIGN1"),
    blocks({ tag: 98 }, { key: STRANGER }),
  ],
  [
    "auth-block-not-bytes",
    "C22 A good one, then what is no byte string",
    "8.3",
    no("CBOR_TYPE"),
    sealed({ authentication: [GOOD, null] }),
  ],
  [
    "auth-eight",
    "C36 Eight blocks, the last one good",
    "8.3",
    open(INSTALLED, ONE_GOOD),
    blocks(...Array(7).fill({ key: STRANGER }), {}),
  ],
  [
    "auth-nine",
    "C36 Nine blocks",
    "8.3",
    open(no("UNSIGNED"), "each may cost a verification; nobody needs more than a few"),
    blocks({}, ...Array(8).fill({ key: STRANGER })),
  ],
]);
