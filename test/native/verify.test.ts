/** Ed25519 of the committed module, run for real, where it has to say yes or no for one reason only. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as curve from "../support/edwards.js";
import { callParts, describeNative, verdicts } from "../support/native-rig.js";
import {
  hashOf,
  inJavaScript,
  join,
  onHost,
  random,
  randomBytes,
  signed,
  withS,
} from "../support/signature-cases.js";

const { L, P } = curve;
const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** The module, the board's JavaScript and the simulator must say `expected` to every block. */
function agree(blocks: [name: string, block: Uint8Array, expected: boolean][]): void {
  const found = verdicts(blocks.map(([, block]) => block));
  for (const [i, [name, block, expected]] of blocks.entries()) {
    const said = { module: found[i], javascript: inJavaScript(block), host: onHost(block) };
    const wanted = { module: expected, javascript: expected, host: expected };
    assert.deepEqual(said, wanted, `${name}: ${text(block)}`);
  }
}

/** RFC 8032, section 7.1, TEST 3: signature, public key, message. */
const SAMPLE = hex(
  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac" +
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" +
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025af82",
);

describeNative("native module: verification", function () {
  this.slow(30_000);

  it("refuses every single flipped bit of signature, key and message", () => {
    const blocks: [string, Uint8Array, boolean][] = [["good", SAMPLE, true]];
    for (let bit = 0; bit < SAMPLE.length * 8; bit++) {
      const block = SAMPLE.slice();
      block[bit >> 3] ^= 1 << (bit & 7);
      blocks.push([`bit ${bit}`, block, false]);
    }
    agree(blocks);
  });

  it("takes messages of all lengths around the ends of blocks", () => {
    const next = random(3);
    const lengths = [...Array(200).keys(), 1023, 1024, 5000, 100_000];
    agree(
      lengths.map((length) => {
        const block = signed(randomBytes(next, 32), randomBytes(next, length));
        return [`${length} bytes`, block, true];
      }),
    );
  });

  it("refuses S + n L, though the equation holds", () => {
    const s = curve.fromBytes(SAMPLE.subarray(32, 64));
    agree(
      Array.from({ length: 15 }, (_, n) => [
        `S + ${n} L`,
        withS(SAMPLE, s + BigInt(n) * L),
        n === 0,
      ]),
    );
  });

  it("refuses A of small order in every encoding, though the equation holds", () => {
    const blocks: [string, Uint8Array, boolean][] = [];
    for (const key of curve.torsionEncodings()) {
      const point = curve.decode(key) as curve.Point;
      const r = curve.encode(curve.multiply(77n, curve.B));
      for (let n = 0; ; n++) {
        const block = withS(join(r, new Uint8Array(32), key, Uint8Array.of(n)), 77n);
        if (!curve.same(curve.multiply(hashOf(block), point), curve.IDENTITY)) continue;
        blocks.push([text(key), block, false]);
        break;
      }
    }
    assert.equal(blocks.length, 14);
    agree(blocks);
  });

  it("refuses R of small order in every encoding, though the equation holds", () => {
    const order8 = curve.torsion()[1];
    const a = 4321n;
    const key = curve.add(curve.multiply(a, curve.B), order8);
    const blocks: [string, Uint8Array, boolean][] = [];
    for (const r of curve.torsionEncodings()) {
      const point = curve.decode(r) as curve.Point;
      for (let n = 0; ; n++) {
        const head = join(r, new Uint8Array(32), curve.encode(key), Uint8Array.of(n));
        const k = hashOf(head);
        if (!curve.same(curve.add(point, curve.multiply(k, order8)), curve.IDENTITY)) continue;
        blocks.push([text(r), withS(head, (k * a) % L), false]);
        break;
      }
    }
    assert.equal(blocks.length, 14);
    agree(blocks);
  });

  it("judges keys of mixed order by the equation without cofactor", () => {
    const secret = 0x1234567n;
    const blocks: [string, Uint8Array, boolean][] = [];
    for (const t of curve.torsion().slice(1)) {
      const key = curve.encode(curve.add(curve.multiply(secret, curve.B), t));
      const r = curve.encode(curve.multiply(99n, curve.B));
      for (let n = 0; n < 16; n++) {
        const head = join(r, new Uint8Array(32), key, Uint8Array.of(n));
        const k = hashOf(head);
        const holds = curve.same(curve.multiply(k, t), curve.IDENTITY);
        blocks.push([`k mod 8 = ${k % 8n}`, withS(head, (99n + k * secret) % L), holds]);
      }
    }
    assert.ok(blocks.filter(([, , holds]) => holds).length > 5);
    agree(blocks);
  });

  it("with a chosen hash: S at its edges, points at theirs, each the one reason", () => {
    const K = 0xf00dfeedfacecafe0123456789abcdef0fedcba98765432100123456789abcdn;
    const S = 0x123456789abcdef0fedcba98765432100123456789abcdef0fedcba98765432n;
    const { B } = curve;
    const message = new Uint8Array(0);
    /** R and A for a key, or for an R: the other one is computed. */
    const forKey = (encoded: Uint8Array, s = S, k = K) => {
      const a = curve.decode(encoded) as curve.Point;
      const r = curve.add(curve.multiply(s, B), curve.negate(curve.multiply(k, a)));
      return join(curve.encode(r), curve.toBytes(s), encoded, message);
    };
    const forR = (encoded: Uint8Array) => {
      const r = curve.decode(encoded) as curve.Point;
      const a = curve.add(curve.multiply(S, B), curve.negate(r));
      const key = curve.encode(curve.multiply(curve.inverseOfScalar(K), a));
      return join(encoded, curve.toBytes(S), key, message);
    };
    const blocks: [string, bigint, Uint8Array, boolean][] = [];
    const add = (name: string, block: Uint8Array, expected: boolean, k = K) =>
      blocks.push([name, k, block, expected]);

    const key = curve.encode(curve.multiply(77n, B));
    for (const s of [0n, 1n, L - 1n]) {
      add(`S = ${s}`, forKey(key, s), true);
      add(`S = ${s} + L`, withS(forKey(key, s), s + L), false);
    }
    // Digits of one kind only, and of all kinds next to each other.
    for (const k of [1n, 2n, L - 1n, L - 2n, (1n << 252n) - 1n, 1n << 252n, (1n << 251n) / 3n])
      for (const s of [k, L - k, 2n, L - 2n, (1n << 252n) - 1n, (1n << 252n) / 3n])
        add(`k = ${k}, S = ${s}`, forKey(key, s, k), true, k);
    // B, -B and the like as key: the stored sums are doublings, or the neutral element.
    for (const n of [1n, 2n, L - 1n, L - 2n, (L + 1n) / 2n])
      add(`A = ${n} B`, forKey(curve.encode(curve.multiply(n, B))), true);
    for (const encoded of curve.torsionEncodings()) {
      add(`A ${text(encoded)}`, forKey(encoded), false);
      add(`R ${text(encoded)}`, forR(encoded), false);
    }
    for (let y = 2n; y < 19n; y++)
      for (const top of [0n, 1n << 255n]) {
        const good = curve.toBytes(y | top);
        if (!curve.decode(good)) continue;
        const bad = curve.toBytes((y + P) | top);
        add(`A, y = ${y}`, forKey(good), true);
        add(`R, y = ${y}`, forR(good), true);
        add(`A, y = p + ${y}`, forKey(bad), false);
        add(`R, y = p + ${y}`, forR(bad), false);
      }
    // With k = 0 the equation holds whatever A is: only that it is no point can be the reason.
    const r = curve.encode(curve.multiply(S, B));
    for (let y = 2n; y < 40n; y++) {
      const encoded = curve.toBytes(y);
      const isPoint = curve.decode(encoded) !== undefined;
      add(`k = 0, y = ${y}`, join(r, curve.toBytes(S), encoded, message), isPoint, 0n);
    }

    const answers = callParts(blocks.map(([, k, block]) => [8, join(curve.toBytes(k, 64), block)]));
    for (const [i, [name, , block, expected]] of blocks.entries())
      assert.equal(answers[i].verdict === 1, expected, `${name}: ${text(block)}`);
    const accepted = blocks.filter(([, , , expected]) => expected).length;
    console.log(`      ${accepted} to accept, ${blocks.length - accepted} to refuse`);
  });
});

const FOLDER = path.join(
  process.env.SUITCASE_VECTORS ||
    fileURLToPath(new URL("../../../../shared/vectors/", import.meta.url)),
  "crypto",
);
// biome-ignore lint/suspicious/noExplicitAny: foreign JSON, each with its own shape
const load = (name: string): any => JSON.parse(readFileSync(path.join(FOLDER, name), "utf8"));

describeNative("native module: published vectors", function () {
  if (!existsSync(FOLDER)) {
    it.skip("not run: there are none here (set SUITCASE_VECTORS)");
    return;
  }
  this.slow(10_000);

  it("Wycheproof, RFC 8032, sign.input, speccheck and ZIP 215, with the verdicts of JavaScript", () => {
    const blocks: [string, Uint8Array, boolean][] = [];
    const add = (name: string, parts: string[], expected: boolean) =>
      blocks.push([name, hex(parts.join("")), expected]);
    // Signatures of another length are refused by the COSE layer; a block has no room for them.
    for (const group of load("wycheproof-ed25519_test.json").testGroups)
      for (const { tcId, sig, msg, result } of group.tests)
        if (sig.length === 128)
          add(`Wycheproof ${tcId}`, [sig, group.publicKey.pk, msg], result === "valid");
    for (const test of load("ed25519-rfc8032.json")) {
      const parts = [test.signature, test.public, test.message];
      add(`RFC 8032 ${test.tcId}`, parts, test.result === "valid");
    }
    for (const [i, test] of load("ed25519-sign-input.json").entries())
      add(`sign.input ${i}`, [test.signature, test.public, test.message], true);
    for (const test of load("ed25519-speccheck.json")) {
      const parts = [test.signature, test.pub_key, test.message];
      add(`speccheck ${test.case}`, parts, test.accept_by.LibSodium);
    }
    for (const [i, test] of load("ed25519-zip215.json").entries())
      add(`ZIP 215 ${i}`, [test.sig_bytes, test.vk_bytes, "5a63617368"], false);
    agree(blocks);
    assert.ok(blocks.length > 300, `${blocks.length}`);
    console.log(`      ${blocks.length} vectors`);
  });
});
