/** Attacks C14 to C21: what an envelope claims about its signature. */
import {
  CBOR_TRUNCATED,
  CBOR_TYPE,
  COSE_ALGORITHM,
  COSE_CRITICAL,
  COSE_MALFORMED,
  COSE_NOT_SIGN1,
  COSE_PAYLOAD_ATTACHED,
  DIGEST_UNSUPPORTED,
  MANIFEST_DIGEST,
  NOT_AN_ENVELOPE,
  SIGNATURE_INVALID,
  UNSIGNED,
} from "../../device/errors.js";
import { bstr, concat, encode, hex, map, type Node, type Pair, tag } from "../support/cbor.js";
import {
  type Block,
  digestOf,
  ED25519_HEADER,
  IMAGE,
  manifest,
  PAYLOAD,
  seal,
  sealed,
  sha256,
  sign1,
  sigStructure,
} from "../support/envelopes.js";
import { cases, refusals } from "../support/verdicts.js";

const CONTENT = manifest();
const DIGEST = digestOf(bstr(CONTENT));
const OTHER = manifest({ 2: 8 });
const KID = bstr(hex("0102"));
const signed = (block: Block) => sealed({ blocks: [block] });
/** The right signature under another protected header, which it covers. */
const header = (...pairs: Pair[]) => signed({ header: bstr(map(...pairs)) });
const wrapper = (...items: Node[]) => sealed({ wrapper: encode(items) });
const digest = (algorithm: Node, bytes: Uint8Array) =>
  sealed({ digest: encode([algorithm, bstr(bytes)]) });
describe("attacks: COSE", () => {
  cases([["the envelope of these tests is accepted", () => sealed({}), 0]]);

  refusals("C14 wrapper", UNSIGNED, {
    "missing, manifest alone": () => sealed({ members: ([, ...rest]) => rest }),
    "behind the manifest": () => sealed({ members: ([w, m]) => [m, w] }),
    "replaced by key 1": () => sealed({ members: ([w, m]) => [[1, w[1]], m] }),
    "an empty array": () => wrapper(),
    "no signature": () => wrapper(bstr(DIGEST)),
    "an envelope of nothing": () => sealed({ members: () => [] }),
  });
  cases([
    ["C14 wrapper: empty", () => sealed({ wrapper: new Uint8Array(0) }), CBOR_TRUNCATED],
    ["C14 wrapper: null", () => sealed({ members: ([, m]) => [[2, null], m] }), CBOR_TYPE],
    ["C14 the digest is null", () => wrapper(null, bstr(sign1(DIGEST))), CBOR_TYPE],
    ["C14 the block is null", () => sealed({ authentication: [null] }), CBOR_TYPE],
    ["C14 the block is empty", () => sealed({ authentication: [hex("40")] }), CBOR_TRUNCATED],
    ["C14 no manifest", () => sealed({ members: ([w]) => [w] }), MANIFEST_DIGEST],
    [
      "C14 a payload, no manifest",
      () => sealed({ members: ([w]) => [w, PAYLOAD] }),
      MANIFEST_DIGEST,
    ],
    ["C14 a JSON file", () => new Uint8Array(Buffer.from('{"version":1}')), NOT_AN_ENVELOPE],
    ["C14 an empty file", () => new Uint8Array(0), CBOR_TRUNCATED],
  ]);

  refusals("C14 wrapper", CBOR_TYPE, {
    "a map": () => sealed({ wrapper: map([0, bstr(DIGEST)], [1, bstr(sign1(DIGEST))]) }),
    "the digest alone, no array": () => sealed({ wrapper: bstr(DIGEST) }),
  });

  refusals("C15 the signed digest is not the manifest's", MANIFEST_DIGEST, {
    "of the manifest without its head": () => sealed({ digest: digestOf(CONTENT) }),
    "of the manifest with another head": () => sealed({ digest: digestOf(bstr(CONTENT, 2)) }),
    "of nothing": () => sealed({ digest: digestOf(new Uint8Array(0)) }),
    "of the digest": () => sealed({ digest: digestOf(sha256(bstr(CONTENT))) }),
    "all zero": () => sealed({ digest: encode([-16, bstr(new Uint8Array(32))]) }),
  });
  refusals("C16 the signature is of another release", MANIFEST_DIGEST, {
    "an older wrapper": () => seal(CONTENT, { digest: digestOf(bstr(OTHER)) }),
    "another manifest in its place": () => seal(OTHER, { digest: DIGEST }),
  });
  refusals("C16 the signature is of another release", SIGNATURE_INVALID, {
    "under the right digest": () =>
      signed({ signed: sigStructure(ED25519_HEADER, digestOf(bstr(OTHER))) }),
  });

  refusals("C15 the digest is not SHA-256", DIGEST_UNSUPPORTED, {
    "SHA-512 (-44)": () => digest(-44, new Uint8Array(64)),
    "SHA-384 (-43)": () => digest(-43, new Uint8Array(48)),
    "SHAKE128 (-18)": () => digest(-18, sha256(bstr(CONTENT))),
    "SHA-256/64 (-15)": () => digest(-15, sha256(bstr(CONTENT)).subarray(0, 8)),
    "16 bytes": () => digest(-16, sha256(bstr(CONTENT)).subarray(0, 16)),
    "31 bytes": () => digest(-16, sha256(bstr(CONTENT)).subarray(0, 31)),
    "33 bytes": () => digest(-16, concat(sha256(bstr(CONTENT)), hex("00"))),
    "no bytes": () => digest(-16, new Uint8Array(0)),
    "one item": () => sealed({ digest: encode([-16]) }),
    "three items": () => sealed({ digest: encode([-16, bstr(sha256(bstr(CONTENT))), 0]) }),
  });

  refusals("C17 algorithm", COSE_ALGORITHM, {
    "missing, empty map": () => header(),
    "missing, key id only": () => header([4, KID]),
    "ES256 (-7)": () => header([1, -7]),
    "ESP256 (-9)": () => header([1, -9]),
    "Ed448 (-53)": () => header([1, -53]),
    "HSS-LMS (-46)": () => header([1, -46]),
    "HMAC as negative (-5)": () => header([1, -5]),
    "-1": () => header([1, -1]),
  });
  refusals("C17 algorithm", CBOR_TYPE, {
    "HMAC 256 (5)": () => header([1, 5]),
    "none as text": () => header([1, "none"]),
    null: () => header([1, null]),
  });
  refusals("C17 algorithm", COSE_MALFORMED, {
    "in the unprotected header only": () =>
      signed({ header: bstr(map()), unprotected: map([1, -19]) }),
    "in both headers": () => signed({ unprotected: map([1, -19]) }),
  });
  cases([["C17 algorithm: EdDSA (-8) is taken", () => header([1, -8]), 0]]);

  refusals("C18 crit", COSE_CRITICAL, {
    "names an unknown label": () => header([1, -19], [2, [99]]),
    "is empty": () => header([1, -19], [2, []]),
    unprotected: () => signed({ unprotected: map([2, [99]]) }),
  });
  refusals("C18 header", COSE_MALFORMED, {
    "unknown label": () => header([1, -19], [99, 1]),
    "content type": () => header([1, -19], [3, 0]),
    "unknown label, unprotected": () => signed({ unprotected: map([99, 1]) }),
    "counter signature, unprotected": () => signed({ unprotected: map([11, []]) }),
  });

  refusals("C18 header", COSE_MALFORMED, {
    "text label": () => header([1, -19], ["alg", 1]),
    "negative label": () => header([1, -19], [-1, 1]),
  });

  refusals("C19 protected header", COSE_MALFORMED, {
    "24 bytes": () => header([1, -19], [4, bstr(new Uint8Array(19))]),
    "256 bytes": () => header([1, -19], [4, bstr(new Uint8Array(250))]),
  });
  cases([
    ["C19 protected header: empty string", () => signed({ header: hex("40") }), CBOR_TRUNCATED],
    ["C19 protected header: an array", () => signed({ header: bstr([1, -19]) }), CBOR_TYPE],
    ["C19 protected header: 23 bytes", () => header([1, -19], [4, bstr(new Uint8Array(18))]), 0],
    ["C19 unprotected header: a string", () => signed({ unprotected: hex("40") }), CBOR_TYPE],
    [
      "C19 three items",
      () => sealed({ authentication: [bstr(tag(18, [ED25519_HEADER, map(), null]))] }),
      COSE_MALFORMED,
    ],
    ["C19 key id that is a number", () => header([1, -19], [4, 1]), CBOR_TYPE],
  ]);

  refusals("C19 protected header", CBOR_TYPE, {
    "a map, not a string": () => signed({ header: map([1, -19]) }),
    text: () => signed({ header: encode("\u00a1\u0001") }),
    null: () => signed({ header: hex("f6") }),
  });

  refusals("C20 payload attached", COSE_PAYLOAD_ATTACHED, {
    "the digest": () => signed({ payload: bstr(DIGEST) }),
    "the manifest": () => signed({ payload: bstr(CONTENT) }),
    "an empty string": () => signed({ payload: hex("40") }),
    undefined: () => signed({ payload: hex("f7") }),
    false: () => signed({ payload: false }),
    "another digest, which is what is signed": () =>
      signed({
        payload: bstr(digestOf(IMAGE)),
        signed: sigStructure(ED25519_HEADER, digestOf(IMAGE)),
      }),
  });

  for (const [name, number] of Object.entries({
    COSE_Encrypt0: 16,
    COSE_Mac0: 17,
    "COSE_Sign1 + 1": 19,
    COSE_Encrypt: 96,
    COSE_Mac: 97,
    COSE_Sign: 98,
  }))
    refusals("C21 not a COSE_Sign1", COSE_NOT_SIGN1, { [name]: () => signed({ tag: number }) });
  refusals("C21 not a COSE_Sign1", COSE_NOT_SIGN1, { "no tag": () => signed({ tag: null }) });
});
