@ Arithmetic modulo p = 2^255 - 19 on eight 32-bit words, lowest first.
@
@ Any 256-bit value is a valid operand: it stands for its residue. Results are below 2^256 and not
@ reduced further (field.c does that where a value is compared). Results may overwrite operands.
@ What this is built on: 2^255 = 19 and 2^256 = 38 modulo p.

  .syntax unified
  .thumb
  .section .text.field, "ax", %progbits

@ void field_mul(u32 r[8], const u32 a[8], const u32 b[8])
@
@ UMAAL lo, hi, x, y is lo + hi + x y, a sum that always fits its two words. The product is made row
@ by row: a[i] times b is added to the eight words r6 .. r12, lr. In a row the words move: `lo` and
@ `hi` are neighbours, so the low half of each step stays in the register below and the carry is
@ where the next word was. After the row the lowest word is in r5 and complete, it goes onto the
@ stack, and the eight registers hold the next higher words without a single move.
  .global field_mul
  .hidden field_mul
  .type field_mul, %function
field_mul:
  push {r0, r4-r11, lr}
  movs r0, #8
  movs r6, #0
  movs r7, #0
  mov r8, r6
  mov r9, r6
  mov r10, r6
  mov r11, r6
  mov r12, r6
  mov lr, r6
1:
  ldmia r1!, {r3}
  movs r5, #0
  ldr r4, [r2, #0]
  umaal r5, r6, r3, r4
  ldr r4, [r2, #4]
  umaal r6, r7, r3, r4
  ldr r4, [r2, #8]
  umaal r7, r8, r3, r4
  ldr r4, [r2, #12]
  umaal r8, r9, r3, r4
  ldr r4, [r2, #16]
  umaal r9, r10, r3, r4
  ldr r4, [r2, #20]
  umaal r10, r11, r3, r4
  ldr r4, [r2, #24]
  umaal r11, r12, r3, r4
  ldr r4, [r2, #28]
  umaal r12, lr, r3, r4
  push {r5}
  subs r0, #1
  bne 1b
  @ Words 0 to 7 are on the stack, word 7 on top; words 8 to 15 are in r6 .. r12, lr. Result word i
  @ is word i + 38 word(i + 8). Word 7 comes first: what it has above bit 255 is worth 19 each at
  @ the bottom (at most 77 times), where it is the carry into word 0. Nothing is left over at the
  @ end: word 7 was cut to 31 bits, and the last carry is at most 38.
  movs r3, #38
  movs r5, #0
  ldr r4, [sp, #0]
  umaal r4, r5, lr, r3
  lsls r5, r5, #1
  orr r5, r5, r4, lsr #31
  bic lr, r4, #0x80000000
  movs r0, #19
  muls r5, r0, r5
  ldr r4, [sp, #28]
  umaal r4, r5, r6, r3
  ldr r6, [sp, #24]
  umaal r6, r5, r7, r3
  ldr r7, [sp, #20]
  umaal r7, r5, r8, r3
  ldr r8, [sp, #16]
  umaal r8, r5, r9, r3
  ldr r9, [sp, #12]
  umaal r9, r5, r10, r3
  ldr r10, [sp, #8]
  umaal r10, r5, r11, r3
  ldr r11, [sp, #4]
  umaal r11, r5, r12, r3
  add r12, lr, r5
  add sp, #32
  pop {r0}
  stmia r0, {r4, r6-r12}
  pop {r4-r11, pc}
  .size field_mul, . - field_mul

@ void field_sub(u32 r[8], const u32 a[8], const u32 b[8])
@
@ a - b = q 2^255 + rest with q from -2 to 1. One 2^255 is lent to the rest (its top bit is set), so
@ that the sum with 19 (q - 1), which is at least -57, cannot become negative.
  .global field_sub
  .hidden field_sub
  .type field_sub, %function
field_sub:
  push {r4-r11, lr}
  ldmia r1, {r3-r10}
  ldmia r2!, {r1, r11, r12, lr}
  subs r3, r1
  sbcs r4, r11
  sbcs r5, r12
  sbcs r6, lr
  ldmia r2, {r1, r11, r12, lr}
  sbcs r7, r1
  sbcs r8, r11
  sbcs r9, r12
  sbcs r10, lr
  sbc r1, r1                    @ 0, or -1 after a borrow
  lsls r1, r1, #1
  orr r1, r1, r10, lsr #31      @ q
  subs r1, #1
  orr r10, r10, #0x80000000
  b 2f

@ void field_add(u32 r[8], const u32 a[8], const u32 b[8])
@
@ a + b = q 2^255 + rest with q from 0 to 3.
  .global field_add
  .hidden field_add
  .type field_add, %function
field_add:
  push {r4-r11, lr}
  ldmia r1, {r3-r10}
  ldmia r2!, {r1, r11, r12, lr}
  adds r3, r1
  adcs r4, r11
  adcs r5, r12
  adcs r6, lr
  ldmia r2, {r1, r11, r12, lr}
  adcs r7, r1
  adcs r8, r11
  adcs r9, r12
  adcs r10, lr
  mov r1, #0
  adc r1, r1                    @ the carry
  lsls r1, r1, #1
  orr r1, r1, r10, lsr #31      @ q
  bic r10, r10, #0x80000000
2:                              @ r = r3 .. r10 + 19 r1, with r1 from -3 to 3
  movs r2, #19
  muls r1, r2, r1
  asrs r2, r1, #31
  adds r3, r1
  adcs r4, r2
  adcs r5, r2
  adcs r6, r2
  adcs r7, r2
  adcs r8, r2
  adcs r9, r2
  adcs r10, r2
  stmia r0, {r3-r10}
  pop {r4-r11, pc}
  .size field_add, . - field_add
