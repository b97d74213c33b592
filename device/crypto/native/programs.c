/*
 * The programs, and what carries them out. A step takes two bytes, a call in C would take ten, and
 * the whole module must fit one page.
 */
#include "programs.h"

#define STEP(op, r, a, b) ((op) << 14 | (b) << 9 | (a) << 4 | (r))
#define ADD(r, a, b) STEP(0, r, a, b)
#define SUB(r, a, b) STEP(1, r, a, b)
#define MUL(r, a, b) STEP(2, r, a, b)

static const struct programs PROGRAMS = {
    /*
     * P = 2 P: the doubling of RFC 8032, section 5.1.4, with F and H of the other sign, which changes
     * the sign of all four coordinates. T is what the standard calls E.
     */
    .doubling = {
        ADD(T, X, Y), MUL(X, X, X), MUL(Y, Y, Y), ADD(H, Y, X), SUB(G, Y, X),
        MUL(T, T, T), SUB(T, T, H), MUL(Z, Z, Z), ADD(Z, Z, Z), SUB(F, Z, G),
        MUL(X, T, F), MUL(Y, G, H), MUL(Z, F, G),
    },
    /* P = P + Q: the addition of section 5.1.4. It is complete, it has no exceptions. */
    .addition = {
        MUL(T, T, H), SUB(E, Y, X), MUL(E, E, Q0), ADD(H, Y, X), MUL(H, H, Q1),
        MUL(G, T, Q2), MUL(Z, Z, Q3), SUB(F, Z, G), ADD(G, Z, G), SUB(T, H, E), ADD(H, H, E),
        MUL(X, T, F), MUL(Y, G, H), MUL(Z, F, G),
    },
    /* P = B. */
    .base = {ADD(X, BASE_X, ZERO), ADD(Y, BASE_Y, ZERO)},
    /* The other coordinates of a point with Z = 1. */
    .extend = {ADD(Z, ONE, ZERO), ADD(T, X, ZERO), ADD(H, Y, ZERO)},
    /* P = the neutral element, as far as a doubling needs it. */
    .neutral = {ADD(X, ZERO, ZERO), ADD(Y, ONE, ZERO), ADD(Z, ONE, ZERO)},
    /* Q = P. */
    .summand = {
        SUB(Q0, Y, X), ADD(Q1, Y, X), MUL(Q2, T, H), MUL(Q2, Q2, D), ADD(Q2, Q2, Q2), ADD(Q3, Z, Z),
    },
    /* Scalars are below 2^253: the field's addition does not reduce their triples. */
    .triples = {ADD(K3, K, K), ADD(K3, K3, K), ADD(S3, S, S), ADD(S3, S3, S)},
    /* E = u = y^2 - 1, F = v = d y^2 + 1, G = u v: x^2 is u / v (section 5.1.1). */
    .equation = {MUL(E, Y, Y), MUL(F, E, D), SUB(E, E, ONE), ADD(F, F, ONE), MUL(G, E, F)},
    /* H = v x^2 - u. */
    .is_root = {MUL(H, X, X), MUL(H, H, F), SUB(H, H, E)},
    /*
     * H = X Y (X^2 + Y^2). An order divides 4 exactly if x or y is 0, and x or y of 2 P is 0 exactly
     * if x y = 0 or x^2 + y^2 = 0: H is 0 for all points whose order divides 8, and for no other.
     */
    .smallness = {MUL(G, X, X), MUL(H, Y, Y), ADD(H, H, G), MUL(H, H, X), MUL(H, H, Y)},
    /* With E = Z^(2^252 - 3): E^8 Z^3 is Z^(p - 2), the inverse. */
    .affine = {
        MUL(E, E, E), MUL(E, E, E), MUL(E, E, E), MUL(E, E, Z), MUL(E, E, Z), MUL(E, E, Z),
        MUL(X, X, E), MUL(Y, Y, E),
    },
};

void run(element *places, u32 program) {
  const step *next = (const step *)((const u8 *)&PROGRAMS + program);
  for (u32 code; (code = *next++) != 0;) {
    element *r = places + (code & 15);
    element *a = places + (code >> 4 & 31);
    element *b = places + (code >> 9 & 31);
    if (code >> 15)
      field_mul(r, a, b);
    else if (code >> 14)
      field_sub(r, a, b);
    else
      field_add(r, a, b);
  }
}
