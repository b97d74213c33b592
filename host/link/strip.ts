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
import {
  BYTES,
  type Entry,
  MAP,
  readHead,
  TAG,
  TEXT,
  UNSIGNED,
  Unwalkable,
  walkMap,
} from "../suit/walk.js";

export interface Stripped {
  envelope: Uint8Array;
  /** The integrated payloads by their key, `#` included. */
  members: Map<string, Uint8Array>;
}

const TAG_ENVELOPE = 107;
const KEY_MANIFEST = 3;
const KEY_SEQUENCE = 2;

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
