import assert from "node:assert/strict";
import {
  createHash,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { Tagged } from "cborg";
import { manifestDigest, sha256 } from "../../host/author/encode.js";
import { authenticateForeign } from "../../host/suit/foreign/authenticate.js";
import { boardSays } from "../../host/suit/foreign/board.js";
import { type ForeignKey, hmacKey, publicForeignKey } from "../../host/suit/foreign/keys.js";
import { opened } from "../../host/suit/sections.js";
import {
  type BlockOptions,
  block,
  cbor,
  digestOf,
  type EnvelopeOptions,
  envelopeOf,
  loose,
  manifestOf,
  map,
  type Signer,
  severedDigest,
  signBlock,
} from "../support/foreign-envelopes.js";

const SECRET = Buffer.alloc(32, 0x61);
const pairs = {
  p256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  otherP256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ed: generateKeyPairSync("ed25519"),
  otherEd: generateKeyPairSync("ed25519"),
};
const given = (name: keyof typeof pairs): ForeignKey =>
  publicForeignKey(pairs[name].publicKey.export({ type: "spki", format: "pem" }) as string, name);
const KEYS = {
  ...{ p256: given("p256"), otherP256: given("otherP256") },
  ...{ ed: given("ed"), otherEd: given("otherEd") },
  ...{ hmac: hmacKey(SECRET, "hmac"), otherHmac: hmacKey(Buffer.alloc(32, 0x62), "otherHmac") },
};
const es256: Signer = { algorithm: -7, key: pairs.p256.privateKey };
const eddsa: Signer = { algorithm: -8, key: pairs.ed.privateKey };
const hmac: Signer = { algorithm: 5, key: createSecretKey(SECRET) };

const MANIFEST = manifestOf();
const signed = (signer: Signer, options: BlockOptions = {}, rest: EnvelopeOptions = {}) =>
  envelopeOf(MANIFEST, { blocks: (digest) => [block(signer, digest, options)], ...rest });
const report = (bytes: Uint8Array, ...keys: ForeignKey[]) => authenticateForeign(bytes, keys);
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

describe("envelopes of others: what the signature covers", () => {
  const good = signed(es256);

  it("no changed byte passes", () => {
    assert.equal(report(good, KEYS.p256).authentic, true);
    let refused = 0;
    for (let at = 0; at < good.length; at++)
      for (const flip of [1, 0x80]) {
        const changed = Uint8Array.from(good);
        changed[at] ^= flip;
        try {
          assert.equal(report(changed, KEYS.p256).authentic, false, `byte ${at} ^ ${flip}`);
        } catch (error) {
          assert.equal((error as { code?: unknown }).code, 201, `byte ${at}: ${error}`);
        }
        refused++;
      }
    assert.equal(refused, 2 * good.length);
  });

  it("another manifest under a genuine digest is refused", () => {
    const digest = digestOf(MANIFEST);
    const other = manifestOf([[9, cbor([23, 2])]]);
    const { digest: check, problems } = report(
      envelopeOf(other, { digest, blocks: () => [block(es256, digest)] }),
      KEYS.p256,
    );
    assert.equal(check, "mismatch");
    assert.deepEqual(problems, ["digest of the manifest: mismatch"]);
  });

  it("digests of all algorithms of the draft are compared", () => {
    const content = cbor(MANIFEST);
    const hash = (name: string, outputLength?: number) =>
      new Uint8Array(
        createHash(name, outputLength ? { outputLength } : {})
          .update(content)
          .digest(),
      );
    const digests: [number, Uint8Array][] = [
      [-18, hash("shake128", 32)],
      [-43, hash("sha384")],
      [-44, hash("sha512")],
      [-45, hash("shake256", 64)],
    ];
    for (const [algorithm, value] of digests) {
      const check = (bytes: Uint8Array) =>
        report(signed(es256, {}, { digest: cbor([algorithm, bytes]) }), KEYS.p256);
      assert.equal(check(value).authentic, true, String(algorithm));
      value[0] ^= 1;
      assert.equal(check(value).digest, "mismatch", String(algorithm));
    }
    const unknown = report(signed(es256, {}, { digest: cbor([-99, hash("md5")]) }), KEYS.p256);
    assert.deepEqual([unknown.digest, unknown.authentic], ["unsupported", false]);
  });

  it("severed parts must be the ones that were signed", () => {
    const install = cbor([21, 2]);
    const manifest = manifestOf([[20, severedDigest(install)]]);
    const check = (outside: [unknown, unknown][]) => {
      const blocks = (digest: Uint8Array) => [block(es256, digest)];
      return report(envelopeOf(manifest, { blocks, outside }), KEYS.p256);
    };
    assert.equal(check([[20, install]]).authentic, true);
    assert.deepEqual(check([[20, install]]).severed[0].state, "ok");
    assert.equal(check([]).severed[0].state, "missing");
    const other = check([[20, cbor([21, 3])]]);
    assert.deepEqual(other.problems, ["severed install: mismatch"]);
    assert.equal(other.authentic, false);
  });

  it("payloads inside must be the ones that the manifest names, as far as that can be told", () => {
    const inner = envelopeOf(MANIFEST);
    const named = (digest: Uint8Array, more: [unknown, unknown][] = []) =>
      manifestOf([[20, cbor([20, map([[3, cbor([-16, digest])], ...more])])]]);
    const check = (manifest: Uint8Array, payload: Uint8Array) => {
      const blocks = (digest: Uint8Array) => [block(es256, digest)];
      const outside: [unknown, unknown][] = [["#app", payload]];
      return report(envelopeOf(manifest, { blocks, outside }), KEYS.p256).problems;
    };
    const payload = Buffer.from("app");
    const problem = ["no image digest fits the integrated payload #app"];
    assert.deepEqual(check(named(sha256(payload)), payload), []);
    assert.deepEqual(check(named(sha256(payload)), Buffer.from("apq")), problem);
    // A dependency goes by the digest of its manifest; of an encrypted payload nothing is known.
    assert.deepEqual(check(named(manifestDigest(MANIFEST)), inner), []);
    assert.deepEqual(check(named(sha256(MANIFEST)), inner), problem);
    assert.deepEqual(check(named(sha256(payload), [[19, cbor([])]]), Buffer.from("apq")), []);
  });

  it("what is signed must have the structure of a manifest", () => {
    const check = (manifest: Uint8Array, rest: EnvelopeOptions = {}) =>
      report(
        envelopeOf(manifest, { blocks: (digest) => [block(es256, digest)], ...rest }),
        KEYS.p256,
      ).problems;
    assert.deepEqual(check(manifestOf([[20, cbor([9, 0])]])), ["command unknown (9)"]);
    assert.deepEqual(check(manifestOf([[99, 1]])), ["manifest member unknown (99)"]);
    assert.deepEqual(check(manifestOf([[1, 2]])), ["manifest version 2 instead of 1"]);
    assert.deepEqual(check(manifestOf([[2, "7"]])), ['sequence number "7"']);
    assert.deepEqual(check(MANIFEST, { tag: 106 }), ["tag 106 instead of 107"]);
    assert.deepEqual(check(MANIFEST, { tag: null }), []);
  });
});

describe("envelopes of others: order of keys", () => {
  // As Nordic's generator writes them: in the order of the source.
  const common = map([
    [
      4,
      loose([
        20,
        map([
          [2, new Uint8Array(16)],
          [1, new Uint8Array(16)],
        ]),
        1,
        15,
      ]),
    ],
    [2, [[Buffer.from("app")]]],
  ]);
  const manifest = loose(
    map([
      [1, 1],
      [2, 7],
      [3, loose(common)],
      [20, cbor([21, 2])],
      [7, cbor([])],
    ]),
  );
  const bytes = envelopeOf(manifest, { blocks: (digest) => [block(eddsa, digest)] });

  it("must be canonical, or leniently allowed, and is named either way", () => {
    const problems = ["manifest", "common", "shared[1]"].map(
      (path) => `keys out of canonical order: ${path}`,
    );
    const strict = authenticateForeign(bytes, [KEYS.ed]);
    assert.deepEqual(strict.problems, problems);
    assert.equal(strict.authentic, false);
    assert.deepEqual(strict.signatures[0].verifiedBy, ["ed"]);
    const lenient = authenticateForeign(bytes, [KEYS.ed], { lenientOrder: true });
    assert.deepEqual(lenient.problems, []);
    assert.equal(lenient.authentic, true);
  });

  it("leniency is for the order alone", () => {
    const long = Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xb8, 2]), bytes.subarray(3)]);
    const { problems } = authenticateForeign(long, [KEYS.ed], { lenientOrder: true });
    assert.deepEqual(problems, ["envelope: not in canonical form"]);
  });

  it("is free in COSE headers", () => {
    const head = loose(
      map([
        [4, Buffer.from("k")],
        [1, -8],
      ]),
    );
    assert.equal(report(signed(eddsa, { head }), KEYS.ed).authentic, true);
  });
});

describe("envelopes of others: what a board of ours would say", () => {
  it("is the board's own answer to the signature", () => {
    assert.match(boardSays(signed(es256), [KEYS.p256]), /would refuse it: 207 cose-algorithm$/);
    assert.match(boardSays(signed(hmac), [KEYS.hmac]), /would refuse it: 210 cose-not-sign1$/);
    assert.match(boardSays(signed(eddsa), [KEYS.otherEd]), /would refuse it: 2/);
    for (const algorithm of [-8, -19])
      assert.match(boardSays(signed({ ...eddsa, algorithm }), [KEYS.ed]), /takes this signature/);
    assert.match(boardSays(signed(eddsa, {}, { tag: null }), [KEYS.ed]), /201 not-an-envelope$/);
    const large = manifestOf([[7, cbor(Array.from({ length: 4000 }, (_, i) => (i % 2 ? 15 : 3)))]]);
    const blocks = (digest: Uint8Array) => [block(eddsa, digest)];
    assert.match(boardSays(envelopeOf(large, { blocks }), [KEYS.ed]), /would refuse it: 7\d\d /);
  });
});
