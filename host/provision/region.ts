/** The bytes of a whole provisioned region, made on the host before a board is touched. */
import { CONFIG_AT } from "../../device/flash/layout.js";
import type { BoardConfig } from "../board/config-page.js";
import { NorFlash } from "../board/flash.js";
import { type ProvisionParts, provision } from "../board/provision.js";
import { SimulatedBoard } from "../board/simulator.js";

export interface Region {
  bytes: Uint8Array;
  /** Of the first firmware. */
  sequence: number;
  digest: string;
}

/**
 * The byte that makes a board of it: first of the configuration, without which the bootloader starts
 * nothing and leaves the console open. It is written last, and alone: a cut while it is written leaves
 * another byte, or this one and with it a whole board. (The flash is written in words; the other bytes
 * of this one are there already.)
 */
export const COMMIT_AT = CONFIG_AT;
export const COMMIT_SIZE = 4;

/** @throws what {@link provision} throws */
export function makeRegion(config: Omit<BoardConfig, "factory">, parts: ProvisionParts): Region {
  const flash = new NorFlash(SimulatedBoard.geometry(config.profile));
  const { sequence, digest } = provision(flash, config, parts);
  return { bytes: flash.read(0, flash.size), sequence, digest };
}

/** A piece of a region that is not blank. `at` and its length are whole words. */
export interface Piece {
  at: number;
  bytes: Uint8Array;
}

/**
 * Bytes of a piece. Its packet has about 300 characters, and a board that is busy holds back 1,024 bytes,
 * of which each character may take three.
 */
const PIECE = 192;

/**
 * Without the blank words at its end: the chip counts writes of words (boards/profiles.ts), and what
 * stays blank is written by others later.
 */
function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 255) end--;
  return bytes.subarray(0, 4 * Math.ceil(end / 4));
}

/** What is written to an erased region, in this order, between two offsets. */
export function piecesOf(region: Uint8Array, from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = from; at < to; at += PIECE) {
    const bytes = trimmed(region.subarray(at, Math.min(at + PIECE, to)));
    if (bytes.length > 0) pieces.push({ at, bytes });
  }
  return pieces;
}

/** The region as it stands before the last byte. */
export function uncommitted(region: Uint8Array): Uint8Array {
  const bytes = region.slice();
  bytes[COMMIT_AT] = 255;
  return bytes;
}
