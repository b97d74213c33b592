/*
 * Unpacks a text (host/author/pack-image.ts): a byte-wise LZ whose bits went through an adaptive
 * entropy coder (rANS, one state of 20 bits, eight-bit odds).
 *
 *   unpack(r0 = packed, r1 = size, r2 = target)
 */
  .syntax unified
  .thumb
  .section .text.unpack, "ax"

/* One bit of context r1 into the carry. Clobbers r0 and r3. */
bit:
  b 2f
1: ldrb r0, [r4], #1
  orr r5, r0, r5, lsl #8
2: lsrs r0, r5, #12
  beq 1b
  ldrb r3, [sp, r1]
  uxtb r0, r5
  lsrs r5, r5, #8
  subs r0, r0, r3
  ite cs
  rsbcs r3, r3, #256
  addcc r0, r3
  mla r5, r3, r5, r0
  rsb r0, r3, #264
  add r3, r3, r0, lsr #4
  it cs
  rsbcs r3, r3, #256
  strb r3, [sp, r1]
  bx lr

/* A number into r2, its bits in the contexts from r1 on. */
number:
  mov r12, lr
  movs r2, #1
1: bl bit
  bcc 2f
  adds r1, #1
  bl bit
  adcs r2, r2
  adds r1, #1
  b 1b
2: bx r12

  .global unpack
  .hidden unpack
  .thumb_func
unpack:
  push {r4-r8, lr}
  mov r4, r0
  movs r5, #0
  mov r6, r2
  adds r7, r2, r1
  mov r3, #0x80808080
  movs r0, #96
1: push {r3}
  subs r0, #1
  bne 1b
literal:
  movs r1, #1
1: bl bit
  adcs r1, r1
  cmp r1, #3
  beq match
  lsrs r0, r1, #9
  beq 1b
  strb r1, [r6], #1
next:
  cmp r6, r7
  blo literal
  add sp, #384
  pop {r4-r8, pc}
match:
  movs r1, #96
  bl number
  rsb r8, r2, #0
  movs r1, #192
  bl number
1: ldrb r3, [r6, r8]
  strb r3, [r6], #1
  subs r2, #1
  bpl 1b
  b next
