/**
 * Tells for which draft of SUIT an envelope was written, from the code points in it.
 *
 * Drafts are named by their number, 4 for draft-ietf-suit-manifest-04. The ranges are those of the
 * texts in the working group's repository: a code point counts for a draft when its text has it.
 */
import { evidenceOf } from "./older-evidence.js";
import { type EnvelopeReading, readEnvelope } from "./read.js";

/** Something in an envelope, and the drafts that have it: first and last, both included. */
export interface Evidence {
  found: string;
  first: number;
  last: number;
}

/** What {@link olderDraft} finds. */
export interface OlderDraft {
  /** The drafts that have everything in the envelope; where none has, those of the old parts. */
  first: number;
  last: number;
  /** No single draft has everything that was found: some tools mix drafts. */
  mixed: boolean;
  /** One sentence without a full stop. */
  sentence: string;
  /** What the range rests on. */
  evidence: Evidence[];
}

/** The first draft with all code points of today: -29 moved install to 20. */
const TODAY = 28;

const named = (first: number, last: number) => {
  const number = (draft: number) => `-${String(draft).padStart(2, "0")}`;
  const start = `draft-ietf-suit-manifest${number(first)}`;
  return first === last ? start : `${start} to ${number(last)}`;
};

/**
 * Looks for code points that only older drafts have. What older drafts and today's share is no
 * evidence for an older one, so an envelope may be old without any (draft -20 without install).
 *
 * @returns undefined when nothing in it is old
 */
export function olderDraft(envelope: EnvelopeReading): OlderDraft | undefined {
  const evidence = evidenceOf(envelope);
  const old = evidence.filter(({ last }) => last <= TODAY);
  if (old.length === 0) return undefined;
  const range = (list: Evidence[]): [number, number] => [
    Math.max(...list.map(({ first }) => first)),
    Math.min(...list.map(({ last }) => last)),
  ];
  const [all, olds] = [range(evidence), range(old)];
  const mixed = all[0] > all[1];
  const hull: [number, number] = [
    Math.min(...old.map(({ first }) => first)),
    Math.max(...old.map(({ last }) => last)),
  ];
  const [first, last] = !mixed ? all : olds[0] <= olds[1] ? olds : hull;
  const rest = mixed ? ", mixed with parts of other drafts" : "";
  return {
    first,
    last,
    mixed,
    sentence: `written for an older SUIT draft, ${named(first, last)}${rest}`,
    evidence,
  };
}

/**
 * What to add to a refusal of these bytes: which draft they were written for. Undefined when they are
 * no envelope, or nothing in them is old. Never throws.
 */
export function draftAdvice(bytes: Uint8Array): string | undefined {
  try {
    const older = olderDraft(readEnvelope(bytes, ""));
    return older && `This envelope was ${older.sentence}: make it again for -37.`;
  } catch {
    return undefined;
  }
}
