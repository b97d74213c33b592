/**
 * The verifier in JavaScript in all its ways, with tables and without, with every kind of hint, against
 * the verifiers of others.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { COMB_SIZE } from "../../device/crypto/comb.js";
import { type Shortcut, verifyEd25519 } from "../../device/crypto/ed25519.js";
import { combTables } from "../../host/board/comb-tables.js";
import * as curve from "./edwards.js";
import { cases, dissenters, random, randomBytes } from "./signature-cases.js";

const sha512 = (bytes: Uint8Array) => new Uint8Array(createHash("sha512").update(bytes).digest());

/** True or false; anything but the one refusal is an error. */
export function accepts(block: Uint8Array, shortcut?: Shortcut, kick = () => {}): boolean {
  try {
    verifyEd25519(block, sha512, kick, shortcut);
    return true;
  } catch (e) {
    assert.deepEqual(e, { c: 203, a: 0 });
    return false;
  }
}

/** The tables of a key, undefined when it has none. */
export function tablesOf(key: Uint8Array): ArrayBuffer | undefined {
  const bytes = combTables([key], 2 * COMB_SIZE);
  return bytes.length > 0 ? bytes.slice().buffer : undefined;
}

export const ones = new Uint8Array(32).fill(255);
/** One bit changed. */
export const flipped = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

/** Everything that may stand in the place of a hint for R: the right one first, none last. */
export function hints(r: Uint8Array, next: (below: number) => number): (Uint8Array | undefined)[] {
  const point = curve.decode(r);
  const x = point ? point[0] : 0n;
  return [
    curve.toBytes(x),
    curve.toBytes(curve.mod(-x)),
    curve.toBytes(x + curve.P),
    curve.toBytes(x | (1n << 255n)),
    flipped(curve.toBytes(x), next(255)),
    randomBytes(next, 32),
    randomBytes(next, next(40)),
    ones,
    new Uint8Array(32),
    new Uint8Array(0),
    undefined,
  ];
}

export interface Agreement {
  /** Cases with a key that has tables, and those of them that are valid. */
  byTables: number;
  accepted: number;
}

/** Throws AssertionError on the first of `count` cases on which two verifiers differ. */
export function compare(count: number, seed: number): Agreement {
  const next = random(seed - 1);
  const result = { byTables: 0, accepted: 0 };
  for (const [i, each] of cases(count, seed).entries()) {
    const { block, kind } = each;
    const why = () => `seed ${seed}, case ${i}, ${kind}: ${Buffer.from(block).toString("hex")}`;
    const expected = accepts(block);
    assert.deepEqual(dissenters(each, expected), [], why());
    const tables = tablesOf(block.subarray(64, 96));
    if (!tables) continue;
    result.byTables++;
    if (expected) result.accepted++;
    const all = hints(block.subarray(0, 32), next);
    for (const hint of [all[0], all[next(all.length)]])
      assert.equal(accepts(block, { tables, at: COMB_SIZE, hint }), expected, why());
  }
  return result;
}
