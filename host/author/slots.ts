import { TABLE_ENTRY, TABLE_HEAD } from "../../device/flash/layout.js";

/** TODO-MERGE: replaced by host/board/profiles. Bytes of one slot. */
const SLOT_SIZES: Record<string, number> = {
  puckjs: 12288,
  mdbt42q: 12288,
  pixljs: 8192,
  microbit2: 12288,
  joltjs: 196608,
  linux: 122880,
};

/** The boards whose slot size is known. */
export function knownBoards(): string[] {
  return Object.keys(SLOT_SIZES);
}

/** Bytes of one slot of a board, undefined for a board without a profile. */
export function slotSizeFor(board: string): number | undefined {
  return Object.hasOwn(SLOT_SIZES, board) ? SLOT_SIZES[board] : undefined;
}

/**
 * Bytes that a release takes in a slot: components in whole words, the envelope without its
 * payloads, and the slot table with its CRC.
 */
export function slotUse(componentSizes: number[], envelopeSize: number): number {
  const words = componentSizes.reduce((sum, size) => sum + 4 * Math.ceil(size / 4), 0);
  return words + envelopeSize + TABLE_HEAD + TABLE_ENTRY * componentSizes.length + 4;
}
