/**
 * [S]B + [k](-A) with tables for both points: a signed comb (Lim and Lee, "More flexible exponentiation
 * with precomputation", CRYPTO '94), all of whose digits are odd.
 *
 * A scalar is written with 258 digits that are 1 or -1, as six rows of 43. Of each column the tables
 * hold the sum of its six powers of two times the point; a column whose highest digit is -1 is the
 * negative of another one, so 32 entries do. What is left are 42 doublings and 86 additions.
 *
 * An entry is y - x, y + x and 2 d x y of a point, each as twelve balanced limbs (field.ts), highest
 * first, as floats of 32 bits: a limb has at most 22 bits, and times 2^-126 its exponent fits too. So
 * everything here has a scale: coordinates are times 2^252, the sums that an addition or a doubling
 * begins with times 2^126, and products of two of these are coordinates again; a doubling begins with
 * sums times 2^504, of which left factors are made times 2^-252. Powers of two change no digit of a
 * double, and all stays between 2^-504 and 2^820. The largest sums are six columns, as in field.ts.
 *
 * The host makes the tables (host/board/comb-tables.ts).
 */
import {
  columnsOf,
  convolve,
  type Field,
  type Flipped,
  FOLD,
  flip,
  floats,
  foldCarry,
  ROUND,
  zero,
} from "./field.js";
import { toSigns } from "./scalar.js";

/** Rows of the comb, and digits of each. */
export const TEETH = 6;
export const SPACING = 43;
/** Bytes of twelve limbs, and of the table of a point. */
const PART = 48;
const ENTRY = 3 * PART;
export const COMB_SIZE = 32 * ENTRY;

/** 2^126 from 2^42: numbers below 2^53 are read exactly. */
const P42 = 4398046511104;
const UP = P42 * P42 * P42;
const DOWN = 1 / UP;

/** A point, and the sums that lead to the next one. */
interface Walk {
  /** Y - X and Y + X. */
  m: Field;
  p: Field;
  /** For an addition X Y / Z, and the columns of Z, not carried; for a doubling only Z, carried. */
  t: Field;
  columns: Float64Array;
  z: Field;
  /** X = e f, Y = g h, Z = f g, T = e h. */
  e: Float64Array;
  f: Field;
  g: Float64Array;
  h: Field;
  /** ROUND for sums of products with entries, for coordinates, and for products of coordinates. */
  low: Float64Array;
  high: Float64Array;
  top: Float64Array;
}

const times = (x: Float64Array, factor: number): Float64Array => x.map((limb) => limb * factor);

function foldFlipped(x: Float64Array, carry: number, round: number): void {
  const low = x[11] + carry * FOLD;
  const over = low + round - round;
  x[11] = low - over;
  x[10] += over;
}

// In the next three functions each statement is run 12 times 128: they are made of as few names as
// possible. Espruino looks a name up from the first that was declared to the last, so the busiest come
// first; and it costs less to use a value where it is assigned than to name it again.

/** Adds an entry, times `side`: for -1 its first two parts must be exchanged. */
function add(walk: Walk, a: Flipped, b: Flipped, c: Flipped, side: number): void {
  let i = 0;
  let s = 0;
  let x = 0;
  let y = 0;
  let round = 0;
  let place = 11;
  let carryE = 0;
  let carryF = 0;
  let carryG = 0;
  let carryH = 0;
  const column = convolve;
  const rounds = walk.low;
  const fold = FOLD;
  const m = walk.m;
  const p = walk.p;
  const t = walk.t;
  const z = walk.columns;
  const e = walk.e;
  const f = walk.f;
  const g = walk.g;
  const h = walk.h;
  const twice = 2 * DOWN;
  for (; i < 12; place--) {
    round = rounds[i];
    y = twice * z[i];
    i++;
    x = side * column(c, t, i);
    g[place] = (s = y + x + carryG) - (carryG = s + round - round);
    f[i - 1] = fold * (f[i + 11] = (s = y - x + carryF) - (carryF = s + round - round));
    x = column(a, m, i);
    y = column(b, p, i);
    e[place] = (s = y - x + carryE) - (carryE = s + round - round);
    h[i - 1] = fold * (h[i + 11] = (s = y + x + carryH) - (carryH = s + round - round));
  }
  round = rounds[0];
  foldFlipped(e, carryE, round);
  foldFlipped(g, carryG, round);
  foldCarry(f, carryF, round);
  foldCarry(h, carryH, round);
}

/** Doubles: e = m^2 - p^2, h = m^2 + p^2, g = -2 m p, f = (2 Z)^2 + g, all twice those of RFC 8032. */
function double(walk: Walk): void {
  let i = 0;
  let s = 0;
  let x = 0;
  let y = 0;
  let round = 0;
  let place = 11;
  let carryE = 0;
  let carryF = 0;
  let carryG = 0;
  let carryH = 0;
  const column = convolve;
  const rounds = walk.top;
  const fold = FOLD;
  const m = walk.m;
  const p = walk.p;
  const e = walk.e;
  const f = walk.f;
  const g = walk.g;
  const h = walk.h;
  const z = walk.z;
  const leftM = flip(m);
  const leftP = flip(p);
  const leftZ = flip(z);
  // Left factors come out as small as right ones are large.
  const small = 1 / (UP * UP * UP * UP * UP * UP);
  for (; i < 12; place--) {
    round = rounds[i];
    i++;
    x = -2 * column(leftM, p, i);
    y = 4 * column(leftZ, z, i);
    g[place] = small * ((s = x + carryG) - (carryG = s + round - round));
    f[i - 1] = fold * (f[i + 11] = (s = y + x + carryF) - (carryF = s + round - round));
    x = column(leftM, m, i);
    y = column(leftP, p, i);
    e[place] = small * ((s = x - y + carryE) - (carryE = s + round - round));
    h[i - 1] = fold * (h[i + 11] = (s = y + x + carryH) - (carryH = s + round - round));
  }
  round = rounds[0];
  foldFlipped(e, small * carryE, small * round);
  foldFlipped(g, small * carryG, small * round);
  foldCarry(f, carryF, round);
  foldCarry(h, carryH, round);
}

/** X = e f, Y = g h; for an addition that follows T = e h, for a doubling Z = g f. */
function finish(walk: Walk, adds: boolean): void {
  let i = 0;
  let s = 0;
  let x = 0;
  let y = 0;
  let round = 0;
  let carryM = 0;
  let carryP = 0;
  let carry = 0;
  const column = convolve;
  const rounds = walk.high;
  const fold = FOLD;
  const e = walk.e;
  const f = walk.f;
  const g = walk.g;
  const h = walk.h;
  const m = walk.m;
  const p = walk.p;
  const other = adds ? walk.t : walk.z;
  const left = adds ? e : g;
  const right = adds ? h : f;
  while (i < 12) {
    round = rounds[i];
    i++;
    x = column(e, f, i);
    y = column(g, h, i);
    m[i - 1] = fold * (m[i + 11] = (s = y - x + carryM) - (carryM = s + round - round));
    p[i - 1] = fold * (p[i + 11] = (s = y + x + carryP) - (carryP = s + round - round));
    other[i - 1] =
      fold * (other[i + 11] = (s = column(left, right, i) + carry) - (carry = s + round - round));
  }
  round = rounds[0];
  foldCarry(m, carryM, round);
  foldCarry(p, carryP, round);
  foldCarry(other, carry, round);
  if (adds) columnsOf(g, f, walk.columns);
}

// No closures in here: on Espruino each would keep the variables of its call alive until a collection.

const part = (tables: ArrayBuffer, at: number): Flipped => new Float32Array(tables, at, 12);

/** Adds what one column of digits stands for, from the table at `at`. */
function addColumn(
  walk: Walk,
  signs: Int32Array,
  column: number,
  tables: ArrayBuffer,
  at: number,
): void {
  let index = 0;
  for (let j = column + TEETH * SPACING; j > column; ) {
    j -= SPACING;
    index = 2 * index + ((signs[j >> 4] >> (j & 15)) & 1);
  }
  const isNegative = index < 32;
  const entry = at + ENTRY * (isNegative ? 31 - index : index - 32);
  const first = part(tables, entry);
  const second = part(tables, entry + PART);
  const third = part(tables, entry + 2 * PART);
  if (isNegative) add(walk, second, first, third, -1);
  else add(walk, first, second, third, 1);
}

/**
 * [s]B + [k](-A) as Y - X, Y + X and Z.
 *
 * @param tables the table of B, and at `at` that of -A
 * @param s and k: digits of scalars below L (scalar.ts), which are changed
 */
export function walkCombs(
  tables: ArrayBuffer,
  at: number,
  s: Int32Array,
  k: Int32Array,
  kick: () => void,
): Field[] {
  const walk: Walk = {
    m: zero(),
    p: zero(),
    t: zero(),
    columns: floats(12),
    z: zero(),
    e: floats(12),
    f: zero(),
    g: floats(12),
    h: zero(),
    low: times(ROUND, UP),
    high: times(ROUND, UP * UP),
    top: times(ROUND, UP * UP * UP * UP),
  };
  toSigns(s);
  toSigns(k);
  walk.m[12] = walk.p[12] = walk.columns[0] = UP * UP;
  walk.m[0] = walk.p[0] = UP * UP * FOLD;
  for (let i = SPACING - 1; i >= 0; i--) {
    if (i < SPACING - 1) {
      double(walk);
      finish(walk, true);
    }
    kick();
    addColumn(walk, s, i, tables, 0);
    finish(walk, true);
    addColumn(walk, k, i, tables, at);
    finish(walk, false);
    kick();
  }
  return [times(walk.m, DOWN * DOWN), times(walk.p, DOWN * DOWN), times(walk.z, DOWN * DOWN)];
}
