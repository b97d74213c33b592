/** Signatures: which bytes are signed, by whom, how often. */
import type { Pair } from "../../../support/cbor.js";
import { L } from "../../../support/edwards.js";
import {
  type Block,
  digestOf,
  ED25519_HEADER,
  KEY,
  type Layers,
  STRANGER,
  seal,
  sign1,
  sigStructure,
} from "../../../support/envelopes.js";
import { no, ok, open, rows } from "../define.js";
import { APP, bstr, concat, hex, map, oneManifest, PAYLOAD } from "../release.js";

const INSTALLED = ok({ app: APP });
const MANIFEST = oneManifest();
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
const ONE_GOOD = "one trusted signature is enough here; a policy may ask for more";

/** S + L in place of S. */
function plusOrder(good: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(good.subarray(32)).reverse().toString("hex")}`) + L;
  return concat(good.subarray(0, 32), hex(s.toString(16).padStart(64, "0")).reverse());
}

const HINT = "a hint in RFC 9052; we try the keys that it fits, and no others";
export const SIGNATURES = rows([
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
    open(no("KEY_UNKNOWN"), HINT),
    header(ED, kid("0103")),
    OWN,
  ],
  [
    "auth-kid-of-other",
    "D6 The identifier of another key",
    "8.3",
    open(no("SIGNATURE_INVALID"), HINT),
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
