/**
 * SHA-512 (FIPS 180-4, section 6.4). A 64-bit word is two 32-bit integers.
 */

const TWO_32 = 65536 * 65536;

/**
 * The 80 round constants and the 8 words of the initial value (FIPS 180-4, sections 4.2.3 and 5.3.5): all
 * upper halves, then all lower ones, little endian.
 */
const CONSTANTS =
  "mC+KQpFEN3HP+8C1pdu16VvCVjnxEfFZpII/ktVeHKuYqgfYAVuDEr6FMSTDfQxVdF2+cv6x3oCnBtybdPGbwcFpm+SG" +
  "R77vxp3BD8yhDCRvLOktqoR0StypsFzaiPl2UlE+mG3GMajIJwOwx39Zv/ML4MZHkafVUWPKBmcpKRSFCrcnOCEbLvxt" +
  "LE0TDThTVHMKZbsKanYuycKBhSxykqHov6JLZhqocItLwqNRbMcZ6JLRJAaZ1oU1DvRwoGoQFsGkGQhsNx5Md0gntbyw" +
  "NLMMHDlKqthOT8qcW/NvLmjugo90b2OleBR4yIQIAseM+v++kOtsUKT3o/m+8nhxxs4+J8rHuIbR1n3a6n9PffWqZ/AG" +
  "xX1jCgSYPxE1C3Eb9XfbKHuryjIKvp48xGcdQ77UxUycKX9Zq2/LX4wZRGxn5glqha5nu3Lzbjw69U+lf1IOUYxoBZur" +
  "2YMfGc3gWyKuKNfNZe8jLztN7LzbiYE4tUjzGdAFtptPGa8YgW3aQgIDo75vcEWMsuRO4rT/1W+Je/KxlhY7NRLHJZQm" +
  "ac/SSvGe4yVPOLXVjItlnKx3dQIrWYPkpm7U+0G9tVMRg6vfZu4QMrQtPyH7mOQO777Cj6g9JacKk2+CA+Bwbg4K/C/S" +
  "RibJJlztKsRa37OVnd5jr4uosnc85q7tRzs1ghRkA/FMATBCvJGX+NAwvlQGGFLv1hCpZVUqIHFXuNG7MsjQ0rhTq0FR" +
  "meuO36hIm+FjWsnFy4pB43PjY3ejuLLW/LLvXWAvF0Nyq/Ch7DlkGigeYyPpvYLeFXnGsitTcuOcYSbqB8LAIR7r4M14" +
  "0W7uum8XcqaYyKKuDfm+G0ccE4R9BCOTJMdAvL7JFUwNEJy2Qj7LKn5l/Oz61joXWEdKCMm88zunyoQr+JT+8TYdX9GC" +
  "5q0fbD4ra71B+3khfhM=";

declare function atob(text: string): string;

/** 88 of them as numbers. */
const numbers = (text: string, from: number): Uint32Array => {
  const bytes = new Uint8Array(352);
  for (let i = 0; i < 352; i++) bytes[i] = text.charCodeAt(from + i);
  return new Uint32Array(bytes.buffer);
};

export function sha512(bytes: Uint8Array): Uint8Array {
  const length = bytes.length;
  const constants = atob(CONSTANTS);
  const kHigh = numbers(constants, 0);
  const kLow = numbers(constants, 352);
  const high = kHigh.subarray(80);
  const low = kLow.subarray(80);
  const wHigh = new Uint32Array(16);
  const wLow = new Uint32Array(16);
  const block = new Uint8Array(128);
  for (let start = 0; start < length + 17; start += 128) {
    block.fill(0);
    if (start < length) block.set(bytes.subarray(start, Math.min(length, start + 128)));
    if (length >= start && length < start + 128) block[length - start] = 128;
    for (let i = 0; i < 32; i++) {
      const at = 4 * i;
      (i & 1 ? wLow : wHigh)[i >> 1] =
        (block[at] << 24) | (block[at + 1] << 16) | (block[at + 2] << 8) | block[at + 3];
    }
    if (start + 128 >= length + 17) {
      wHigh[15] = length / 536870912;
      wLow[15] = length << 3;
    }
    compress(high, low, wHigh, wLow, kHigh, kLow);
  }
  const digest = new Uint8Array(64);
  for (let i = 0; i < 64; i++) digest[i] = (i & 4 ? low : high)[i >> 3] >> (24 - 8 * (i & 3));
  return digest;
}

/**
 * One block. The words a to h are variables that move on, as an element of an array costs an interpreter
 * more than a name; lower halves are kept from 0 up, so that what is above 2^32 in a sum is its carry.
 */
function compress(
  high: Uint32Array,
  low: Uint32Array,
  wHigh: Uint32Array,
  wLow: Uint32Array,
  kHigh: Uint32Array,
  kLow: Uint32Array,
): void {
  let eh = high[4] | 0;
  let el = low[4];
  let ah = high[0] | 0;
  let al = low[0];
  let x = 0;
  let y = 0;
  let i = 0;
  let fh = high[5] | 0;
  let fl = low[5];
  let gh = high[6] | 0;
  let gl = low[6];
  let bh = high[1] | 0;
  let bl = low[1];
  let ch = high[2] | 0;
  let cl = low[2];
  let hh = high[7] | 0;
  let hl = low[7];
  let dh = high[3] | 0;
  let dl = low[3];
  const two32 = TWO_32;
  for (let t = 0; t < 80; t++) {
    i = t & 15;
    if (t > 15) {
      // The schedule, in a ring of 16 words.
      x = wHigh[(i + 1) & 15];
      y = wLow[(i + 1) & 15];
      const x2 = wHigh[(i + 14) & 15];
      const y2 = wLow[(i + 14) & 15];
      const sum =
        wLow[i] +
        wLow[(i + 9) & 15] +
        ((((y >>> 1) | (x << 31)) ^ ((y >>> 8) | (x << 24)) ^ ((y >>> 7) | (x << 25))) >>> 0) +
        ((((y2 >>> 19) | (x2 << 13)) ^ ((x2 >>> 29) | (y2 << 3)) ^ ((y2 >>> 6) | (x2 << 26))) >>>
          0);
      wHigh[i] =
        wHigh[i] +
        wHigh[(i + 9) & 15] +
        (((x >>> 1) | (y << 31)) ^ ((x >>> 8) | (y << 24)) ^ (x >>> 7)) +
        (((x2 >>> 19) | (y2 << 13)) ^ ((y2 >>> 29) | (x2 << 3)) ^ (x2 >>> 6)) +
        ((sum / two32) | 0);
      wLow[i] = sum;
    }
    // T1 = h + Sigma1(e) + Ch(e, f, g) + K + W
    y =
      hl +
      kLow[t] +
      wLow[i] +
      ((gl ^ (el & (fl ^ gl))) >>> 0) +
      ((((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23))) >>> 0);
    x =
      hh +
      kHigh[t] +
      wHigh[i] +
      (gh ^ (eh & (fh ^ gh))) +
      (((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23))) +
      ((y / two32) | 0);
    y = y % two32;
    hh = gh;
    hl = gl;
    gh = fh;
    gl = fl;
    fh = eh;
    fl = el;
    // e of the next round = d + T1
    el = dl + y;
    eh = (dh + x + ((el / two32) | 0)) | 0;
    el = el >>> 0;
    dh = ch;
    dl = cl;
    // a of the next round = T1 + Sigma0(a) + Maj(a, b, c)
    y +=
      (((al & bl) | (cl & (al | bl))) >>> 0) +
      ((((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25))) >>> 0);
    x +=
      ((ah & bh) | (ch & (ah | bh))) +
      (((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25))) +
      ((y / two32) | 0);
    ch = bh;
    cl = bl;
    bh = ah;
    bl = al;
    ah = x | 0;
    al = y >>> 0;
  }
  addTo(high, low, 0, ah, al);
  addTo(high, low, 1, bh, bl);
  addTo(high, low, 2, ch, cl);
  addTo(high, low, 3, dh, dl);
  addTo(high, low, 4, eh, el);
  addTo(high, low, 5, fh, fl);
  addTo(high, low, 6, gh, gl);
  addTo(high, low, 7, hh, hl);
}

function addTo(high: Uint32Array, low: Uint32Array, n: number, h: number, l: number): void {
  const sum = low[n] + l;
  high[n] = high[n] + h + ((sum / TWO_32) | 0);
  low[n] = sum;
}
