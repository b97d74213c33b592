/* Ed25519 verification (RFC 8032, section 5.1.7), strict: see docs/native-module.md. */
#include "programs.h"

/* d and the square root of -1 (section 5.1), x and y of the base point, in the order of the places. */
static const element CONSTANTS[] = {
    {{0x135978a3, 0x75eb4dca, 0x4141d8ab, 0x00700a4d,
      0x7779e898, 0x8cc74079, 0x2b6ffe73, 0x52036cee}},
    {{0x4a0ea0b0, 0xc4ee1b27, 0xad2fe478, 0x2f431806,
      0x3dfbd7a7, 0x2b4d0099, 0x4fc1df0b, 0x2b832480}},
    {{0x8f25d51a, 0xc9562d60, 0x9525a7b2, 0x692cc760,
      0xfdd6dc5c, 0xc0a4e231, 0xcd6e53fe, 0x216936d3}},
    {{0x66666658, 0x66666666, 0x66666666, 0x66666666,
      0x66666666, 0x66666666, 0x66666666, 0x66666666}},
};

static __attribute__((noinline)) void load(element *r, const u8 *bytes) {
  for (int i = 0; i < 8; i++) r->w[i] = load32(bytes + 4 * i);
}

static __attribute__((noinline)) int has_small_order(element *places) {
  RUN(places, smallness);
  return field_is_zero(places + H);
}

/*
 * X, Y = -A for the public key A (section 5.1.3); 0 if it is no point, not canonical or of small
 * order. The candidate x = u (u v)^((p - 5) / 8) has v x^2 = u (u v)^((p - 1) / 4), which is u or -u
 * if u v is a square: then x or x sqrt(-1) is the root.
 */
static int decode_negative(element *places, const u8 *key) {
  load(places + Y, key);
  u32 sign = places[Y].w[7] >> 31;
  places[Y].w[7] &= 0x7fffffff;
  if (field_freeze(places + Y)) return 0;
  RUN(places, equation);
  field_power(places + X, places + G);
  field_mul(places + X, places + X, places + E);
  for (int try = 0;; try++) {
    RUN(places, is_root);
    if (field_is_zero(places + H)) break;
    if (try) return 0;
    field_mul(places + X, places + X, places + ROOT);
  }
  field_freeze(places + X);
  if ((places[X].w[0] & 1) == sign) field_sub(places + X, places + ZERO, places + X);
  return !has_small_order(places);
}

/*
 * Whether [S] B - [k] A is R, byte for byte: an R that is not canonical never is. It also must not
 * be of small order.
 */
static __attribute__((noinline)) int check(const u8 *block, const u8 *digest) {
  element places[PLACES];
  scalar_reduce(places + K, digest);
  load(places + S, block + 32);
  if (!scalar_is_reduced(places + S)) return 0;
  for (int i = 0; i < 8; i++) places[ZERO].w[i] = places[ONE].w[i] = 0;
  places[ONE].w[0] = 1;
  for (int i = 0; i < 4; i++) places[D + i] = CONSTANTS[i];
  if (!decode_negative(places, block + 64)) return 0;
  multiply_and_add(places);
  if (has_small_order(places)) return 0;
  field_power(places + E, places + Z);
  RUN(places, affine);
  field_freeze(places + X);
  field_freeze(places + Y);
  places[Y].w[7] |= places[X].w[0] << 31;
  u32 difference = 0;
  for (int i = 0; i < 8; i++) difference |= places[Y].w[i] ^ load32(block + 4 * i);
  return difference == 0;
}

/* `block` is signature (R and S), public key, message; `length` is that of the message. */
int verify(const u8 *block, u32 length) {
  u8 digest[64];
  hash(block, 64 + length, digest, SHA512_WITHOUT_S);
  return check(block, digest);
}
