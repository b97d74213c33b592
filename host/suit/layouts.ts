/**
 * Under which numbers the parts of a manifest stand. Old drafts used others: without this, the
 * installation of draft -14 would be shown as the start of draft -37.
 */
import { MANIFEST_NAMES, SEQUENCE_KEYS } from "./names.js";

export interface Layout {
  /** Names of the members of the manifest. */
  names: Record<number, string>;
  /** Members that hold commands, in the order in which a device runs them. */
  sequences: number[];
  /** The member with texts for people. */
  text: number;
}

/** draft-ietf-suit-manifest-37 and its extensions. */
export const CURRENT: Layout = { names: MANIFEST_NAMES, sequences: SEQUENCE_KEYS, text: 23 };

/** Drafts -18 to -28: as today, but install was 17. */
export const DRAFTS_18_TO_28: Layout = {
  names: { ...MANIFEST_NAMES, 17: "install" },
  sequences: [15, 16, 17, 7, 8, 9, 24],
  text: 23,
};

/** Drafts -04 to -17. */
export const DRAFTS_04_TO_17: Layout = {
  names: {
    1: "manifest-version",
    2: "sequence-number",
    3: "common",
    4: "reference-uri",
    7: "dependency-resolution",
    8: "payload-fetch",
    9: "install",
    10: "validate",
    11: "load",
    12: "run",
    13: "text",
    14: "coswid",
  },
  sequences: [7, 8, 9, 10, 11, 12],
  text: 13,
};

/** The layout of a draft by its number, 4 to 37. */
export function layoutOf(draft: number): Layout {
  if (draft <= 17) return DRAFTS_04_TO_17;
  return draft <= 28 ? DRAFTS_18_TO_28 : CURRENT;
}
