import { TABLE_ENTRY, TABLE_HEAD } from "../../device/flash/layout.js";
import { slotSize } from "../board/config-page.js";
import { withoutNative } from "../board/no-native.js";
import { loadProfile, profileNames } from "../board/profiles.js";

/** The boards whose slot size is known. */
export function knownBoards(): string[] {
  return profileNames();
}

/** Bytes of one slot of a board, undefined for a board without a profile. */
export function slotSizeFor(board: string, native = true): number | undefined {
  if (!profileNames().includes(board)) return undefined;
  const profile = loadProfile(board);
  return slotSize(native ? profile : withoutNative(profile));
}

/**
 * Bytes that a release takes in a slot: components in whole words, the envelope without its
 * payloads, and the slot table with its CRC.
 */
export function slotUse(componentSizes: number[], envelopeSize: number): number {
  const words = componentSizes.reduce((sum, size) => sum + 4 * Math.ceil(size / 4), 0);
  return words + envelopeSize + TABLE_HEAD + TABLE_ENTRY * componentSizes.length + 4;
}
