/* The compression function of SHA-512 (FIPS 180-4, sections 4.1.3 and 6.4.2). */
#include "native.h"

/* The two parts of a rotation share no bit. For ^ the compiler folds the shifts into its operands. */
static inline u64 right(u64 x, int n) { return x >> n ^ x << (64 - n); }

/* The first sixteen words of the schedule are the block. */
void compress512(u64 state[8], u64 schedule[80]) {
  u64 work[8]; /* a to h */
  for (int i = 0; i < 8; i++) work[i] = state[i];
  for (u64 *w = schedule; w < schedule + 64; w++)
    w[16] = w[0] + w[9] + (right(w[1], 1) ^ right(w[1], 8) ^ w[1] >> 7) +
            (right(w[14], 19) ^ right(w[14], 61) ^ w[14] >> 6);
  for (int t = 0; t < 80; t++) {
    u64 a = work[0], e = work[4];
    u64 t1 = work[7] + (right(e, 14) ^ right(e, 18) ^ right(e, 41)) +
             (work[6] ^ (e & (work[5] ^ work[6]))) + ROUNDS[t] + schedule[t];
    u64 t2 = (right(a, 28) ^ right(a, 34) ^ right(a, 39)) +
             ((a & work[1]) | (work[2] & (a | work[1])));
    for (int i = 7; i > 0; i--) work[i] = work[i - 1];
    work[4] += t1;
    work[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) state[i] += work[i];
}
