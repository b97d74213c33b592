/** Numbers and runs of bytes. Numbers in flash are little endian, as every chip that runs this is. */

import { toText } from "./port/text.js";

/** Taken before the app runs, and shorter. */
export const Bytes = Uint8Array;
/** Characters 0 to 255. */
export const characters = String.fromCharCode;

/** The 32-bit numbers of bytes that have a buffer of their own. */
export const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer);

/** `size` bytes that are there, as a byte string (Espruino's subarray does not stop at the end). */
export const chars = (bytes: Uint8Array, at: number, size: number): string =>
  toText(bytes.subarray(at, at + size));

/** True when `size` bytes at the two places are the same. As strings: one native comparison. */
export const same = (
  a: Uint8Array,
  aAt: number,
  b: Uint8Array,
  bAt: number,
  size: number,
): boolean => chars(a, aAt, size) === chars(b, bAt, size);

/** A 32-bit number; for the host, whose bytes need not have a buffer of their own. */
export const u32 = (bytes: Uint8Array, at: number): number =>
  bytes[at] + bytes[at + 1] * 256 + bytes[at + 2] * 65536 + bytes[at + 3] * 16777216;
