/**
 * What a board is when it has no power: its flash. Two things do not show in the bytes: cells that a cut
 * left undecided, which read as 1 on one boot and as 0 on the next, and blocks whose erase was cut short
 * so late that they read as erased but take no program.
 */
import { BLOCK } from "../../../device/flash/layout.js";
import {
  type EraseTear,
  type ProgramTear,
  randomFrom,
  tearErase,
  tearProgram,
} from "../../../host/board/tears.js";

export interface FlashState {
  /** Undecided cells read as 1 here. */
  image: Uint8Array;
  unstable?: Unstable;
  /** Starts of the pages that only look erased. */
  weak: readonly number[];
}

/** Undecided cells: the bits of `mask`, from `at` on. */
export interface Unstable {
  at: number;
  mask: Uint8Array;
}

/** One flash operation of a run, with what it left. */
export interface Op {
  kind: "program" | "erase";
  at: number;
  length: number;
  /** Programs only: the bytes in flash afterwards. */
  bytes: Uint8Array;
  /** The page took no program (weak): nothing was stored. */
  isLost: boolean;
}

/** Ways in which an operation can be cut short; `before` is a cut between two operations. */
export const WRITE_CUTS = [
  "before",
  "first",
  "half",
  "all-but-last",
  "random-words",
  "random-bits",
  "unstable-all",
  "unstable-half",
] as const;
export const ERASE_CUTS = ["before", "prefix", "random", "weak", "unstable-all"] as const;
export type CutName = (typeof WRITE_CUTS)[number] | (typeof ERASE_CUTS)[number];

/** How an undecided cell may read: as 1, as 0, or each on its own. */
export const READINGS = ["ones", "zeros", "mixed"] as const;
export type Reading = (typeof READINGS)[number];

/** The bytes as this boot reads them. */
export function readAs(state: FlashState, reading: Reading): Uint8Array {
  const image = state.image.slice();
  const { unstable } = state;
  if (!unstable || reading === "ones") return image;
  const random = randomFrom(unstable.at);
  unstable.mask.forEach((bits, i) => {
    const zeros = reading === "zeros" ? bits : bits & Math.floor(random() * 256);
    image[unstable.at + i] &= ~zeros;
  });
  return image;
}

const overlap = (unstable: Unstable, op: Op) =>
  op.at < unstable.at + unstable.mask.length && unstable.at < op.at + op.length;

/** Undecided cells after a whole operation: an erase decides, a programmed 0 too. */
function settle(unstable: Unstable | undefined, op: Op): Unstable | undefined {
  if (!unstable || op.isLost || !overlap(unstable, op)) return unstable;
  const mask = unstable.mask.map((bits, i) => {
    const at = unstable.at + i - op.at;
    if (at < 0 || at >= op.length) return bits;
    return op.kind === "erase" ? 0 : bits & op.bytes[at];
  });
  return mask.some((bits) => bits) ? { at: unstable.at, mask } : undefined;
}

/** Carries out a whole operation on `state.image` itself; gives the rest of the state. */
export function apply(state: FlashState, op: Op): FlashState {
  const { image } = state;
  if (op.kind === "erase") image.fill(255, op.at, op.at + op.length);
  // An undecided cell that read as 0 while it was programmed counts as 0 from now on.
  else if (!op.isLost) for (let i = 0; i < op.length; i++) image[op.at + i] &= op.bytes[i];
  const weak =
    op.kind === "erase" && state.weak.includes(op.at)
      ? state.weak.filter((at) => at !== op.at)
      : state.weak;
  return { image, unstable: settle(state.unstable, op), weak };
}

/** A way in which an operation can be cut short. */
export interface Tear {
  cut: CutName;
  seed: number;
  make: () => Torn;
}

/** The bytes in the place of the operation afterwards, and what does not show in them. */
export interface Torn {
  bytes: Uint8Array;
  mask?: Uint8Array;
  weak?: boolean;
}

/** All the ways in which `op` can be cut short, on flash that holds `old` there. */
export function tearsOf(op: Op, old: Uint8Array, seed: number, repeats: number): Tear[] {
  if (op.isLost) return [];
  const tears: Tear[] = [];
  const add = (cut: CutName, at: number, make: () => Torn) => tears.push({ cut, seed: at, make });
  const program = (cut: ProgramTear, at = seed) =>
    add(cut as CutName, at, () => ({ bytes: tearProgram(old, op.bytes, cut, at) }));
  const erase = (cut: EraseTear, at: number) =>
    add(cut as CutName, at, () => ({ bytes: tearErase(old, cut, at) }));
  const clears = (bytes: Uint8Array) => bytes.map((byte, i) => byte & ~op.bytes[i]);
  if (op.kind === "program") {
    program("first");
    program("half");
    program("all-but-last");
    for (let i = 0; i < repeats; i++) {
      program("random-words", seed + i);
      program("random-bits", seed + i);
    }
    add("unstable-all", seed, () => ({ bytes: old, mask: clears(old) }));
    add("unstable-half", seed, () => {
      const bytes = tearProgram(old, op.bytes, "half");
      return { bytes, mask: clears(bytes) };
    });
    return tears;
  }
  const blank = new Uint8Array(op.length).fill(255);
  add("weak", seed, () => ({ bytes: blank, weak: true }));
  // Nothing else can be torn where nothing is to be erased.
  if (Buffer.compare(old, blank) === 0) return tears;
  for (let i = 0; i < repeats; i++) {
    erase("prefix", seed + i);
    erase("random", seed + i);
  }
  add("unstable-all", seed, () => ({ bytes: blank, mask: old.map((byte) => ~byte & 255) }));
  return tears;
}

/** The way of a name, for a replay. */
export function findTear(op: Op, old: Uint8Array, cut: CutName, seed: number): Torn {
  const found = tearsOf(op, old, seed, 1).find((tear) => tear.cut === cut);
  if (!found) throw new Error(`a ${op.kind} at ${op.at} is not cut like "${cut}"`);
  return found.make();
}

/** What a torn operation leaves, beside the bytes: one hidden fault at a time, the latest. */
export function hiddenAfter(state: FlashState, op: Op, torn: Torn): Omit<FlashState, "image"> {
  if (torn.mask) return { unstable: { at: op.at, mask: torn.mask }, weak: [] };
  if (torn.weak) return { weak: [op.at] };
  return { unstable: settle(state.unstable, op), weak: state.weak };
}

export const blockOf = (at: number): number => Math.floor(at / BLOCK);
