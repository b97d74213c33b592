/**
 * Ed25519 verification (RFC 8032, section 5.1.7) in plain JavaScript, for any key: no tables but the
 * ones made here, no hints.
 *
 * Strict, with one verdict per input on every engine, that of libsodium and of dalek's
 * `verify_strict`: S < L, canonical encodings of A and R, no A or R of small order, and the equation
 * without cofactor, [S]B = R + [k]A with k = SHA-512(R | A | M) mod L.
 */

import { fail, SIGNATURE_INVALID } from "../errors.js";
import {
  combine,
  type Field,
  type Flipped,
  flip,
  floats,
  fromBytes,
  multiply,
  ONE,
  ONE_FLIPPED,
  pair,
  parity,
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

function fromHex(hex: string): Field {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return fromBytes(bytes, 0);
}

/** The curve's d = -121665 / 121666. */
function curveD(): Field {
  return fromHex("a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352");
}

function refuse(): never {
  return fail(SIGNATURE_INVALID, 0);
}

/** x[n] = x[n] y[n] for both elements. */
function multiplyBoth(x: Field[], y: Field[]): void {
  const left = flip(y[0]);
  const left2 = flip(y[1]);
  pair(x[0], x[1], left, floats(x[0]), left2, floats(x[1]), 1, 0, 0, 1);
}

/**
 * Both elements to the power (p - 5) / 8 = 2^252 - 3. From x^(2^n - 1) it gets to 2n by n squarings
 * and one product, and to n + 1 by one of each: 250 is 1, 3, 7, 15, 31, 62, 125, 250.
 */
function powerBoth(x: Field[], kick: () => void): Field[] {
  const result = [floats(x[0]), floats(x[1])];
  let bits = 1;
  for (let step = 6; step >= 0; step--) {
    const factor = [floats(result[0]), floats(result[1])];
    for (let i = 0; i < bits; i++) {
      multiplyBoth(result, result);
      kick();
    }
    multiplyBoth(result, factor);
    bits *= 2;
    if ((250 >> step) & 1) {
      multiplyBoth(result, result);
      multiplyBoth(result, x);
      bits++;
    }
  }
  multiplyBoth(result, result);
  multiplyBoth(result, result);
  multiplyBoth(result, x);
  return result;
}

/** Refuses y >= p: all bits set above the lowest byte, and that is 0xed or more. */
function requireCanonical(block: Uint8Array, at: number): void {
  let all = block[at + 31] | 128;
  for (let i = 1; i < 31; i++) all &= block[at + i];
  if (all === 255 && block[at] > 236) refuse();
}

/**
 * Decodes R and A (RFC 8032, section 5.1.3), side by side as each step costs the same for one or two.
 * Returns x and y of R, x and y of A.
 *
 * x^2 = u / v with u = y^2 - 1 and v = d y^2 + 1. For x = u (u v)^((p-5)/8), v x^2 is
 * u (u v)^((p-1)/4): u or -u when u v is a square, so x or x sqrt(-1) is the root, or there is none.
 *
 * An order that divides 8 is refused. It divides 4 if and only if x = 0 or y = 0; and x or y of 2 P
 * is 0 if and only if x y = 0 or x^2 + y^2 = 0. This covers x = 0 with the sign bit set as well.
 */
function decodeBoth(block: Uint8Array, kick: () => void): Field[] {
  const d = curveD();
  const y: Field[] = [];
  const u: Field[] = [];
  const v: Field[] = [];
  const uv: Field[] = [];
  for (let n = 0; n < 2; n++) {
    requireCanonical(block, 64 * n);
    y[n] = fromBytes(block, 64 * n);
    u[n] = multiply(y[n], y[n], -1);
    v[n] = multiply(d, multiply(y[n], y[n], 0), 1);
    uv[n] = multiply(u[n], v[n], 0);
  }
  const roots = powerBoth(uv, kick);
  multiplyBoth(roots, u);
  const minus = zero();
  const plus = zero();
  const result: Field[] = [];
  for (let n = 0; n < 2; n++) {
    let x = roots[n];
    const square = multiply(x, x, 0);
    pair(minus, plus, flip(v[n]), square, ONE_FLIPPED, u[n], 1, -1, 1, 1);
    if (sign(minus)) {
      if (sign(plus)) refuse();
      const i = fromHex("b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b");
      x = multiply(i, x, 0);
    }
    if (parity(x) !== block[64 * n + 31] >> 7) x = combine(x, zero(), x, ONE, -1);
    const norm = combine(x, x, y[n], y[n], 1);
    if (!(sign(x) && sign(y[n]) && sign(norm))) refuse();
    result.push(x, y[n]);
  }
  return result;
}

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

/**
 * Returns only if `block`, signature (64 bytes) | public key (32) | message, is valid; throws
 * SIGNATURE_INVALID otherwise. `kick` is called every few hundred steps, to feed a watchdog.
 */
export function verifyEd25519(
  block: Uint8Array,
  hash512: (bytes: Uint8Array) => Uint8Array,
  kick?: () => void,
): void {
  const pulse = kick || (() => {});
  if (block.length < 96) refuse();
  if (!isReduced(digitsOf(block, 32, 32))) refuse();
  const points = decodeBoth(block, pulse);

  const hashed = new Uint8Array(block.length - 32);
  hashed.set(block.subarray(0, 32));
  hashed.set(block.subarray(64), 32);
  const k = digitsOf(hash512(hashed), 0, 64);
  reduce(k);
  const digitsA = windows(k);
  const digitsB = windows(digitsOf(block, 32, 32));

  const d = flip(curveD());
  const oddA = oddMultiples(points[2], points[3], d);
  const oddB = oddMultiples(
    fromHex("1ad5258f602d56c9b2a7259560c72c695cdcd6fd31e2a4c0fe536ecdd3366921"),
    fromHex(`58${"66".repeat(31)}`),
    d,
  );
  // [S]B - [k]A, with the doublings of both shared.
  const point = fromAffine(zero(), ONE);
  for (let i = 253; i >= 0; i--) {
    double(point);
    addDigit(point, oddB, digitsB[i]);
    addDigit(point, oddA, -digitsA[i]);
    pulse();
  }
  // It is R if m and p are those of R times Z.
  const r = fromAffine(points[0], points[1]);
  if (sign(combine(ONE, point.m, point.z, r.m, -1))) refuse();
  if (sign(combine(ONE, point.p, point.z, r.p, -1))) refuse();
}
