/* The compression function of SHA-256 (FIPS 180-4, sections 4.1.2 and 6.2.2). */
#include "native.h"

static inline u32 right(u32 x, int n) { return x >> n | x << (32 - n); }

/* The first sixteen words of the schedule are the block. */
void compress256(u32 state[8], u32 schedule[64]) {
  for (u32 *w = schedule; w < schedule + 48; w++)
    w[16] = w[0] + w[9] + (right(w[1], 7) ^ right(w[1], 18) ^ w[1] >> 3) +
            (right(w[14], 17) ^ right(w[14], 19) ^ w[14] >> 10);
  u32 a = state[0], b = state[1], c = state[2], d = state[3];
  u32 e = state[4], f = state[5], g = state[6], h = state[7];
  for (int t = 0; t < 64; t++) {
    /* K of SHA-256 is the high words of the first 64 of SHA-512 (4.2.2, 4.2.3). */
    u32 t1 = h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + (g ^ (e & (f ^ g))) +
             (u32)(ROUNDS[t] >> 32) + schedule[t];
    u32 t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
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
