/* Scalars modulo the order of the base point, L = 2^252 + c with c < 2^125 (RFC 8032, section 5.1). */
#include "native.h"

static const u32 L[8] = {
    0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0, 0, 0, 0x10000000,
};

/*
 * r = hash mod L, byte by byte from the top: r = 256 r + byte - q L with q = floor(r / 2^244), which is
 * how often 2^252 is in 256 r. What stays is below L and not below -256 c; it is kept as a 256-bit
 * number in two's complement. A negative one has q = -1, the next step makes it good. The last step
 * takes no byte and only adds L to a negative number.
 */
void scalar_reduce(element *r, const u8 hash[64]) {
  for (int i = 0; i < 8; i++) r->w[i] = 0;
  for (int at = 63; at >= -1; at--) {
    s32 q = (s32)r->w[7] >> (at < 0 ? 31 : 20);
    u32 factor = at < 0 ? 1 : 256;
    s64 sum = at < 0 ? 0 : hash[at];
    for (int i = 0; i < 8; i++) {
      sum += (s64)((u64)r->w[i] * factor) - (s64)q * L[i];
      r->w[i] = (u32)sum;
      sum >>= 32;
    }
  }
}

/* Whether s < L. */
int scalar_is_reduced(const element *s) {
  s64 difference = 0;
  for (int i = 0; i < 8; i++) {
    difference += (s64)s->w[i] - L[i];
    difference >>= 32;
  }
  return difference < 0;
}
