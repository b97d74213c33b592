import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { manifestDigest, sha256 } from "../../host/author/encode.js";
import { authenticateForeign } from "../../host/suit/foreign/authenticate.js";
import { boardSays } from "../../host/suit/foreign/board.js";
import {
  block,
  cbor,
  digestOf,
  type EnvelopeOptions,
  envelopeOf,
  loose,
  manifestOf,
  map,
  severedDigest,
} from "../support/foreign-envelopes.js";
import { eddsa, es256, hmac, KEYS, MANIFEST, report, signed } from "../support/foreign-signers.js";

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
    const nothing = Array.from({ length: 300 }, () => [20, map([])]);
    const large = manifestOf([[7, cbor(nothing.flat())]]);
    const blocks = (digest: Uint8Array) => [block(eddsa, digest)];
    assert.match(boardSays(envelopeOf(large, { blocks }), [KEYS.ed]), /would refuse it: 703 /);
  });
});
