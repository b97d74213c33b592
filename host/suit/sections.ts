import { readCbor } from "./read.js";

/** A member of a manifest that holds commands, wherever its content stands. */
export interface Section {
  name: string;
  /** The encoded sequence, without the head of its byte string. */
  content: Uint8Array;
}

/** A decoded command sequence, and those nested in it. */
export interface SequenceItems {
  /** `install`, `install[1][0]` ... */
  path: string;
  /** code, argument, code, argument ... */
  items: unknown[];
}

const TRY_EACH = 15;
const RUN_SEQUENCE = 32;
/** Run-sequence of the drafts up to -07. */
const OLD_RUN_SEQUENCE = 30;
const NESTING = 12;

/** The decoded content of a byte string, or undefined. Never throws. */
export function opened(value: unknown): unknown {
  return value instanceof Uint8Array ? readCbor(value)?.value : undefined;
}

export function mapOf(value: unknown): Map<unknown, unknown> {
  return value instanceof Map ? value : new Map<unknown, unknown>();
}

/**
 * The content of a member of the manifest that may be severed (draft -37, section 5.4): in the
 * manifest, or in the envelope under the same number where the manifest holds a digest.
 */
export function memberContent(
  key: number,
  manifest: Map<unknown, unknown>,
  members: Map<unknown, unknown>,
): Uint8Array | undefined {
  const value = manifest.get(key);
  const content = Array.isArray(value) ? members.get(key) : value;
  return content instanceof Uint8Array ? content : undefined;
}

/** A sequence and all sequences in it that can be read, to a depth of 12. */
export function nestedSequences({ name, content }: Section, depth = 0): SequenceItems[] {
  const items = opened(content);
  if (depth > NESTING || !Array.isArray(items)) return [];
  const found: SequenceItems[] = [{ path: name, items }];
  for (let i = 0; i < items.length; i += 2) {
    const [code, argument] = [items[i] as unknown, items[i + 1] as unknown];
    const inner = code === TRY_EACH ? argument : [argument];
    if (![TRY_EACH, RUN_SEQUENCE, OLD_RUN_SEQUENCE].includes(code as number)) continue;
    for (const [n, part] of (Array.isArray(inner) ? inner : []).entries())
      if (part instanceof Uint8Array) {
        const path = `${name}[${i + 1}]${code === TRY_EACH ? `[${n}]` : ""}`;
        found.push(...nestedSequences({ name: path, content: part }, depth + 1));
      }
  }
  return found;
}
