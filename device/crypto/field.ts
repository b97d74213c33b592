/**
 * Arithmetic modulo p = 2^255 - 19 for interpreters in which a statement is expensive and a double
 * is exact: few wide limbs, and one carry per result.
 *
 * An element is the sum of twelve doubles. Limb i is a multiple of 2^w(i), w(i) = ceil(21.25 i), so
 * that w(12) = 255, and after a carry it is balanced: |limb i| <= 2^(w(i+1) - 1), apart from limb 1,
 * which the last fold may leave up to 1 % larger.
 *
 * A {@link Field} holds the twelve limbs in places 12 to 23 and in places 0 to 11 the same limbs
 * times 19 / 2^255, which is what they are worth one turn further, as 2^255 = 19. Column k of a
 * product, the sum of all a(i) b(k - i) with k - i taken around the turn, is then one scalar product
 * of the other factor backwards ({@link flip}) with twelve places in a row: what `E.convolve` does.
 *
 * Why every step is exact. w(i) + w(j) >= w(i + j), so each term of column k is a multiple of
 * 2^w(k), and a double is exact for such multiples below 2^53 of these units. With balanced limbs a
 * term is at most 2^42 units, 19 times that around the turn, so twelve terms stay below
 * 12 * 19 * 2^42 < 2^49.9 units (the largest column really stays below 2^49). The largest
 * combination that is carried as one is 2 x + 4 y, six columns, which makes 2^52.5 units at most.
 * The carry from the limb below is under 2^32 units.
 */
declare const E:
  | {
      convolve?: Convolve;
      mapInPlace?(from: Uint8Array, to: Float64Array, map: (value: number) => number): void;
    }
  | undefined;

type Convolve = (a: Flipped, b: Field, offset: number) => number;

/** Twelve limbs, and before them the same limbs folded around 2^255. */
export type Field = Float64Array;

/** The twelve limbs of one factor, highest first. */
export type Flipped = Float64Array | Float32Array;

/** `new Float64Array`, which a minifier cannot shorten: so many zeros, or a copy. */
export function floats(from: number | Float64Array): Float64Array {
  return new Float64Array(from as Float64Array);
}

/** x + ROUND[i] - ROUND[i] rounds x to a multiple of 2^w(i+1): doubles near 1.5 * 2^(52 + w). */
export const ROUND = floats(12);

// 1.5 * 2^52. A minifier folds it to 6755399441055744: below 2^53, so Espruino reads it exactly.
let scale = 402653184 * 16777216;
const unit = scale;
for (let i = 0; i < 12; i++) {
  scale *= i % 4 ? 2097152 : 4194304;
  ROUND[i] = scale;
}

/** 19 / 2^255, exactly. */
export const FOLD = (unit / scale) * 19;

function plainConvolve(a: Flipped, b: Field, offset: number): number {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += a[i] * b[i + offset];
  return sum;
}

// Espruino calls its `E` a function.
export const convolve: Convolve =
  typeof E !== "undefined" && typeof E.convolve === "function" ? E.convolve : plainConvolve;

const PLACES = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

/** The columns of a product: twelve native calls in one take a third less than twelve statements. */
export function columnsOf(a: Flipped, b: Field, result: Float64Array): void {
  if (typeof E !== "undefined" && typeof E.mapInPlace === "function")
    E.mapInPlace(PLACES, result, convolve.bind(0 as never, a, b));
  else for (let i = 0; i < 12; i++) result[i] = convolve(a, b, i + 1);
}

/** A new element of value 0. */
export function zero(): Field {
  return floats(24);
}

export function flip(x: Field): Float64Array {
  return floats(x.subarray(12)).reverse();
}

/** The element 1, and 1 as a left factor. */
export const ONE = zero();
ONE[12] = 1;
ONE[0] = FOLD;
export const ONE_FLIPPED = flip(ONE);

/** Brings the carry out of the top limb around: 2^255 = 19. `round` is that of limb 0. */
export function foldCarry(x: Field, carry: number, round: number): void {
  const low = x[12] + carry * FOLD;
  const over = low + round - round;
  x[12] = low - over;
  x[0] = FOLD * (low - over);
  x[13] += over;
  x[1] = FOLD * x[13];
}

/**
 * The one operation everything is made of: with x = a b and y = c d it sets
 * first = p x + q y and second = r x + s y. |p| + |q| and |r| + |s| must not exceed 6. The results
 * must be other arrays than b and d.
 */
export function pair(
  first: Field,
  second: Field,
  a: Flipped,
  b: Field,
  c: Flipped,
  d: Field,
  p: number,
  q: number,
  r: number,
  s: number,
): void {
  // Names are found by a search from the innermost scope outwards: the busiest come first.
  const column = convolve;
  const fold = FOLD;
  const rounds = ROUND;
  let carry = 0;
  let carry2 = 0;
  for (let sum = 0, i = 0, x = 0, y = 0, round = 0; i < 12; ) {
    round = rounds[i];
    i++;
    x = column(a, b, i);
    y = column(c, d, i);
    sum = p * x + q * y + carry;
    carry = sum + round - round;
    sum -= carry;
    first[i + 11] = sum;
    first[i - 1] = fold * sum;
    sum = r * x + s * y + carry2;
    carry2 = sum + round - round;
    sum -= carry2;
    second[i + 11] = sum;
    second[i - 1] = fold * sum;
  }
  foldCarry(first, carry, ROUND[0]);
  foldCarry(second, carry2, ROUND[0]);
}

/** a b + q c d as a new element. */
export function combine(a: Field, b: Field, c: Field, d: Field, q: number): Field {
  const result = zero();
  pair(result, zero(), flip(a), b, flip(c), d, 1, q, 0, 0);
  return result;
}

/** a b + q as a new element. */
export function multiply(a: Field, b: Field, q: number): Field {
  return combine(a, b, ONE, ONE, q);
}

/**
 * The low 255 bits of 32 bytes, little-endian, as a carried element. Byte i begins at bit 8 i and
 * so in limb floor(8 i / 21.25); the few bits by which it may reach over are carried.
 */
export function fromBytes(bytes: Uint8Array, at: number): Field {
  const x = zero();
  let weight = 1;
  for (let i = 0; i < 32; i++) {
    x[12 + (((i * 32) / 85) | 0)] += (i < 31 ? bytes[at + i] : bytes[at + i] & 127) * weight;
    weight *= 256;
  }
  return multiply(ONE, x, 0);
}

/**
 * Below 0, 0 or above 0, as the sum of the limbs. That sum is less than p in size and the highest
 * limb that is not 0 outweighs all below it; so 0 means that the element is 0, and of a negative sum
 * the residue is p more.
 */
export function sign(x: Field): number {
  for (let i = 23; i > 11; i--) if (x[i]) return x[i];
  return 0;
}

/** Bit 0 of the residue: all limbs but the lowest are even, and p is odd. */
export function parity(x: Field): number {
  return (sign(x) < 0 ? 1 : 0) ^ (x[12] & 1);
}
