/* The module's entry, at offset 0 of the page: docs/native-module.md. */
#include "native.h"

enum { MARK = 0x53430000 };

/*
 * Operations: 0 identify, 1 SHA-256, 2 verify, 3 SHA-512. Results: 0x53430001 for 0, 0x53430101,
 * 0x53430202, 0x53430303 for the others, 0x534302ff for a signature that is not valid, else -1.
 */
__attribute__((section(".text.entry"))) int entry(u32 op, const u8 *a, u32 b, u8 *c) {
  int done = MARK + 0x101 * (int)op;
  if (op == 0) return MARK + 1;
  if (op == 2) return verify(a, b) ? done : done | 0xff;
  if (op > 4) return -1;
  if (op == 4)
    unpack(a, b, c);
  else
    hash(a, b, c, op == 1 ? SHA256 : SHA512);
  return done;
}
