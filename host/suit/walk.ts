/**
 * Walks CBOR without decoding it: where items begin and end. Definite lengths only, and no value
 * beyond 2^53; what cannot be walked throws {@link Unwalkable}.
 */

export const UNSIGNED = 0;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;
const SIMPLE = 7;
const MAX_DEPTH = 16;

export interface Head {
  major: number;
  value: number;
  /** Offset behind the head. */
  end: number;
}

/** An entry of a map. */
export interface Entry {
  start: number;
  key: Head;
  /** Offsets of the value: the item whole, and what is in it behind its head. */
  valueAt: number;
  value: Head;
  end: number;
}

export class Unwalkable extends Error {}

/** The entries of the map at `at`, which must end exactly at `limit`. */
export function walkMap(bytes: Uint8Array, at: number, limit: number): Entry[] {
  const map = readHead(bytes, at, limit);
  if (map.major !== MAP) throw new Unwalkable();
  const entries: Entry[] = [];
  let start = map.end;
  for (let i = 0; i < map.value; i++) {
    const valueAt = skip(bytes, start, limit, 0);
    const end = skip(bytes, valueAt, limit, 0);
    const key = readHead(bytes, start, limit);
    const value = readHead(bytes, valueAt, limit);
    entries.push({ start, key, valueAt, value, end });
    start = end;
  }
  if (start !== limit) throw new Unwalkable();
  return entries;
}

/** The offset behind the item at `at`. */
export function skip(bytes: Uint8Array, at: number, limit: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new Unwalkable();
  const { major, value, end } = readHead(bytes, at, limit);
  if (major === BYTES || major === TEXT) {
    if (value > limit - end) throw new Unwalkable();
    return end + value;
  }
  const children = major === ARRAY ? value : major === MAP ? value * 2 : major === TAG ? 1 : 0;
  // each child is at least one byte: a huge count ends at the limit, not after it
  let next = end;
  for (let i = 0; i < children; i++) next = skip(bytes, next, limit, depth + 1);
  return next;
}

export function readHead(bytes: Uint8Array, at: number, limit: number): Head {
  const first = at < limit ? (bytes[at] as number) : -1;
  const info = first & 31;
  if (first < 0 || info > 27) throw new Unwalkable(); // truncated, reserved or indefinite
  const major = first >> 5;
  if (info < 24) return { major, value: info, end: at + 1 };
  const size = 1 << (info - 24);
  if (size > limit - at - 1) throw new Unwalkable();
  let value = 0;
  for (let i = 1; i <= size; i++) value = value * 256 + (bytes[at + i] as number);
  if (major !== SIMPLE && !Number.isSafeInteger(value)) throw new Unwalkable();
  return { major, value, end: at + 1 + size };
}
