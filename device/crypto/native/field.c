/* The rarer operations modulo p = 2^255 - 19, on top of field.S. */
#include "native.h"

/* Brings x to 0 .. p - 1; whether that changed it. Below 2^256 = 2 p + 38 it holds p twice at most. */
int field_freeze(element *x) {
  int changed = 0;
  for (int round = 0; round < 2; round++) {
    element t;
    u64 sum = 19;
    for (int i = 0; i < 8; i++) {
      sum += x->w[i];
      t.w[i] = (u32)sum;
      sum >>= 32;
    }
    /* x + 19 reaches 2^255 exactly if x reaches p, and x - p is x + 19 - 2^255. */
    if ((u32)sum | t.w[7] >> 31) {
      t.w[7] ^= 0x80000000;
      *x = t;
      changed = 1;
    }
  }
  return changed;
}

/* Whether x is 0 modulo p; x is frozen on the way. */
int field_is_zero(element *x) {
  u32 bits = 0;
  field_freeze(x);
  for (int i = 0; i < 8; i++) bits |= x->w[i];
  return bits == 0;
}

/*
 * r = x^((p - 5) / 8) = x^(2^252 - 3). From x^(2^n - 1) it gets to 2 n by n squarings and a product,
 * to n + 1 by one of each: 1, 3, 7, 15, 31, 62, 125, 250. Two more squarings and x make the rest.
 * r and x must be different.
 */
void field_power(element *r, const element *x) {
  int bits = 1;
  *r = *x;
  for (int step = 6; step >= 0; step--) {
    element factor = *r;
    for (int i = 0; i < bits; i++) field_mul(r, r, r);
    field_mul(r, r, &factor);
    bits *= 2;
    if (250 >> step & 1) {
      field_mul(r, r, r);
      field_mul(r, r, x);
      bits++;
    }
  }
  field_mul(r, r, r);
  field_mul(r, r, r);
  field_mul(r, r, x);
}
