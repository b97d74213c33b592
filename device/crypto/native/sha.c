/* Padding and digests of SHA-256 and SHA-512 (FIPS 180-4, sections 5 and 6). */
#include "native.h"

/*
 * The four bytes of the message from `at` on, `left` of which exist, as a big-endian number. Behind
 * the message comes one bit, then zeros (5.1).
 */
static u32 padded_word(const u8 *at, s32 left) {
  if (left >= 4) return __builtin_bswap32(load32(at));
  u32 word = 0;
  for (s32 i = 0; i < 4; i++) word = word << 8 | (i < left ? at[i] : i == left ? 0x80 : 0);
  return word;
}

/*
 * The digest of `length` bytes. SHA512_WITHOUT_S leaves out the 32 bytes behind the first 32; they do
 * not count. A block is hashed as it is read: data may be of any length and lie in flash.
 *
 * The words of a 64-bit number are in the CPU's order, low word first: `wide` (0 or 1) is also what
 * turns the index of a word around.
 */
void hash(const u8 *data, u32 length, u8 *digest, enum hash which) {
  int wide = which & 1;
  u64 state[8];
  u64 block[80];
  u32 *words = (u32 *)block;
  u32 *halves = (u32 *)state;
  int size = 16 << wide;
  s32 left = (s32)length;

  /* The initial state of SHA-256 (5.3.3) is the high words of that of SHA-512 (5.3.5). */
  for (int i = 0; i < 8; i++)
    if (wide)
      state[i] = INITIAL[i];
    else
      halves[i] = (u32)(INITIAL[i] >> 32);

  for (int done = 0; !done;) {
    for (int i = 0; i < size; i++) {
      words[i ^ wide] = padded_word(data, left);
      data += 4;
      left -= 4;
      if (length - (u32)left == 32) data += which & 32;
    }
    /* Behind the mark there is room for the length in bits, 64 or 128 bits of which 35 are used. */
    if (left < -(8 << wide)) {
      words[(size - 2) ^ wide] = length >> 29;
      words[(size - 1) ^ wide] = length << 3;
      done = 1;
    }
    if (wide)
      compress512(state, block);
    else
      compress256(halves, words);
  }
  for (int i = 0; i < 8 << wide; i++)
    store32(digest + 4 * i, __builtin_bswap32(halves[i ^ wide]));
}
