/**
 * SHA-256 (FIPS 180-4, section 6.2) for engines with integers of 32 bits. In Espruino it takes 148,000
 * instructions of ARM for each byte, a third of what the form with halves takes.
 */
import { CONSTANTS, eachBlock, INITIAL, type Read } from "./sha256.js";

const numbers = (text: string): Int32Array => {
  const result = new Int32Array(text.length / 8);
  for (let i = 0; i < result.length; i++) result[i] = parseInt(text.slice(8 * i, 8 * i + 8), 16);
  return result;
};

/** SHA-256 of `length` bytes, 32 bytes. */
export function sha256(read: Read, length: number, kick: () => void): Uint8Array {
  const constants = numbers(CONSTANTS);
  const state = numbers(INITIAL);
  const words = new Int32Array(64);
  eachBlock(read, length, kick, (block) => {
    for (let i = 0; i < 16; i++)
      words[i] =
        (block[4 * i] << 24) |
        (block[4 * i + 1] << 16) |
        (block[4 * i + 2] << 8) |
        block[4 * i + 3];
    compress(state, words, constants);
  });
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = state[i >> 2] >> (24 - 8 * (i & 3));
  return digest;
}

/**
 * One block. Eight rounds are written out: after them each word is at its place again, and none of them
 * has to move, which an interpreter would pay for.
 */
function compress(state: Int32Array, words: Int32Array, constants: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const x = words[t - 15];
    const y = words[t - 2];
    words[t] =
      words[t - 16] +
      words[t - 7] +
      (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
      (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t += 8) {
    // h += Sigma1(e) + Ch(e, f, g) + K + W, d += h, h += Sigma0(a) + Maj(a, b, c); then one place on.
    h =
      (h +
        constants[t] +
        words[t] +
        (g ^ (e & (f ^ g))) +
        (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) |
      0;
    d = (d + h) | 0;
    h =
      (h +
        ((a & b) | (c & (a | b))) +
        (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) |
      0;
    g =
      (g +
        constants[t + 1] +
        words[t + 1] +
        (f ^ (d & (e ^ f))) +
        (((d >>> 6) | (d << 26)) ^ ((d >>> 11) | (d << 21)) ^ ((d >>> 25) | (d << 7)))) |
      0;
    c = (c + g) | 0;
    g =
      (g +
        ((h & a) | (b & (h | a))) +
        (((h >>> 2) | (h << 30)) ^ ((h >>> 13) | (h << 19)) ^ ((h >>> 22) | (h << 10)))) |
      0;
    f =
      (f +
        constants[t + 2] +
        words[t + 2] +
        (e ^ (c & (d ^ e))) +
        (((c >>> 6) | (c << 26)) ^ ((c >>> 11) | (c << 21)) ^ ((c >>> 25) | (c << 7)))) |
      0;
    b = (b + f) | 0;
    f =
      (f +
        ((g & h) | (a & (g | h))) +
        (((g >>> 2) | (g << 30)) ^ ((g >>> 13) | (g << 19)) ^ ((g >>> 22) | (g << 10)))) |
      0;
    e =
      (e +
        constants[t + 3] +
        words[t + 3] +
        (d ^ (b & (c ^ d))) +
        (((b >>> 6) | (b << 26)) ^ ((b >>> 11) | (b << 21)) ^ ((b >>> 25) | (b << 7)))) |
      0;
    a = (a + e) | 0;
    e =
      (e +
        ((f & g) | (h & (f | g))) +
        (((f >>> 2) | (f << 30)) ^ ((f >>> 13) | (f << 19)) ^ ((f >>> 22) | (f << 10)))) |
      0;
    d =
      (d +
        constants[t + 4] +
        words[t + 4] +
        (c ^ (a & (b ^ c))) +
        (((a >>> 6) | (a << 26)) ^ ((a >>> 11) | (a << 21)) ^ ((a >>> 25) | (a << 7)))) |
      0;
    h = (h + d) | 0;
    d =
      (d +
        ((e & f) | (g & (e | f))) +
        (((e >>> 2) | (e << 30)) ^ ((e >>> 13) | (e << 19)) ^ ((e >>> 22) | (e << 10)))) |
      0;
    c =
      (c +
        constants[t + 5] +
        words[t + 5] +
        (b ^ (h & (a ^ b))) +
        (((h >>> 6) | (h << 26)) ^ ((h >>> 11) | (h << 21)) ^ ((h >>> 25) | (h << 7)))) |
      0;
    g = (g + c) | 0;
    c =
      (c +
        ((d & e) | (f & (d | e))) +
        (((d >>> 2) | (d << 30)) ^ ((d >>> 13) | (d << 19)) ^ ((d >>> 22) | (d << 10)))) |
      0;
    b =
      (b +
        constants[t + 6] +
        words[t + 6] +
        (a ^ (g & (h ^ a))) +
        (((g >>> 6) | (g << 26)) ^ ((g >>> 11) | (g << 21)) ^ ((g >>> 25) | (g << 7)))) |
      0;
    f = (f + b) | 0;
    b =
      (b +
        ((c & d) | (e & (c | d))) +
        (((c >>> 2) | (c << 30)) ^ ((c >>> 13) | (c << 19)) ^ ((c >>> 22) | (c << 10)))) |
      0;
    a =
      (a +
        constants[t + 7] +
        words[t + 7] +
        (h ^ (f & (g ^ h))) +
        (((f >>> 6) | (f << 26)) ^ ((f >>> 11) | (f << 21)) ^ ((f >>> 25) | (f << 7)))) |
      0;
    e = (e + a) | 0;
    a =
      (a +
        ((b & c) | (d & (b | c))) +
        (((b >>> 2) | (b << 30)) ^ ((b >>> 13) | (b << 19)) ^ ((b >>> 22) | (b << 10)))) |
      0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
