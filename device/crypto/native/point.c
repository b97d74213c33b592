/* The sum of two multiples of points (RFC 8032, section 5.1.4). */
#include "programs.h"

/* Stored summands by number. */
enum { B_MINUS_P, B, P, B_PLUS_P };

static __attribute__((noinline)) void store(element *places, int number) {
  RUN(places, summand);
  for (int i = 0; i < 4; i++) places[STORED + 4 * number + i] = places[Q0 + i];
}

/* Q is the stored summand or, if `minus`, its negative. */
static __attribute__((noinline)) void fetch(element *places, int number, int minus) {
  for (int i = 0; i < 4; i++)
    places[Q0 + (i < 2 ? i ^ minus : i)] = places[STORED + 4 * number + i];
  if (minus) field_sub(places + Q2, places + ZERO, places + Q2);
}

static __attribute__((noinline)) void add(element *places, int number, int minus) {
  fetch(places, number, minus);
  RUN(places, addition);
}

/*
 * Digit i, -1, 0 or 1, of the non-adjacent form of a scalar: it is 3 n - n, bit by bit, halved. Of
 * such digits two thirds are 0. `scalar` is n and 3 n.
 */
static __attribute__((noinline)) int digit(const element *scalar, int i) {
  i++;
  u32 once = scalar[0].w[i >> 5] >> (i & 31) & 1;
  u32 thrice = scalar[1].w[i >> 5] >> (i & 31) & 1;
  return (int)thrice - (int)once;
}

/* X, Y, Z = [S] B + [K] P, where X, Y are P in affine coordinates. */
void multiply_and_add(element *places) {
  RUN(places, triples);
  RUN(places, extend);
  store(places, P);
  RUN(places, base);
  store(places, B);
  add(places, P, 0);
  store(places, B_PLUS_P);
  RUN(places, base);
  add(places, P, 1);
  store(places, B_MINUS_P);

  /* Both products share the doublings (Shamir's trick). */
  RUN(places, neutral);
  for (int i = 253; i >= 0; i--) {
    RUN(places, doubling);
    int k = digit(places + K, i);
    int s = digit(places + S, i);
    if (k | s) add(places, k + s ? P * (k & 1) + B * (s & 1) : B_MINUS_P, (s ? s : k) < 0);
  }
}
