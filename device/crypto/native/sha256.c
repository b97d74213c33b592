/* The compression function of SHA-256 (FIPS 180-4, sections 4.1.2 and 6.2.2). */
#include "native.h"

static inline u32 right(u32 x, int n) { return x >> n | x << (32 - n); }

/*
 * A round in place: what comes out as e is in d, what comes out as a is in h. K of SHA-256 is the high
 * words of K of SHA-512 (4.2.2, 4.2.3).
 */
#define ROUND(a, b, c, d, e, f, g, h)                                               \
  h += (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + (g ^ (e & (f ^ g))) + *k + *w++; \
  k += 2;                                                                           \
  d += h;                                                                           \
  h += (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) | (c & (a | b)))

/* The first sixteen words of the schedule are the block. */
void compress256(u32 state[8], u32 schedule[64]) {
  u32 *w;
  for (w = schedule; w < schedule + 48; w++)
    w[16] = w[0] + w[9] + (right(w[1], 7) ^ right(w[1], 18) ^ w[1] >> 3) +
            (right(w[14], 17) ^ right(w[14], 19) ^ w[14] >> 10);
  u32 a = state[0], b = state[1], c = state[2], d = state[3];
  u32 e = state[4], f = state[5], g = state[6], h = state[7];
  const u32 *k = (const u32 *)ROUNDS + 1;
  for (w = schedule; w < schedule + 64;) {
    ROUND(a, b, c, d, e, f, g, h);
    ROUND(h, a, b, c, d, e, f, g);
    u32 first = g, second = h;
    h = f, g = e, f = d, e = c, d = b, c = a, b = second, a = first;
  }
  /* Not to keep the state from above in registers, but to load it again. */
  __asm__ volatile("" ::: "memory");
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
