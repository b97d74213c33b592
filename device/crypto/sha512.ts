/**
 * SHA-512 (FIPS 180-4, section 6.4). A 64-bit word is two 32-bit integers, high before low.
 */

const TWO_32 = 65536 * 65536;

/**
 * Fills in the 80 round constants and the 8 words of the initial value: 64 bits after the point of
 * the cube roots of the first 80 primes and of the square roots of the first 8 (FIPS 180-4, sections
 * 4.2.3 and 5.3.5). Computed, because this is shorter than the numbers and as fast as unpacking them.
 *
 * With n the root's first bits, 20 of them after the point, prime - n^3 (prime - n^2) is exact in
 * doubles: n < 2^23, so n^2 < 2^46, and n^3 is formed in two halves. root^3 - n^3 =
 * (root - n) (root^2 + root n + n^2) then gives the rest with the relative error of a double, and as
 * the rest is below 2^-20 that is an absolute error of about 2^-72.
 */
function constants(rounds: Uint32Array, initial: Uint32Array): void {
  const composite = new Uint8Array(410);
  const scale = 1048576;
  let count = 0;
  let cube = 1;
  let root = 1;
  for (let prime = 2; prime < 410; prime++) {
    if (composite[prime]) continue;
    for (let i = prime * prime; i < 410; i += prime) composite[i] = 1;
    // Newton's method. Each root is close enough to the one before to take it as the start.
    for (let i = 0; i < 6; i++) cube -= (cube - prime / (cube * cube)) / 3;
    let n = Math.floor(cube * scale);
    const high = Math.floor((n * n) / 8388608);
    let rest = (prime * scale * 131072 - high * n) * 8388608 - (n * n - high * 8388608) * n;
    let near = n / scale;
    rest = (rest * 16) / (cube * cube + cube * near + near * near);
    rounds[count] = (n << 12) | (rest / TWO_32);
    rounds[count + 1] = rest;
    if (count < 16) {
      for (let i = 0; i < 6; i++) root -= (root - prime / root) / 2;
      n = Math.floor(root * scale);
      near = n / scale;
      rest = ((prime * scale * scale - n * n) * scale * 16) / (root + near);
      initial[count] = (n << 12) | (rest / TWO_32);
      initial[count + 1] = rest;
    }
    count += 2;
  }
}

/**
 * One half of the exclusive or of three rotations of a 64-bit word: by a, by b and by 32 + c. With
 * (high, low) the high half, with (low, high) the low one.
 */
function rotations(x: number, y: number, a: number, b: number, c: number): number {
  return (
    (((x >>> a) | (y << (32 - a))) ^
      ((x >>> b) | (y << (32 - b))) ^
      ((y >>> c) | (x << (32 - c)))) >>>
    0
  );
}

export function sha512(bytes: Uint8Array): Uint8Array {
  const length = bytes.length;
  const rounds = new Uint32Array(160);
  const state = new Uint32Array(16);
  const schedule = new Uint32Array(32);
  // a to h of the standard, from place `top` upward: a round moves the start, not the words.
  const work = new Uint32Array(16);
  constants(rounds, state);
  for (let start = 0; start < length + 17; start += 128) {
    for (let i = 0; i < 128; i++) {
      const at = start + i;
      const byte = at < length ? bytes[at] : at === length ? 128 : 0;
      schedule[i >> 2] = (schedule[i >> 2] << 8) | byte;
    }
    if (start + 128 >= length + 17) {
      schedule[30] = length / 536870912;
      schedule[31] = length << 3;
    }
    work.set(state);
    for (let t = 0; t < 160; t += 2) {
      const top = -t & 15;
      const i = t & 31;
      // The schedule, in a ring of 16 words.
      let high = 0;
      let low = 0;
      let sum = 0;
      if (t > 31) {
        high = schedule[(i + 2) & 31];
        low = schedule[(i + 3) & 31];
        const high2 = schedule[(i + 28) & 31];
        const low2 = schedule[(i + 29) & 31];
        sum =
          schedule[i + 1] +
          schedule[(i + 19) & 31] +
          ((((low >>> 1) | (high << 31)) ^
            ((low >>> 8) | (high << 24)) ^
            ((low >>> 7) | (high << 25))) >>>
            0) +
          rotations(low2, high2, 19, 6, 29);
        schedule[i] =
          schedule[i] +
          schedule[(i + 18) & 31] +
          (((high >>> 1) | (low << 31)) ^ ((high >>> 8) | (low << 24)) ^ (high >>> 7)) +
          (rotations(high2, low2, 19, 6, 29) ^ (low2 << 26)) +
          ((sum / TWO_32) | 0);
        schedule[i + 1] = sum;
      }
      // T1 = h + Sigma1(e) + Ch(e, f, g) + K + W
      const e = (top + 8) & 15;
      const f = (top + 10) & 15;
      const g = (top + 12) & 15;
      const h = (top + 14) & 15;
      high = work[e];
      low = work[e + 1];
      sum =
        work[h + 1] +
        rotations(low, high, 14, 18, 9) +
        ((work[g + 1] ^ (low & (work[f + 1] ^ work[g + 1]))) >>> 0) +
        rounds[t + 1] +
        schedule[i + 1];
      const high1 =
        (work[h] +
          rotations(high, low, 14, 18, 9) +
          (work[g] ^ (high & (work[f] ^ work[g]))) +
          rounds[t] +
          schedule[i] +
          ((sum / TWO_32) | 0)) >>>
        0;
      const low1 = sum >>> 0;
      // e of the next round = d + T1
      const d = (top + 6) & 15;
      sum = work[d + 1] + low1;
      work[d] = work[d] + high1 + ((sum / TWO_32) | 0);
      work[d + 1] = sum;
      // a of the next round, in the place of h, = T1 + Sigma0(a) + Maj(a, b, c)
      const b = (top + 2) & 15;
      const c = (top + 4) & 15;
      high = work[top];
      low = work[top + 1];
      sum =
        low1 +
        rotations(high, low, 2, 7, 28) +
        (((low & work[b + 1]) | (work[c + 1] & (low | work[b + 1]))) >>> 0);
      work[h] =
        high1 +
        rotations(low, high, 2, 7, 28) +
        ((high & work[b]) | (work[c] & (high | work[b]))) +
        ((sum / TWO_32) | 0);
      work[h + 1] = sum;
    }
    for (let i = 0; i < 16; i += 2) {
      const sum = state[i + 1] + work[i + 1];
      state[i] = state[i] + work[i] + ((sum / TWO_32) | 0);
      state[i + 1] = sum;
    }
  }
  const digest = new Uint8Array(64);
  for (let i = 0; i < 64; i++) digest[i] = state[i >> 2] >> (24 - 8 * (i & 3));
  return digest;
}
