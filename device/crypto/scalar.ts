/**
 * Scalars of Ed25519 as 16-bit digits, lowest first, in an Int32Array(32): modulo the order of the
 * base point, L = 2^252 + c (RFC 8032, section 5.1), and as signed windows.
 */

const L = new Uint16Array([
  0xd3ed, 0x5cf5, 0x631a, 0x5812, 0x9cd6, 0xa2f7, 0xf9de, 0x14de, 0, 0, 0, 0, 0, 0, 0, 0x1000,
]);

/** `count` bytes, little-endian, as digits. */
export function digitsOf(bytes: Uint8Array, at: number, count: number): Int32Array {
  const x = new Int32Array(32);
  for (let i = 0; i < count; i++) x[i >> 1] |= bytes[at + i] << (8 * (i & 1));
  return x;
}

/**
 * Subtracts factor * L from the digits `at` to `at + 15`, brings these to 0..65535 and returns what
 * is left to be added above them. Terms stay below 2^38: exact.
 */
function subtract(x: Int32Array, at: number, factor: number): number {
  let carry = 0;
  for (let i = 0; i < 16; i++) {
    const term = x[at + i] + carry - factor * L[i];
    carry = Math.floor(term / 65536);
    x[at + i] = term - carry * 65536;
  }
  return carry;
}

/** Whether the scalar is below L. It changes x. */
export function isReduced(x: Int32Array): boolean {
  return subtract(x, 0, 1) < 0;
}

/**
 * Reduces 512 bits modulo L, to the one residue in 0..L-1: with a key of mixed order another
 * representative would be another verdict.
 *
 * Digit i is worth 2^256 at its place and 16 L = 2^256 + 16 c, so subtracting 16 L times the digit
 * leaves -1, 0 or 1 of it, which moves to the digit below. What remains is in -2^240..2^256+2^240;
 * take its floor(/ 2^252), -1 to 16, times L away and it is in -16 c..L-1: once more L if negative.
 */
export function reduce(x: Int32Array): void {
  for (let i = 31; i > 15; i--) {
    const rest = subtract(x, i - 16, 16 * x[i]) + x[i];
    x[i - 1] += 65536 * rest;
    x[i] = 0;
  }
  subtract(x, 0, subtract(x, 0, x[15] >> 12));
}

/**
 * The scalar as digits 0, ±1, ±3, ±5, ±7 of the powers of 2, at most one in four of them not 0
 * (wNAF of width 4). Scalars below L need 254 digits.
 */
export function windows(x: Int32Array): Int8Array {
  const result = new Int8Array(256);
  let carry = 0;
  for (let i = 0; i < 254; ) {
    const word = (x[i >> 4] | (x[(i >> 4) + 1] << 16)) >>> (i & 15);
    if ((word & 1) === carry) {
      i++;
    } else {
      const digit = (word & 15) + carry;
      carry = digit >> 3;
      result[i] = digit - carry * 16;
      i += 4;
    }
  }
  return result;
}

/**
 * Rewrites a scalar x below L for a comb of 6 rows of 43 digits that are 1 or -1: bit j says whether
 * digit j is 1. Such digits make odd numbers only, so L is added to an even x. With bits b(j),
 * the sum of (2 b(j) - 1) 2^j is x when the number that they make is (x + 2^258 - 1) / 2.
 */
export function toSigns(x: Int32Array): void {
  const isOdd = x[0] & 1;
  let carry = 0;
  for (let i = 0; i < 18; i++) {
    carry += i < 16 ? x[i] + (isOdd ? 0 : L[i]) + 65535 : i < 17 ? 3 : 0;
    x[i] = carry & 65535;
    carry >>= 16;
    if (i) x[i - 1] = (x[i - 1] >> 1) | ((x[i] & 1) << 15);
  }
}
