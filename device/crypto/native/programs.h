/* The places of a verification, and the programs of field operations that work on them. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <stddef.h>

#include "native.h"

/*
 * Elements by number: all can be read by a step of a program, the first sixteen can be written.
 *
 * X, Y, Z, T, H are the running point in extended coordinates (RFC 8032, section 5.1.4): x = X / Z,
 * y = Y / Z, x y = T H / Z. That last product is not made before it is needed, which is by additions
 * only. Q0 to Q3 are a summand, the form in which a point is added: Y - X, Y + X, 2 d T H, 2 Z.
 * E, F, G are work space, T and H too where no point is.
 */
enum place {
  X, Y, Z, T, H,
  E, F, G,
  Q0, Q1, Q2, Q3,
  K, K3, S, S3, /* the scalars, and three times the scalars */
  ZERO, ONE, D,
  /* Constants for the beginning. They make place for the last of the stored summands. */
  ROOT, BASE_X, BASE_Y,
  STORED = ROOT,
  PLACES = STORED + 16
};

/* A step: operation, result, two operands. X = X + X would be 0, which ends a program. */
typedef u16 step;

/* `base` has no end of its own, it runs on into `extend`. */
struct programs {
  step doubling[14], addition[15], base[2], extend[4], neutral[4], summand[7];
  step triples[5], equation[6], is_root[4], smallness[6], affine[9];
};

#define RUN(places, program) run(places, offsetof(struct programs, program))

/* Carries out a program, which is given by its place in the table of them all. */
void run(element *places, u32 program);

#endif
