/**
 * Takes integrated payloads out of an envelope before it is sent.
 *
 * An envelope may carry payloads under text keys (`"#app": bstr`). They lie outside the signed bytes
 * (draft-ietf-suit-manifest-37 §5.1) and would not fit a board's memory: the board gets the envelope
 * without them and asks for each as a resource. Every other byte stays as it is; only the count in
 * the map's head changes.
 *
 * What cannot be walked is left alone: whether it is an envelope is for the board to say.
 */

export interface Stripped {
  envelope: Uint8Array;
  /** The integrated payloads by their key, `#` included. */
  members: Map<string, Uint8Array>;
}

const TAG_ENVELOPE = 107;
const KEY_MANIFEST = 3;
const KEY_SEQUENCE = 2;
const MAX_DEPTH = 16;

const UNSIGNED = 0;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const SIMPLE = 7;

interface Head {
  major: number;
  value: number;
  /** Offset behind the head. */
  end: number;
}

interface Entry {
  start: number;
  key: Head;
  /** Offsets of the value: the item whole, and what is in it behind its head. */
  valueAt: number;
  value: Head;
  end: number;
}

class Unwalkable extends Error {}

export function stripIntegrated(envelope: Uint8Array): Stripped {
  const members = new Map<string, Uint8Array>();
  try {
    const { tagEnd, entries } = walkEnvelope(envelope);
    const kept: Uint8Array[] = [];
    for (const entry of entries) {
      if (entry.key.major !== TEXT) {
        kept.push(envelope.subarray(entry.start, entry.end));
        continue;
      }
      const keyBytes = envelope.subarray(entry.key.end, entry.valueAt);
      const key = new TextDecoder("utf-8", { fatal: true }).decode(keyBytes);
      if (entry.value.major !== BYTES || members.has(key)) throw new Unwalkable();
      members.set(key, envelope.subarray(entry.value.end, entry.end));
    }
    if (members.size === 0) return { envelope, members };
    const parts = [envelope.subarray(0, tagEnd), mapHead(kept.length), ...kept];
    return { envelope: join(parts), members };
  } catch (error) {
    // TypeError: a key that is not UTF-8
    if (!(error instanceof Unwalkable || error instanceof TypeError)) throw error;
    return { envelope, members: new Map() };
  }
}

export interface ManifestFacts {
  /** SHA-256 of the manifest with its bstr head: by it a board names what it runs. */
  digest: Uint8Array;
  sequence: number;
}

/** What the host must know of a manifest to recognise it on a board; null when it is none. */
export async function manifestFacts(envelope: Uint8Array): Promise<ManifestFacts | null> {
  try {
    const { entries } = walkEnvelope(envelope);
    const manifest = find(entries, KEY_MANIFEST);
    if (manifest.value.major !== BYTES) return null;
    const bytes = envelope.slice(manifest.valueAt, manifest.end);
    const sequence = find(walkMap(envelope, manifest.value.end, manifest.end), KEY_SEQUENCE).value;
    if (sequence.major !== UNSIGNED) return null;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { digest, sequence: sequence.value };
  } catch (error) {
    if (!(error instanceof Unwalkable)) throw error;
    return null;
  }
}

function find(entries: Entry[], key: number): Entry {
  const entry = entries.find(({ key: head }) => head.major === UNSIGNED && head.value === key);
  if (!entry) throw new Unwalkable();
  return entry;
}

function walkEnvelope(bytes: Uint8Array): { tagEnd: number; entries: Entry[] } {
  const tag = readHead(bytes, 0, bytes.length);
  if (tag.major !== TAG || tag.value !== TAG_ENVELOPE) throw new Unwalkable();
  return { tagEnd: tag.end, entries: walkMap(bytes, tag.end, bytes.length) };
}

/** The entries of the map at `at`, which must end exactly at `limit`. */
function walkMap(bytes: Uint8Array, at: number, limit: number): Entry[] {
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
function skip(bytes: Uint8Array, at: number, limit: number, depth: number): number {
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

function readHead(bytes: Uint8Array, at: number, limit: number): Head {
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

function mapHead(count: number): Uint8Array {
  if (count < 24) return Uint8Array.of((MAP << 5) | count);
  if (count < 0x100) return Uint8Array.of((MAP << 5) | 24, count);
  return Uint8Array.of((MAP << 5) | 25, count >> 8, count & 0xff);
}

function join(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
