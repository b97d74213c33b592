/*
 * Runs the committed native module on an ARM Linux (or under qemu-arm), as a board would call it.
 *
 *   harness MODULE < requests > answers
 *
 * A request is four little-endian words, op, b, how many bytes follow, 0, and these bytes: what `a`
 * points to. An answer is the result, the deepest use of the stack in bytes, 64 bytes of digest. Of
 * what op 4 unpacks, b bytes, the module's own SHA-256 is given.
 *
 * The module's page can be read and executed, not written. Data end where their readable page ends,
 * the digest where its writable page ends, and below the stack nothing is mapped: whoever reads or
 * writes too far dies of it. A call must leave r4 to r11 and the stack pointer as they were.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, LARGEST = 1 << 20, STACK = 4 * PAGE, PAINT = 0x5a5a5a5a };

/* Where test/support/native-rig.ts looks for the module when it counts instructions. */
static uint8_t *const MODULE = (uint8_t *)0x20000000;

static void fail(const char *what) {
  fprintf(stderr, "harness: %s\n", what);
  exit(2);
}

/* `size` bytes of memory with an unmapped page on both sides. */
static uint8_t *region(uint8_t *at, size_t size) {
  uint8_t *start = mmap(at, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED || (at && start != at)) fail("no memory");
  if (mprotect(start + PAGE, size, PROT_READ | PROT_WRITE)) fail("mprotect");
  return start + PAGE;
}

struct call {
  uint32_t entry, op, a, b, c, top, result, kept;
};

/* Calls the entry on its own stack, with marks in the registers that it must keep. */
__attribute__((naked, noinline)) static void enter(struct call *call __attribute__((unused))) {
  __asm__ volatile(
      "push {r4-r11, lr}\n"
      "mov r4, r0\n"
      "ldr r12, [r4, #0]\n"
      "ldr r0, [r4, #4]\n"
      "ldr r1, [r4, #8]\n"
      "ldr r2, [r4, #12]\n"
      "ldr r3, [r4, #16]\n"
      "ldr r5, [r4, #20]\n"
      "mov r6, sp\n"
      "mov sp, r5\n"
      "add r7, r5, #7\n"
      "add r8, r5, #8\n"
      "add r9, r5, #9\n"
      "add r10, r5, #10\n"
      "add r11, r5, #11\n"
      "blx r12\n"
      "str r0, [r4, #24]\n"
      "mov r0, sp\n"
      "mov sp, r6\n"
      "eor r0, r0, r5\n"
      "sub r7, r7, #7\n eor r7, r7, r5\n orr r0, r0, r7\n"
      "sub r8, r8, #8\n eor r8, r8, r5\n orr r0, r0, r8\n"
      "sub r9, r9, #9\n eor r9, r9, r5\n orr r0, r0, r9\n"
      "sub r10, r10, #10\n eor r10, r10, r5\n orr r0, r0, r10\n"
      "sub r11, r11, #11\n eor r11, r11, r5\n orr r0, r0, r11\n"
      "str r0, [r4, #28]\n"
      "pop {r4-r11, pc}\n");
}

static int word(uint32_t *value) { return fread(value, 4, 1, stdin) == 1; }

int main(int count, char **arguments) {
  if (count != 2) fail("usage: harness MODULE");
  FILE *file = fopen(arguments[1], "rb");
  if (!file) fail("no module");
  uint8_t *module = region(MODULE - PAGE, PAGE);
  size_t size = fread(module, 1, PAGE, file);
  if (size == 0 || fgetc(file) != EOF) fail("the module is not of one page");
  if (mprotect(module, PAGE, PROT_READ | PROT_EXEC)) fail("mprotect");
  __builtin___clear_cache((char *)module, (char *)module + PAGE);

  uint8_t *data = region(0, LARGEST);
  uint8_t *output = region(0, LARGEST);
  uint32_t *stack = (uint32_t *)region(0, STACK);
  uint32_t op, b, length, zero;
  while (word(&op) && word(&b) && word(&length) && word(&zero)) {
    uint8_t *at = data + LARGEST - length;
    uint32_t written = op == 1 ? 32 : op == 4 ? b : 64;
    uint8_t *digest = output + LARGEST - written;
    if (length > LARGEST || written > LARGEST || zero) fail("bad request");
    if (mprotect(data, LARGEST, PROT_READ | PROT_WRITE)) fail("mprotect");
    if (length && fread(at, 1, length, stdin) != length) fail("request cut short");
    if (mprotect(data, LARGEST, PROT_READ)) fail("mprotect");
    memset(digest, 0, written);
    for (int i = 0; i < STACK / 4; i++) stack[i] = PAINT;

    struct call call = {
        .entry = (uint32_t)module | 1,
        .op = op,
        .a = (uint32_t)at,
        .b = b,
        .c = (uint32_t)digest,
        .top = (uint32_t)stack + STACK,
    };
    enter(&call);
    if (call.kept) fail("a register was not kept");
    uint32_t untouched = 0;
    while (stack[untouched] == PAINT) untouched++;
    uint32_t answer[2] = {call.result, STACK - 4 * untouched};
    uint8_t bytes[64] = {0};
    if (op == 4)
      ((int (*)(uint32_t, uint8_t *, uint32_t, uint8_t *))call.entry)(1, digest, b, bytes);
    else
      memcpy(bytes, digest, written);
    fwrite(answer, 4, 2, stdout);
    fwrite(bytes, 1, 64, stdout);
  }
  return 0;
}
