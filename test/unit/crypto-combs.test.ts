/**
 * Tables and hints make a verification cheaper and change no verdict: the same blocks with and without
 * tables, with the right hint, wrong ones and none.
 */
import assert from "node:assert/strict";
import { COMB_SIZE } from "../../device/crypto/comb.js";
import { verifyEd25519 } from "../../device/crypto/ed25519.js";
import { toSigns } from "../../device/crypto/scalar.js";
import { combTables, xOf } from "../../host/board/comb-tables.js";
import { verifyOnHost } from "../../host/verify.js";
import * as curve from "../support/edwards.js";
import { join, random, randomBytes, signed } from "../support/signature-cases.js";
import { accepts, compare, flipped, hints, ones, tablesOf } from "../support/verifier-agreement.js";

describe("crypto: combs and hints", () => {
  const good = signed(new Uint8Array(32).fill(3), Uint8Array.of(1, 2, 3));
  const tables = tablesOf(good.subarray(64, 96)) as ArrayBuffer;

  it("tables hold the sums of the comb, at their scale", () => {
    const all = combTables([good.subarray(64, 96)], 2 * COMB_SIZE);
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    const a = curve.decode(good.subarray(64, 96)) as curve.Point;
    const point = [curve.B, curve.negate(a)];
    const next = random(3);
    for (let n = 0; n < 20; n++) {
      const [which, index] = [next(2), next(32)];
      let scalar = 1n << 215n;
      for (let i = 0; i < 5; i++) scalar += ((index >> i) & 1 ? 1n : -1n) << BigInt(43 * i);
      const [x, y, z] = curve.multiply(curve.mod(scalar, 8n * curve.L), point[which]);
      const part = (at: number) => {
        let sum = 0n;
        for (let i = 0; i < 12; i++) {
          const limb = view.getFloat32(which * COMB_SIZE + 144 * index + at + 4 * i, true);
          const integer = BigInt(limb * 2 ** 126);
          // Balanced: no more than half of what the limb above is worth.
          const w = BigInt(Math.ceil(21.25 * (12 - i)));
          assert.ok(2n * (integer < 0n ? -integer : integer) <= (1n << w) + (1n << w) / 256n);
          sum += integer;
        }
        return sum;
      };
      const d = curve.mod(-121665n * curve.inverse(121666n));
      assert.equal(curve.mod(part(0) * z - (y - x)), 0n);
      assert.equal(curve.mod(part(48) * z - (y + x)), 0n);
      assert.equal(curve.mod(part(96) * z * z - 2n * d * x * y), 0n);
    }
  });

  it("scalars are rewritten with digits 1 and -1", () => {
    const next = random(4);
    const { L } = curve;
    for (const x of [0n, 1n, 2n, L - 1n, L - 2n, curve.fromBytes(randomBytes(next, 31))]) {
      const digits = new Int32Array(32);
      for (let i = 0; i < 16; i++) digits[i] = Number((x >> BigInt(16 * i)) & 65535n);
      toSigns(digits);
      let sum = 0n;
      for (let j = 0; j < 258; j++)
        sum += ((digits[j >> 4] >> (j & 15)) & 1 ? 1n : -1n) << BigInt(j);
      assert.equal(sum, x & 1n ? x : x + L);
    }
  });

  it("no hint changes a verdict, good or bad", () => {
    const next = random(5);
    const bad = flipped(good, 8 * 98);
    for (const hint of hints(good.subarray(0, 32), next)) {
      assert.ok(accepts(good, { tables, at: COMB_SIZE, hint }), `${hint}`);
      assert.ok(!accepts(bad, { tables, at: COMB_SIZE, hint }), `${hint}`);
    }
  });

  it("the right hint spares the square root, a wrong one does not", () => {
    const count = (hint: Uint8Array | undefined) => {
      let kicks = 0;
      accepts(good, { tables, at: COMB_SIZE, hint }, () => kicks++);
      return kicks;
    };
    assert.equal(count(xOf(good.subarray(0, 32))), 86);
    assert.ok(count(undefined) > 300);
    assert.equal(count(flipped(xOf(good.subarray(0, 32)), 0)), count(undefined));
  });

  it("tables of another key, or broken ones, accept nothing", () => {
    const other = tablesOf(signed(new Uint8Array(32).fill(4), ones).subarray(64, 96));
    assert.ok(!accepts(good, { tables: other as ArrayBuffer, at: COMB_SIZE, hint: undefined }));
    const zeros = new ArrayBuffer(2 * COMB_SIZE);
    assert.ok(!accepts(good, { tables: zeros, at: COMB_SIZE, hint: undefined }));
  });

  it("no tables for keys of small or mixed order, and those that are no points", () => {
    const key = curve.multiply(7n, curve.B);
    for (const t of curve.torsion()) {
      assert.equal(tablesOf(curve.encode(t)), undefined);
      const mixed = tablesOf(curve.encode(curve.add(key, t)));
      assert.equal(mixed === undefined, !curve.same(t, curve.IDENTITY));
    }
    assert.equal(tablesOf(curve.toBytes(curve.P + 3n)), undefined);
    assert.equal(tablesOf(ones), undefined);
  });

  it("R of small order and y >= p are refused with tables too, though the equation holds", () => {
    const secret = 5n;
    const key = curve.encode(curve.multiply(secret, curve.B));
    const own = tablesOf(key) as ArrayBuffer;
    const k = 0x1234567n;
    const asK = () => curve.toBytes(k, 64);
    const verdict = (block: Uint8Array, hint?: Uint8Array) => {
      try {
        verifyEd25519(block, asK, () => {}, { tables: own, at: COMB_SIZE, hint });
        return true;
      } catch {
        return false;
      }
    };
    const block = (r: Uint8Array, s: bigint) => join(r, curve.toBytes(s), key);
    const s = curve.mod(k * secret, curve.L);
    const neutral = curve.encode(curve.IDENTITY);
    assert.ok(!verdict(block(neutral, s)));
    assert.ok(!verdict(block(neutral, s), new Uint8Array(32)));
    const large = curve.encode(curve.multiply(9n, curve.B));
    const sum = curve.mod(9n + k * secret, curve.L);
    assert.ok(verdict(block(large, sum), xOf(large)));
    assert.ok(!verdict(block(large, sum + curve.L), xOf(large)));
    for (const torsion of curve.torsionEncodings()) assert.ok(!verdict(block(torsion, s)));
  });

  it("all verifiers agree, by tables and hints too, on cases of all kinds", () => {
    const count = 120;
    const { byTables, accepted } = compare(count, 7);
    assert.ok(byTables > count / 2 && accepted > count / 3, `${byTables} ${accepted}`);
    assert.ok(accepts(good) && verifyOnHost(good) === undefined);
  });
});
