/**
 * The strict reading of what a board reports: definite lengths, no key twice, whole numbers that
 * fit (boards write those above 23 in four bytes). A board is not trusted, and what it sends is not guessed at.
 */
import { decode } from "cborg";
import { SuitcaseError } from "../errors.js";
import { keepTags } from "./read.js";

export type Members = Map<unknown, unknown>;

export const badReport = (why: string) =>
  new SuitcaseError("LINK_ANSWER", `The board's report cannot be read: ${why}.`);

/** @throws LINK_ANSWER */
export function strictMap(bytes: Uint8Array, what: string): Members {
  let value: unknown;
  try {
    value = decode(bytes, {
      useMaps: true,
      allowIndefinite: false,
      rejectDuplicateMapKeys: true,
      tags: keepTags,
    });
  } catch {
    throw badReport(`${what} is no CBOR that a board writes`);
  }
  if (!(value instanceof Map)) throw badReport(`${what} is no map`);
  return value;
}

/** @throws LINK_ANSWER */
export function whole(value: unknown, what: string): number {
  if (!Number.isSafeInteger(value)) throw badReport(`${what} is no whole number`);
  return value as number;
}

/** @throws LINK_ANSWER */
export function unsigned(value: unknown, what: string): number {
  const number = whole(value, what);
  if (number < 0) throw badReport(`${what} is negative`);
  return number;
}

/** @throws LINK_ANSWER */
export function listOf(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw badReport(`${what} is no list`);
  return value;
}

/** @throws LINK_ANSWER */
export function mapOf(value: unknown, what: string): Members {
  if (!(value instanceof Map)) throw badReport(`${what} is no map`);
  return value;
}
