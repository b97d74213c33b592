/**
 * Ed25519 verification (RFC 8032, section 5.1.7) in plain JavaScript: for any key, or faster with
 * tables that were made for it before, and with a hint.
 *
 * Strict, with one verdict per input on every engine, that of libsodium and of dalek's
 * `verify_strict`: S < L, canonical encodings of A and R, no A or R of small order, and the equation
 * without cofactor, [S]B = R + [k]A with k = SHA-512(R | A | M) mod L.
 */

import { walkCombs } from "./comb.js";
import { curveD, decode, decodeWith, fromHex, refuse } from "./decode.js";
import {
  combine,
  type Field,
  type Flipped,
  flip,
  ONE,
  ONE_FLIPPED,
  pair,
  sign,
  zero,
} from "./field.js";
import { digitsOf, isReduced, reduce, windows } from "./scalar.js";

/**
 * A point in extended coordinates (RFC 8032, section 5.1.4) that keeps m = Y - X and p = Y + X
 * instead of X and Y, for this is what both formulas begin with. e to h are their work space.
 */
interface Point {
  m: Field;
  p: Field;
  z: Field;
  t: Field;
  e: Field;
  f: Field;
  g: Field;
  h: Field;
}

/** A point as second summand: Y - X, Y + X, 2 d T, 2 Z, ready to be left factors. */
type Summand = Flipped[];

function fromAffine(x: Field, y: Field): Point {
  const point = {
    m: zero(),
    p: zero(),
    z: zero(),
    t: zero(),
    e: zero(),
    f: zero(),
    g: zero(),
    h: zero(),
  };
  pair(point.m, point.p, ONE_FLIPPED, x, ONE_FLIPPED, y, -1, 1, 1, 1);
  pair(point.z, point.t, ONE_FLIPPED, ONE, flip(x), y, 1, 0, 0, 1);
  return point;
}

/** X = e f, Y = g h, Z = f g, T = e h: the common end of both formulas. */
function finish(point: Point): void {
  const e = flip(point.e);
  const g = flip(point.g);
  pair(point.m, point.p, e, point.f, g, point.h, -1, 1, 1, 1);
  pair(point.z, point.t, g, point.f, e, point.h, 1, 0, 0, 1);
}

/** Twice the doubling of RFC 8032, section 5.1.4: e = 4 X Y, g = 2 (Y^2 - X^2), and so on. */
function double(point: Point): void {
  const m = flip(point.m);
  const p = flip(point.p);
  pair(point.e, point.h, m, point.m, p, point.p, -1, 1, -1, -1);
  pair(point.g, point.f, m, point.p, flip(point.z), point.z, 2, 0, 2, -4);
  finish(point);
}

/** Adds the summand, or subtracts it when `side` is -1. Complete: it has no exceptions. */
function add(point: Point, other: Summand, side: number): void {
  const first = side > 0 ? 0 : 1;
  pair(point.e, point.h, other[first], point.m, other[1 - first], point.p, -1, 1, 1, 1);
  pair(point.f, point.g, other[2], point.t, other[3], point.z, -side, 1, side, 1);
  finish(point);
}

function toSummand(point: Point, d: Flipped): Summand {
  pair(point.e, point.f, d, point.t, ONE_FLIPPED, point.z, 2, 0, 0, 2);
  return [flip(point.m), flip(point.p), flip(point.e), flip(point.f)];
}

/** P, 3 P, 5 P and 7 P. */
function oddMultiples(x: Field, y: Field, d: Flipped): Summand[] {
  const point = fromAffine(x, y);
  const result = [toSummand(point, d)];
  double(point);
  const twice = toSummand(point, d);
  let step = result[0];
  for (let n = 1; n < 4; n++) {
    add(point, step, 1);
    result[n] = toSummand(point, d);
    step = twice;
  }
  return result;
}

function addDigit(point: Point, odd: Summand[], digit: number): void {
  if (digit > 0) add(point, odd[digit >> 1], 1);
  if (digit < 0) add(point, odd[-digit >> 1], -1);
}

/** [S]B - [k]A with tables made here, the doublings of both shared, as Y - X, Y + X and Z. */
function walkWindows(s: Int32Array, k: Int32Array, x: Field, y: Field, kick: () => void): Field[] {
  const digitsA = windows(k);
  const digitsB = windows(s);
  const d = flip(curveD());
  const oddA = oddMultiples(x, y, d);
  const oddB = oddMultiples(
    fromHex("1ad5258f602d56c9b2a7259560c72c695cdcd6fd31e2a4c0fe536ecdd3366921"),
    fromHex(`58${"66".repeat(31)}`),
    d,
  );
  const point = fromAffine(zero(), ONE);
  for (let i = 253; i >= 0; i--) {
    double(point);
    addDigit(point, oddB, digitsB[i]);
    addDigit(point, oddA, -digitsA[i]);
    kick();
  }
  return [point.m, point.p, point.z];
}

/** What makes a verification cheaper. None of it changes a verdict. */
export interface Shortcut {
  /** The tables of the base point, and at `at` that of this key's negative (comb.ts) ... */
  tables: ArrayBuffer;
  at: number;
  /** ... and x of R, little endian: anything may stand here. */
  hint: Uint8Array | undefined;
}

/**
 * Returns only if `block`, signature (64 bytes) | public key (32) | message, is valid; throws
 * SIGNATURE_INVALID otherwise. `kick` is called every few hundred steps, to feed a watchdog.
 */
export function verifyEd25519(
  block: Uint8Array,
  hash512: (bytes: Uint8Array) => Uint8Array,
  kick?: () => void,
  shortcut?: Shortcut,
): void {
  const pulse = kick || (() => {});
  if (block.length < 96) refuse();
  if (!isReduced(digitsOf(block, 32, 32))) refuse();
  // With tables A was decoded when they were made.
  const points =
    (shortcut && shortcut.hint && decodeWith(block, shortcut.hint)) ||
    decode(block, shortcut ? 1 : 2, pulse);

  const hashed = new Uint8Array(block.length - 32);
  hashed.set(block.subarray(0, 32));
  hashed.set(block.subarray(64), 32);
  const k = digitsOf(hash512(hashed), 0, 64);
  reduce(k);
  const s = digitsOf(block, 32, 32);
  const found = shortcut
    ? walkCombs(shortcut.tables, shortcut.at, s, k, pulse)
    : walkWindows(s, k, points[2], points[3], pulse);
  // It is R if m and p are those of R times Z. Z is never 0 but with tables that are none.
  if (!sign(found[2])) refuse();
  const r = fromAffine(points[0], points[1]);
  if (sign(combine(ONE, found[0], found[2], r.m, -1))) refuse();
  if (sign(combine(ONE, found[1], found[2], r.p, -1))) refuse();
}
