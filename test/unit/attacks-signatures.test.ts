/** Attacks C22, C23, C40, D1, D2, D6, D14 and E1: which signatures count. */
import assert from "node:assert/strict";
import {
  CBOR_TYPE,
  COSE_MALFORMED,
  COSE_NOT_SIGN1,
  IMAGE_DIGEST,
  KEY_UNKNOWN,
  MANIFEST_DIGEST,
  PARAMETER_VALUE,
  PAYLOAD_ABSENT,
  SIGNATURE_INVALID,
  UNSIGNED,
} from "../../device/errors.js";
import type { DeviceKey } from "../../host/device-state.js";
import { bstr, concat, encode, hex, map, type Node } from "../support/cbor.js";
import { L } from "../support/edwards.js";
import {
  type Block,
  digestOf,
  ED25519_HEADER,
  find,
  IMAGE,
  KEY,
  manifest,
  PAYLOAD,
  patched,
  STRANGER,
  seal,
  sealed,
  sign1,
  sigStructure,
  URI,
} from "../support/envelopes.js";
import { assertAccepted, assertRefused, cases, play, refusals } from "../support/verdicts.js";

const DIGEST = digestOf(bstr(manifest()));
const signed = (block: Block) => sealed({ blocks: [block] });
const signature = (change: (good: Uint8Array) => Uint8Array) => signed({ signature: change });
const blocks = (...all: Block[]) => sealed({ blocks: all });
const wrapped = (...items: Node[]) => sealed({ authentication: items });
const key = (publicKey: Uint8Array, kid = ""): DeviceKey => ({
  public: publicKey,
  kid: hex(kid),
  roles: ["author"],
});
const kidMap = (kid: string) => map([4, bstr(hex(kid))]);
/** The key id in the protected header. */
const named = (kid: string, unprotected?: Uint8Array) =>
  signed({ header: bstr(map([1, -19], [4, bstr(hex(kid))])), unprotected });
/** The key id in the unprotected header. */
const hinted = (kid: string) => signed({ unprotected: kidMap(kid) });

/** S + L in place of S: the same signature for a verifier that does not check S < L. */
function plusOrder(good: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(good.subarray(32)).reverse().toString("hex")}`) + L;
  const bytes = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  return concat(good.subarray(0, 32), bytes);
}

const GOOD = bstr(sign1(DIGEST));
const BAD: Record<string, Node> = {
  "by a stranger": bstr(sign1(DIGEST, { key: STRANGER })),
  "of zeros": bstr(sign1(DIGEST, { signature: () => new Uint8Array(64) })),
  "of another kind": bstr(sign1(DIGEST, { tag: 98 })),
  "of another algorithm": bstr(sign1(DIGEST, { header: bstr(map([1, -7])) })),
  "that is empty": hex("40"),
  "that is no CBOR": bstr(hex("ff1c")),
};

describe("attacks: signatures", () => {
  for (const [name, bad] of Object.entries(BAD))
    cases([
      [`C22 a good signature before one ${name}: the good one counts`, () => wrapped(GOOD, bad), 0],
      [`C22 a good signature behind one ${name}: the good one counts`, () => wrapped(bad, GOOD), 0],
    ]);
  cases([
    ["C22 the same signature twice", () => wrapped(GOOD, GOOD), 0],
    [
      "C22 two bad ones: the first one's reason",
      () => blocks({ tag: 98 }, { key: STRANGER }),
      COSE_NOT_SIGN1,
    ],
    [
      "C22 two bad ones: the first one's reason, turned",
      () => blocks({ key: STRANGER }, { tag: 98 }),
      SIGNATURE_INVALID,
    ],
    ["C22 a good signature before what is no string", () => wrapped(GOOD, null), CBOR_TYPE],
    [
      "C22 seven strangers and one that is trusted",
      () => blocks(...Array(7).fill({ key: STRANGER }), {}),
      0,
    ],
    [
      "C36 more signatures than anybody needs: each would cost a verification",
      () => blocks({}, ...Array(8).fill({ key: STRANGER })),
      UNSIGNED,
    ],
  ]);

  refusals("C23 signature", SIGNATURE_INVALID, {
    empty: () => signature(() => new Uint8Array(0)),
    "of 63 bytes": () => signature((good) => good.subarray(0, 63)),
    "of 65 bytes": () => signature((good) => concat(good, hex("00"))),
    "of 128 bytes": () => signature((good) => concat(good, good)),
    "of zeros": () => signature(() => new Uint8Array(64)),
    "of ones": () => signature(() => new Uint8Array(64).fill(0xff)),
    "with R = identity and S = 0": () => signature(() => concat(hex("01"), new Uint8Array(63))),
    "halves turned": () => signature((good) => concat(good.subarray(32), good.subarray(0, 32))),
  });
  cases([
    [
      "C23 signature: text",
      () => wrapped(bstr(concat(hex("d284"), ED25519_HEADER, hex("a0f6"), encode("a".repeat(64))))),
      CBOR_TYPE,
    ],
    ["D2 signature with S + L", () => signature(plusOrder), SIGNATURE_INVALID],
    ["E1 signed by a stranger", () => signed({ key: STRANGER }), SIGNATURE_INVALID],
  ]);

  refusals("D14 signed is not a Sig_structure for this", SIGNATURE_INVALID, {
    "the digest alone": () => signed({ signed: DIGEST }),
    "the manifest": () => signed({ signed: manifest() }),
    "the manifest's string": () => signed({ signed: bstr(manifest()) }),
    "context Signature": () =>
      signed({ signed: encode(["Signature", ED25519_HEADER, hex("40"), bstr(DIGEST)]) }),
    "context CounterSignature": () =>
      signed({ signed: encode(["CounterSignature", ED25519_HEADER, hex("40"), bstr(DIGEST)]) }),
    "external data": () =>
      signed({ signed: encode(["Signature1", ED25519_HEADER, hex("4100"), bstr(DIGEST)]) }),
    "no external data": () =>
      signed({ signed: encode(["Signature1", ED25519_HEADER, bstr(DIGEST)]) }),
    "payload without its head": () =>
      signed({ signed: encode(["Signature1", ED25519_HEADER, hex("40"), DIGEST]) }),
    "another protected header": () => signed({ signed: sigStructure(bstr(map([1, -8])), DIGEST) }),
    "manifest as payload": () => signed({ signed: sigStructure(ED25519_HEADER, manifest()) }),
  });

  const OWN = { keys: [key(KEY.publicKey, "0102")] };
  const SECOND = { keys: [key(STRANGER.publicKey, "0304"), key(KEY.publicKey, "0102")] };
  const REVOKED = { keys: [key(STRANGER.publicKey, "0102")] };
  const ANY = { keys: [key(STRANGER.publicKey), key(KEY.publicKey)] };
  cases([
    ["D6 key id of the key", () => named("0102"), 0, OWN],
    ["D6 key id of the key, unprotected", () => hinted("0102"), 0, OWN],
    ["D6 no key id: every key is tried", () => seal(), 0, SECOND],
    ["D6 key id of the second key", () => named("0102"), 0, SECOND],
    ["D6 key id where keys have none", () => named("0102"), 0, ANY],
    ["D6 key id of another key", () => named("0304"), SIGNATURE_INVALID, SECOND],
    ["D6 unknown key id", () => named("0103"), KEY_UNKNOWN, OWN],
    ["D6 unknown key id, unprotected", () => hinted("0103"), KEY_UNKNOWN, OWN],
    ["D6 start of a key id", () => named("01"), KEY_UNKNOWN, OWN],
    ["D6 key id and more", () => named("010203"), KEY_UNKNOWN, OWN],
    ["D6 empty key id", () => named(""), KEY_UNKNOWN, OWN],
    ["D6 key id of a key that was replaced", () => named("0102"), SIGNATURE_INVALID, REVOKED],
    ["D6 a key that is not trusted any more", () => seal(), SIGNATURE_INVALID, REVOKED],
    ["D6 no keys at all", () => seal(), KEY_UNKNOWN, { keys: [] }],
    ["D6 key id in both headers", () => named("0102", kidMap("0102")), COSE_MALFORMED, OWN],
    [
      "D6 another key id in the unprotected header",
      () => named("0304", kidMap("0102")),
      COSE_MALFORMED,
      OWN,
    ],
  ]);
});

describe("attacks: every bit", () => {
  const flips = (bytes: Uint8Array, from: number, to: number, each: (copy: Uint8Array) => void) => {
    for (let at = from; at < to; at++)
      for (let bit = 0; bit < 8; bit++) each(patched(bytes, at, 1 << bit));
  };
  const whole = seal();
  const digestAt = find(whole, DIGEST) + 4;
  const signatureAt = find(whole, KEY.sign(sigStructure(ED25519_HEADER, DIGEST)));
  const manifestAt = find(whole, manifest());
  const nameAt = find(whole, encode([...PAYLOAD]).subarray(1));

  it("D1 every bit of the wrapper's frame is refused", () => {
    let count = 0;
    const refused = (copy: Uint8Array) => {
      const { verdict, asked } = play(copy);
      assert.ok(!verdict.accepted && verdict.error.code < 300, `flip ${count}`);
      assert.deepEqual(asked, []);
      count++;
    };
    flips(whole, 0, digestAt, refused);
    flips(whole, digestAt + 32, signatureAt, refused);
    flips(whole, signatureAt + 64, manifestAt, refused);
    assert.equal(count, 8 * (manifestAt - 96));
  });

  it("D1 every bit of the signed digest is refused", () =>
    flips(whole, digestAt, digestAt + 32, (copy) => assertRefused(copy, SIGNATURE_INVALID)));

  it("D1 every bit of the signature is refused", () =>
    flips(whole, signatureAt, signatureAt + 64, (copy) => assertRefused(copy, SIGNATURE_INVALID)));

  it("D1 every bit of the manifest is refused", () =>
    flips(whole, manifestAt, manifestAt + manifest().length, (copy) =>
      assertRefused(copy, MANIFEST_DIGEST),
    ));

  it("D1 every bit of the payload and of its name is refused", () => {
    assert.equal(nameAt, manifestAt + manifest().length);
    const codes = new Set<number>();
    const isPrintable = (byte: number) => byte > 32 && byte < 127;
    flips(whole, whole.length - IMAGE.length, whole.length, (copy) =>
      assertRefused(copy, IMAGE_DIGEST),
    );
    flips(whole, nameAt + 1, nameAt + 1 + URI.length, (copy) => {
      const { verdict } = play(copy);
      // Another name, or none: a URI is printable ASCII.
      const isName = copy.subarray(nameAt + 1, nameAt + 1 + URI.length).every(isPrintable);
      const code = isName ? PAYLOAD_ABSENT : PARAMETER_VALUE;
      assert.equal(!verdict.accepted && verdict.error.code, code);
      codes.add(code);
    });
    assert.equal(codes.size, 2);
    for (const at of [nameAt, nameAt + 1 + URI.length])
      flips(whole, at, at + 1, (copy) => assert.equal(play(copy).verdict.accepted, false));
  });

  it("D1 every bit of the trusted key is refused", () =>
    flips(KEY.publicKey, 0, 32, (copy) =>
      assertRefused(whole, SIGNATURE_INVALID, { keys: [key(copy)] }),
    ));

  it("C40 what is not signed and not used is inert, bit by bit", () => {
    const kid = hex("c0c1c2c3c4");
    const spare = new Uint8Array(Buffer.from("nobody asks for this"));
    const noise = new Uint8Array(Buffer.from("not a signature of any kind"));
    const loose = sealed({
      authentication: [bstr(sign1(DIGEST, { unprotected: map([4, bstr(kid)]) })), bstr(noise)],
      outside: [PAYLOAD, ["#unused", bstr(spare)]],
    });
    const expected = assertAccepted(whole);
    assert.deepEqual(assertAccepted(loose), expected);
    for (const part of [kid, spare, noise])
      flips(loose, find(loose, part), find(loose, part) + part.length, (copy) =>
        assert.deepEqual(assertAccepted(copy), expected),
      );
  });
});
