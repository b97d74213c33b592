import assert from "node:assert/strict";
import { createSecretKey, type KeyObject, sign } from "node:crypto";
import { Tagged } from "cborg";
import type { ForeignKey } from "../../host/suit/foreign/keys.js";
import { opened } from "../../host/suit/sections.js";
import {
  block,
  cbor,
  digestOf,
  envelopeOf,
  manifestOf,
  map,
  type Signer,
  signBlock,
} from "../support/foreign-envelopes.js";
import {
  eddsa,
  es256,
  hmac,
  KEYS,
  MANIFEST,
  pairs,
  report,
  signed,
} from "../support/foreign-signers.js";

/** The reason why the only signature is not verified by keys of all kinds. */
const reason = (bytes: Uint8Array) => {
  const { authentic, signatures } = report(bytes, KEYS.p256, KEYS.ed, KEYS.hmac);
  assert.equal(authentic, false);
  assert.equal(signatures.length, 1);
  assert.deepEqual(signatures[0].verifiedBy, []);
  return signatures[0].reason;
};

describe("envelopes of others: signatures", () => {
  const cases: [string, Signer, "p256" | "ed" | "hmac", ForeignKey][] = [
    ["ES256", es256, "p256", KEYS.otherP256],
    ["ESP256", { ...es256, algorithm: -9 }, "p256", KEYS.otherP256],
    ["EdDSA", eddsa, "ed", KEYS.otherEd],
    ["Ed25519", { ...eddsa, algorithm: -19 }, "ed", KEYS.otherEd],
    ["HMAC-SHA-256", hmac, "hmac", KEYS.otherHmac],
  ];
  for (const [algorithm, signer, own, other] of cases)
    it(`${algorithm} is verified by its key, and by no other`, () => {
      const bytes = signed(signer, { open: [[4, Buffer.from([1, 2])]] });
      const good = report(bytes, KEYS[own]);
      assert.deepEqual(good.problems, []);
      assert.equal(good.authentic, true);
      const type = own === "hmac" ? "COSE_Mac0" : "COSE_Sign1";
      const shown = { type, algorithm, kid: "0102", payload: "detached" };
      assert.deepEqual(good.signatures, [{ ...shown, verifiedBy: [own] }]);
      const bad = report(bytes, other);
      assert.equal(bad.authentic, false);
      assert.deepEqual(bad.idleKeys, [other.label]);
      assert.equal(bad.signatures[0].reason, "no given key made it");
      for (const key of Object.values(KEYS).filter(({ kind }) => kind !== KEYS[own].kind))
        assert.match(report(bytes, key).signatures[0].reason ?? "", /^no given key is of its kind/);
    });

  it("a COSE_Sign is verified signer by signer", () => {
    const bytes = envelopeOf(MANIFEST, { blocks: (digest) => [signBlock([es256, eddsa], digest)] });
    const both = report(bytes, KEYS.p256, KEYS.ed);
    assert.equal(both.authentic, true);
    assert.deepEqual(
      both.signatures.map(({ type, verifiedBy }) => [type, verifiedBy]),
      [
        ["COSE_Sign", ["p256"]],
        ["COSE_Sign", ["ed"]],
      ],
    );
    assert.equal(report(bytes, KEYS.p256).authentic, true);
    const critical = cbor(map([[2, [99]]]));
    const strict = envelopeOf(MANIFEST, {
      blocks: (digest) => [signBlock([es256], digest, critical)],
    });
    assert.equal(reason(strict), "it has critical headers");
    const nobody = envelopeOf(MANIFEST, { blocks: (digest) => [signBlock([], digest)] });
    assert.equal(reason(nobody), "it has no signer");
  });

  it("every given key must verify something", () => {
    const bytes = envelopeOf(MANIFEST, {
      blocks: (digest) => [block(es256, digest), block(hmac, digest)],
    });
    assert.equal(report(bytes, KEYS.p256, KEYS.hmac).authentic, true);
    const { authentic, idleKeys } = report(bytes, KEYS.p256, KEYS.ed);
    assert.deepEqual([authentic, idleKeys], [false, ["ed"]]);
  });

  it("nobody's signature and no key verify nothing", () => {
    assert.equal(report(envelopeOf(MANIFEST), KEYS.ed).authentic, false);
    assert.equal(report(signed(eddsa)).authentic, false);
  });

  it("a public key is no HMAC secret, nor the other way round", () => {
    const raw = Buffer.from(pairs.ed.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const forged = signed({ algorithm: 5, key: createSecretKey(raw) });
    assert.equal(report(forged, KEYS.ed).authentic, false);
    const other = "its algorithm is not one for this type";
    assert.equal(reason(signed(hmac, { tag: 18 })), other);
    assert.equal(reason(signed(es256, { tag: 17 })), other);
  });

  it("ECDSA signatures as DER are refused, and shortened MACs", () => {
    const der = (key: KeyObject) => (_: Uint8Array) => {
      const head = cbor(map([[1, -7]]));
      const message = cbor(["Signature1", head, new Uint8Array(0), digestOf(MANIFEST)]);
      return new Uint8Array(sign("sha256", message, key));
    };
    assert.equal(reason(signed(es256, { change: der(es256.key) })), "no given key made it");
    const short = (bytes: Uint8Array) => bytes.subarray(0, 8);
    assert.equal(reason(signed(hmac, { change: short })), "no given key made it");
  });

  it("blocks that are not as COSE demands verify nothing, and say why", () => {
    const both = [...block(eddsa, digestOf(MANIFEST))];
    const changed = (change: (parts: unknown[]) => unknown[]) =>
      envelopeOf(MANIFEST, {
        blocks: (digest) => {
          const { tag, value } = opened(block(eddsa, digest)) as Tagged;
          return [cbor(new Tagged(tag, change(value as unknown[])))];
        },
      });
    const odd: [string, Uint8Array][] = [
      ["it has no COSE tag", signed(eddsa, { tag: null })],
      ["COSE_Mac is not supported", signed(eddsa, { tag: 97 })],
      ["unknown (96) is not supported", signed(eddsa, { tag: 96 })],
      ["its algorithm is not named", signed(eddsa, { head: new Uint8Array(0) })],
      ["its algorithm is not protected", signed(eddsa, { head: cbor(map([])), open: [[1, -8]] })],
      ["a header stands twice, protected and not", signed(eddsa, { open: [[1, -8]] })],
      [
        "it has critical headers",
        signed(eddsa, {
          head: cbor(
            map([
              [1, -8],
              [2, [1]],
            ]),
          ),
        }),
      ],
      ["it has critical headers", signed(eddsa, { open: [[2, [1]]] })],
      ["its protected header cannot be read", signed(eddsa, { head: cbor([1, -8]) })],
      [
        "protected header: 1 bytes follow the end",
        signed(eddsa, { head: Buffer.from("a1012700", "hex") }),
      ],
      [
        "protected header: a map holds a key twice, and only the last is shown",
        signed(eddsa, { head: Buffer.from("a201260127", "hex") }),
      ],
      ["algorithm unknown (-35) is not supported", signed({ ...eddsa, algorithm: -35 })],
      [
        "it signs another digest",
        signed(eddsa, { payload: digestOf(manifestOf([[9, cbor([])]])) }),
      ],
      [
        "CBOR: 1 bytes follow the end",
        envelopeOf(MANIFEST, { blocks: () => [Buffer.from([...both, 0])] }),
      ],
      ["it cannot be read", envelopeOf(MANIFEST, { blocks: () => [cbor(1)] })],
      ["it has not four parts", changed((parts) => [...parts, null])],
      ["its payload is no byte string", changed(([a, b, , d]) => [a, b, "text", d])],
      ["it holds no signature", changed(([a, b, c]) => [a, b, c, "text"])],
      [
        "its protected header is no byte string",
        changed(([, b, c, d]) => [map([[1, -8]]), b, c, d]),
      ],
      [
        "it cannot be read",
        envelopeOf(MANIFEST, {
          blocks: (digest) => {
            const { tag, value } = opened(signBlock([eddsa], digest)) as Tagged;
            const [a, b, c, [signer]] = value as [unknown, unknown, unknown, unknown[][]];
            return [cbor(new Tagged(tag, [a, b, c, [[...signer, null]]]))];
          },
        }),
      ],
    ];
    for (const [why, bytes] of odd) assert.equal(reason(bytes), why);
  });

  it("a payload inside the block is named, though the signature holds", () => {
    const { signatures, authentic, problems } = report(
      signed(eddsa, { payload: digestOf(MANIFEST) }, { tag: null }),
      KEYS.ed,
    );
    assert.deepEqual(signatures[0].verifiedBy, ["ed"]);
    assert.equal(authentic, false);
    assert.ok(problems.includes("a signature carries its payload inside"));
  });
});
