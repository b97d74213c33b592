/*
 * Runs parts of the native module on their own, where operands can be chosen that no signature leads
 * to: arithmetic at its edges, and the verification with a chosen hash.
 *
 *   parts < requests > answers
 *
 * A request is two little-endian words, what and how many bytes follow, and these bytes. An answer is
 * a word and 32 bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../device/crypto/native/native.h"

static const u8 *chosen;

/* In place of sha.c. */
void hash(const u8 *data, u32 length, u8 *digest, enum hash which) {
  if (length < 64 || which != SHA512_WITHOUT_S) exit(3);
  (void)data;
  memcpy(digest, chosen, 64);
}

static int word(u32 *value) { return fread(value, 4, 1, stdin) == 1; }

int main(void) {
  u32 what, length;
  while (word(&what) && word(&length)) {
    static element x[16];
    element r = {{0}};
    u32 verdict = 0;
    if (length > sizeof x || fread(x, 1, length, stdin) != length) return 2;
    switch (what) {
      case 0:
        field_mul(&r, &x[0], &x[1]);
        break;
      case 1:
        field_add(&r, &x[0], &x[1]);
        break;
      case 2:
        field_sub(&r, &x[0], &x[1]);
        break;
      case 3:
        r = x[0];
        verdict = (u32)field_freeze(&r);
        break;
      case 4:
        field_power(&r, &x[0]);
        break;
      case 5:
        scalar_reduce(&r, (const u8 *)x);
        break;
      case 6:
        verdict = (u32)scalar_is_reduced(&x[0]);
        break;
      case 7: /* results over their operands */
        field_mul(&x[0], &x[0], &x[0]);
        field_add(&x[0], &x[1], &x[0]);
        field_sub(&x[0], &x[0], &x[1]);
        r = x[0];
        break;
      case 8: /* 64 bytes of hash, then a block */
        chosen = (const u8 *)x;
        verdict = (u32)verify(chosen + 64, length - 64 - 96);
        break;
      default:
        return 4;
    }
    fwrite(&verdict, 4, 1, stdout);
    fwrite(&r, 32, 1, stdout);
  }
  return 0;
}
