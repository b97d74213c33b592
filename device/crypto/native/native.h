/*
 * What the parts of the native module share. The module is one page of Thumb-2 code and constants
 * without relocations, calls no library and keeps no state (docs/native-module.md).
 */
#ifndef NATIVE_H
#define NATIVE_H

#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

/* Every function is called from within the page: no tables of addresses. */
#pragma GCC visibility push(hidden)

/* A word at any address, as the CPU can load and store it: little-endian, perhaps unaligned. */
typedef struct __attribute__((packed)) {
  u32 word;
} unaligned;

static inline u32 load32(const u8 *at) { return ((const unaligned *)at)->word; }
static inline void store32(u8 *at, u32 word) { ((unaligned *)at)->word = word; }

/* An element of the field of p = 2^255 - 19 (field.S). */
typedef struct {
  u32 w[8];
} element;

/* field.S */
void field_mul(element *r, const element *a, const element *b);
void field_add(element *r, const element *a, const element *b);
void field_sub(element *r, const element *a, const element *b);

/* field.c */
int field_freeze(element *x);
int field_is_zero(element *x);
void field_power(element *r, const element *x);

/* scalar.c */
void scalar_reduce(element *r, const u8 hash[64]);
int scalar_is_reduced(const element *s);

/* sha.c */
enum hash { SHA256 = 0, SHA512 = 1, SHA512_WITHOUT_S = 1 | 32 };
void hash(const u8 *data, u32 length, u8 *digest, enum hash which);

/* sha256.c, sha512.c */
void compress256(u32 state[8], u32 schedule[64]);
void compress512(u64 state[8], u64 schedule[80]);
extern const u64 ROUNDS[80];
extern const u64 INITIAL[8];

/* point.c */
void multiply_and_add(element *places);

/* unpack.S */
void unpack(const u8 *packed, u32 size, u8 *target);

/* verify.c */
int verify(const u8 *block, u32 length);

#pragma GCC visibility pop
#endif
