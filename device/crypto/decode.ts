/**
 * Points from their 32 bytes (RFC 8032, section 5.1.3), with the strict rules: y canonical, and no point
 * whose order divides 8.
 */

import { fail, SIGNATURE_INVALID } from "../errors.js";
import {
  combine,
  type Field,
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

export function fromHex(hex: string): Field {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return fromBytes(bytes, 0);
}

/** The curve's d = -121665 / 121666. */
export function curveD(): Field {
  return fromHex("a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352");
}

export function refuse(): never {
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

/** Is the number in the low 255 bits below p? It is not when all above the lowest byte are set. */
function isCanonical(bytes: Uint8Array, at: number): boolean {
  let all = bytes[at + 31] | 128;
  for (let i = 1; i < 31; i++) all &= bytes[at + i];
  return all < 255 || bytes[at] < 237;
}

/**
 * Is the order of a point more than 8? It divides 4 if and only if x = 0 or y = 0; and x or y of 2 P is
 * 0 if and only if x y = 0 or x^2 + y^2 = 0. This covers x = 0 with the sign bit set as well.
 */
const isLarge = (x: Field, y: Field): boolean =>
  !!(sign(x) && sign(y) && sign(combine(x, x, y, y, 1)));

/**
 * Decodes R, and with `count` 2 also A, side by side as each step costs the same for one or two. Returns
 * x and y of R, x and y of A.
 *
 * x^2 = u / v with u = y^2 - 1 and v = d y^2 + 1. For x = u (u v)^((p-5)/8), v x^2 is
 * u (u v)^((p-1)/4): u or -u when u v is a square, so x or x sqrt(-1) is the root, or there is none.
 */
export function decode(block: Uint8Array, count: number, kick: () => void): Field[] {
  const d = curveD();
  const y: Field[] = [];
  const u: Field[] = [];
  const v: Field[] = [];
  const uv: Field[] = [];
  for (let n = 0; n < count; n++) {
    if (!isCanonical(block, 64 * n)) refuse();
    y[n] = fromBytes(block, 64 * n);
    u[n] = multiply(y[n], y[n], -1);
    v[n] = multiply(d, multiply(y[n], y[n], 0), 1);
    uv[n] = multiply(u[n], v[n], 0);
  }
  const roots = powerBoth([uv[0], uv[count - 1]], kick);
  multiplyBoth(roots, [u[0], u[count - 1]]);
  const minus = zero();
  const plus = zero();
  const result: Field[] = [];
  for (let n = 0; n < count; n++) {
    let x = roots[n];
    const square = multiply(x, x, 0);
    pair(minus, plus, flip(v[n]), square, ONE_FLIPPED, u[n], 1, -1, 1, 1);
    if (sign(minus)) {
      if (sign(plus)) refuse();
      const i = fromHex("b0a00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b");
      x = multiply(i, x, 0);
    }
    if (parity(x) !== block[64 * n + 31] >> 7) x = combine(x, zero(), x, ONE, -1);
    if (!isLarge(x, y[n])) refuse();
    result.push(x, y[n]);
  }
  return result;
}

/**
 * x and y of R when `x`, 32 bytes from anybody, is what {@link decode} would find: it has all the
 * properties that make x of R unique. Nothing when it is not.
 */
export function decodeWith(block: Uint8Array, hint: Uint8Array): Field[] | undefined {
  if (!isCanonical(block, 0)) refuse();
  if (hint.length !== 32 || hint[31] > 127 || !isCanonical(hint, 0)) return undefined;
  const x = fromBytes(hint, 0);
  const y = fromBytes(block, 0);
  const square = multiply(y, y, 0);
  const v = multiply(curveD(), square, 1);
  const u = multiply(ONE, square, -1);
  const isOn = !sign(combine(multiply(x, x, 0), v, ONE, u, -1));
  return isOn && parity(x) === block[31] >> 7 && isLarge(x, y) ? [x, y] : undefined;
}
