/**
 * Traces worked out by hand from the bytes, to hold the reference against: each entry is `[section,
 * offset, command, component]`. A head is one byte here, but for command 32 and strings of 24 bytes up.
 */
import type { Trace } from "./suite-cases.js";

/** The shared sequence of one component: 79 bytes of parameters behind the array's head and 20. */
const S: Trace = [
  [0, 1, 20, 0],
  [0, 81, 1, 0],
  [0, 83, 2, 0],
];
/** Its install section: a URI of 4 bytes is 7 bytes of parameters. */
const I: Trace = [
  [20, 1, 20, 0],
  [20, 9, 21, 0],
  [20, 11, 3, 0],
];
const V: Trace = [[7, 1, 3, 0]];
/** The shared sequence of two components: 37 bytes of identifiers, 43 of the first image. */
const S2: Trace = [
  [0, 1, 12, null],
  [0, 3, 20, 0],
  [0, 3, 20, 1],
  [0, 41, 1, 0],
  [0, 41, 1, 1],
  [0, 43, 2, 0],
  [0, 43, 2, 1],
  [0, 45, 12, null],
  [0, 47, 20, 0],
  [0, 91, 12, null],
  [0, 93, 20, 1],
];
const I2: Trace = [
  [20, 1, 12, null],
  [20, 3, 20, 0],
  [20, 11, 21, 0],
  [20, 13, 12, null],
  [20, 15, 20, 1],
  [20, 23, 21, 1],
];
const V2: Trace = [
  [7, 1, 12, null],
  [7, 3, 3, 0],
  [7, 3, 3, 1],
];
/** Of "app" and "stage": one image for both. */
const SS: Trace = [...S2.slice(0, 7), [0, 45, 20, 0], [0, 45, 20, 1]];

/** One component: entries of install as `offset, command`. */
const install = (...pairs: [number, number][]): Trace =>
  pairs.map(([offset, command]) => [20, offset, command, 0]);

export const TRACES: Record<string, Trace> = {
  "c01-vendor": [...S, ...I, ...S, ...V],
  "c01-vendor-other": S.slice(0, 2),
  "c02-class-other": S,
  "c03-match-held": [...S, ...V],
  "c03-other": [...S, ...V],
  "c06-content": [...S, [7, 1, 20, 0], [7, 31, 6, 0]],
  "c21-remote": [...S, ...install([1, 20], [20, 21], [22, 3]), ...S, ...V],
  "c21-absent": [...S, ...install([1, 20], [20, 21])],
  "c22-copy": [
    ...SS,
    [20, 1, 12, null],
    [20, 3, 20, 1],
    [20, 11, 21, 1],
    [20, 13, 12, null],
    [20, 15, 20, 0],
    [20, 19, 22, 0],
    ...SS,
    ...V2,
  ],
  "c18-write": [...S, ...install([1, 20], [31, 18], [33, 3]), ...S, ...V],
  "c12-integer": [...S2, ...I2, ...S2, ...V2],
  "c12-true": [
    ...S2,
    [20, 1, 12, null],
    [20, 3, 20, 1],
    [20, 11, 12, null],
    [20, 13, 20, 0],
    [20, 21, 12, null],
    [20, 23, 21, 0],
    [20, 23, 21, 1],
    ...S2,
    ...V2,
  ],
  "c12-unset": [...S2, ...I2, ...S2],
  "c12-one-fails": [...S2, ...I2.slice(0, 3), ...S2, ...V2],
  "c15-first": [...S, ...install([1, 15], [5, 20], [17, 21], [19, 3]), ...S, ...V],
  "c15-second": [...S, ...install([1, 15], [5, 14], [9, 20], [17, 21], [19, 3]), ...S, ...V],
  "c15-only-one": [...S, ...install([1, 15], [5, 20], [24, 21], [26, 3]), ...S, ...V],
  "c15-all-fail": [...S, ...install([1, 15], [5, 14], [9, 14])],
  "c15-behind-command": [...S, ...install([1, 15], [5, 14])],
  "p13-hard": [...S, ...install([1, 15], [5, 20], [9, 14])],
  "c14-in-shared": [...S, [0, 85, 14, 0]],
  "c32-run": [...S, ...install([1, 32], [5, 20], [13, 21], [15, 3]), ...S, ...V],
  "c32-hard": [...S, ...install([1, 32], [5, 14])],
  "c32-soft": [
    ...S,
    ...install([1, 32], [5, 20], [9, 14], [11, 20], [19, 21], [21, 3]),
    ...S,
    ...V,
  ],
  "s00-shared-fetch": [...S, [0, 85, 20, 0]],
  "s09-invoke": [
    ...S,
    ...I.map(([, ...rest]) => [16, ...rest]),
    ...S,
    [20, 1, 3, 0],
    ...S,
    ...V,
    ...S,
    [8, 1, 3, 0],
    ...S,
    [9, 1, 3, 0],
    [9, 3, 23, 0],
  ],
  "sev-install": [...S, ...I, ...S, ...V],
  "c04-before": [...S, ...install([1, 20], [9, 4], [11, 20], [19, 21], [21, 3]), ...S, ...V],
  "c11-off": [...S, ...I],
  "auth-none": [],
  "frm-number-lower": [],
};
