/**
 * SHA-256 (FIPS 180-4, section 6.2) for engines with small integers: every word is two halves of 16 bits.
 * JerryScript has integers of 28 bits and would keep a word of 32 bits as a float on its heap. What is
 * shifted left stays below 2^27 for the same reason.
 */
import { CONSTANTS, eachBlock, INITIAL, type Read } from "./sha256.js";

/** The halves of words, upper one first. */
const halves = (text: string): Uint16Array => {
  const result = new Uint16Array(text.length / 4);
  for (let i = 0; i < result.length; i++) result[i] = parseInt(text.slice(4 * i, 4 * i + 4), 16);
  return result;
};

/** SHA-256 of `length` bytes, 32 bytes. */
export function sha256(read: Read, length: number, kick: () => void): Uint8Array {
  const constants = halves(CONSTANTS);
  const state = halves(INITIAL);
  const words = new Uint16Array(32);
  eachBlock(read, length, kick, (block) => {
    for (let i = 0; i < 32; i++) words[i] = (block[2 * i] << 8) | block[2 * i + 1];
    compress(state, words, constants);
  });
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = state[i >> 1] >> (i & 1 ? 0 : 8);
  return digest;
}

/**
 * One block. The words a to h are variables that move on, as an element of an array costs an interpreter
 * more than a name: upper halves end in h, lower ones in l.
 */
function compress(state: Uint16Array, words: Uint16Array, constants: Uint16Array): void {
  let eh = state[8];
  let el = state[9];
  let ah = state[0];
  let al = state[1];
  let x = 0;
  let y = 0;
  let fh = state[10];
  let fl = state[11];
  let gh = state[12];
  let gl = state[13];
  let bh = state[2];
  let bl = state[3];
  let ch = state[4];
  let cl = state[5];
  let hh = state[14];
  let hl = state[15];
  let dh = state[6];
  let dl = state[7];
  for (let t = 0; t < 128; t += 2) {
    const i = t & 31;
    if (t > 31) schedule(words, i);
    // T1 = h + Sigma1(e) + Ch(e, f, g) + K + W
    y =
      hl +
      constants[t + 1] +
      words[i + 1] +
      (gl ^ (el & (fl ^ gl))) +
      (((el >> 6) ^ (eh << 10) ^ (el >> 11) ^ (eh << 5) ^ (eh >> 9) ^ (el << 7)) & 65535);
    x =
      hh +
      constants[t] +
      words[i] +
      (gh ^ (eh & (fh ^ gh))) +
      (((eh >> 6) ^ (el << 10) ^ (eh >> 11) ^ (el << 5) ^ (el >> 9) ^ (eh << 7)) & 65535) +
      (y >> 16);
    y = y & 65535;
    hh = gh;
    hl = gl;
    gh = fh;
    gl = fl;
    fh = eh;
    fl = el;
    // e of the next round = d + T1
    el = dl + y;
    eh = (dh + x + (el >> 16)) & 65535;
    el = el & 65535;
    dh = ch;
    dl = cl;
    // a of the next round = T1 + Sigma0(a) + Maj(a, b, c)
    y +=
      ((al & bl) | (cl & (al | bl))) +
      (((al >> 2) ^ ((ah & 3) << 14) ^ (al >> 13) ^ (ah << 3) ^ (ah >> 6) ^ (al << 10)) & 65535);
    x +=
      ((ah & bh) | (ch & (ah | bh))) +
      (((ah >> 2) ^ ((al & 3) << 14) ^ (ah >> 13) ^ (al << 3) ^ (al >> 6) ^ (ah << 10)) & 65535) +
      (y >> 16);
    ch = bh;
    cl = bl;
    bh = ah;
    bl = al;
    ah = x & 65535;
    al = y & 65535;
  }
  addTo(state, 0, ah, al);
  addTo(state, 2, bh, bl);
  addTo(state, 4, ch, cl);
  addTo(state, 6, dh, dl);
  addTo(state, 8, eh, el);
  addTo(state, 10, fh, fl);
  addTo(state, 12, gh, gl);
  addTo(state, 14, hh, hl);
}

/** The word at `i` of the next 16, in a ring of 32 halves (FIPS 180-4, section 6.2.2, step 1). */
function schedule(words: Uint16Array, i: number): void {
  const h1 = words[(i + 2) & 31];
  const l1 = words[(i + 3) & 31];
  const h14 = words[(i + 28) & 31];
  const l14 = words[(i + 29) & 31];
  const low =
    words[i + 1] +
    words[(i + 19) & 31] +
    (((l1 >> 7) ^ (h1 << 9) ^ (h1 >> 2) ^ ((l1 & 3) << 14) ^ (l1 >> 3) ^ ((h1 & 7) << 13)) &
      65535) +
    (((h14 >> 1) ^ ((l14 & 1) << 15) ^ (h14 >> 3) ^ ((l14 & 7) << 13) ^ (l14 >> 10) ^ (h14 << 6)) &
      65535);
  words[i] =
    words[i] +
    words[(i + 18) & 31] +
    (((h1 >> 7) ^ (l1 << 9) ^ (l1 >> 2) ^ ((h1 & 3) << 14) ^ (h1 >> 3)) & 65535) +
    (((l14 >> 1) ^ ((h14 & 1) << 15) ^ (l14 >> 3) ^ ((h14 & 7) << 13) ^ (h14 >> 10)) & 65535) +
    (low >> 16);
  words[i + 1] = low;
}

function addTo(state: Uint16Array, n: number, h: number, l: number): void {
  const low = state[n + 1] + l;
  state[n] = state[n] + h + (low >> 16);
  state[n + 1] = low;
}
