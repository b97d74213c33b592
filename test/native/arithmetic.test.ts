/** The module's arithmetic on operands that no signature leads to, against BigInt. */
import assert from "node:assert/strict";
import * as curve from "../support/edwards.js";
import { callParts, describeNative } from "../support/native-rig.js";
import { join, random } from "../support/signature-cases.js";

const { L, P } = curve;
const TOP = 1n << 256n;
const bytes = (value: bigint) => curve.toBytes(value);

/** Around the places where something is carried, folded or subtracted. */
function edges(): bigint[] {
  const found = new Set<bigint>();
  for (const middle of [0n, 19n, 38n, P, 2n * P, 1n << 255n, TOP, 1n << 224n, 1n << 32n])
    for (let n = -40n; n <= 40n; n += n > -3n && n < 2n ? 1n : 6n) found.add(middle + n);
  const next = random(1);
  const some = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
  for (let n = 0; n < 60; n++) {
    let value = 0n;
    for (let i = 0; i < 8; i++) value = (value << 32n) | BigInt(some[next(some.length)]);
    found.add(value);
  }
  for (let n = 0; n < 20; n++) {
    let value = 0n;
    for (let i = 0; i < 16; i++) value = (value << 16n) | BigInt(next(65536));
    found.add(value);
  }
  return [...found].filter((value) => value >= 0n && value < TOP);
}

describeNative("native module: arithmetic", function () {
  this.slow(20_000);

  it("adds, subtracts and multiplies modulo p, whatever 256 bits the operands are", () => {
    const values = edges();
    const operations = [
      (a: bigint, b: bigint) => a * b,
      (a: bigint, b: bigint) => a + b,
      (a: bigint, b: bigint) => a - b,
    ];
    const asked = values.flatMap((a) =>
      values.flatMap((b) => operations.map((_, what) => ({ what, a, b }))),
    );
    const answers = callParts(asked.map(({ what, a, b }) => [what, join(bytes(a), bytes(b))]));
    for (const [i, { what, a, b }] of asked.entries())
      if (curve.mod(curve.fromBytes(answers[i].bytes)) !== curve.mod(operations[what](a, b)))
        assert.fail(`operation ${what} of ${a.toString(16)} and ${b.toString(16)}`);
    assert.ok(asked.length > 60_000, `${asked.length}`);
    console.log(`      ${asked.length} operations`);
  });

  it("writes results over operands", () => {
    const values = edges().slice(0, 60);
    const asked = values.map((a, i) => [a, values[values.length - 1 - i]]);
    const answers = callParts(asked.map(([a, b]) => [7, join(bytes(a), bytes(b))]));
    for (const [i, [a]] of asked.entries())
      assert.equal(curve.mod(curve.fromBytes(answers[i].bytes)), curve.mod(a * a));
  });

  it("freezes to the one residue below p, and says whether that changed anything", () => {
    const values = edges();
    const answers = callParts(values.map((value) => [3, bytes(value)]));
    for (const [i, value] of values.entries()) {
      assert.equal(curve.fromBytes(answers[i].bytes), value % P);
      assert.equal(answers[i].verdict, value < P ? 0 : 1);
    }
  });

  it("raises to the power (p - 5) / 8", () => {
    const power = (base: bigint) => {
      let result = 1n;
      for (let bit = 251n; bit >= 0n; bit--) {
        result = (result * result) % P;
        if ((((P - 5n) / 8n) >> bit) & 1n) result = (result * base) % P;
      }
      return result;
    };
    const values = edges().slice(-40);
    const answers = callParts(values.map((value) => [4, bytes(value)]));
    for (const [i, value] of values.entries())
      assert.equal(curve.mod(curve.fromBytes(answers[i].bytes)), power(value % P));
  });

  it("reduces 512 bits modulo L, at the edges of every step too", () => {
    const values = new Set<bigint>();
    for (let shift = 0n; shift <= 512n; shift++)
      for (const n of [-1n, 0n, 1n]) values.add((1n << shift) + n);
    for (let shift = 0n; shift <= 256n; shift += 4n)
      for (let factor = 1n; factor < 18n; factor++)
        for (const n of [-1n, 0n, 1n]) values.add(((factor * L) << shift) + n);
    // Between 2^252 and L, and just below 0: where q is one too many or too few.
    for (let n = 0n; n < 300n; n++) values.add((L << 256n) - (n << 250n)).add(L * 256n - n);
    const fitting = [...values].filter((value) => value >= 0n && value < 1n << 512n);
    const answers = callParts(fitting.map((value) => [5, curve.toBytes(value, 64)]));
    for (const [i, value] of fitting.entries())
      assert.equal(curve.fromBytes(answers[i].bytes), value % L, value.toString(16));
    console.log(`      ${fitting.length} numbers`);
  });

  it("knows S < L", () => {
    const values = [...edges(), ...[-2n, -1n, 0n, 1n].map((n) => L + n), 2n * L, 15n * L, L << 3n];
    const answers = callParts(values.map((value) => [6, bytes(value)]));
    for (const [i, value] of values.entries())
      assert.equal(answers[i].verdict, value < L ? 1 : 0, value.toString(16));
  });
});
