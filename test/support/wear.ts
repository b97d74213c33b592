/** What updates cost the flash of a simulated board, counted by the flash itself. */
import assert from "node:assert/strict";
import { BLOCK, JOURNAL_AT, RECORD, SLOTS_AT } from "../../device/flash/layout.js";
import type { NorFlash } from "../../host/board/flash.js";
import { profileOf, release, SimBoard } from "./sim-board.js";

/** Cycles that a page of an nRF52 takes (product specification, nENDURANCE). */
export const CYCLES = 10_000;

export interface Bill {
  updates: number;
  /** Blocks of 4,096 bytes that the image of a release takes. */
  imageBlocks: number;
  /** Per update: erases of blocks and words written, slots and journal together. */
  erases: number;
  words: number;
  /** Per update and block: of the journal, of the slots; the block that wears most. */
  journalErases: number;
  slotErases: number;
  /** Journal records per update. */
  records: number;
  /** Updates until the journal's, until the slots' blocks reach {@link CYCLES}. */
  journalLasts: number;
  slotsLast: number;
}

/**
 * Updates a board `updates` times with agent and app, the app another one each time. No word is written
 * twice between erases.
 */
export function wear(name: string, updates: number, flash?: (board: NorFlash) => void): Bill {
  const profile = profileOf(name, 20);
  const sim = new SimBoard(profile, { firmware: release(profile, 1, "v1") });
  const before = {
    erases: sim.flash.erasesOfPage.slice(),
    words: sim.flash.wordsWrittenInPage.slice(),
  };
  flash?.(sim.flash);
  let slotUse = 0;
  for (let n = 0; n < updates; n++) {
    const made = release(profile, n + 2, `v${n + 2}`);
    slotUse = Math.max(slotUse, made.slotUse);
    sim.update(made);
    assert.equal(sim.said, made.name);
    const most = sim.flash.snapshot().wordWrites.reduce((a, b) => Math.max(a, b), 0);
    assert.equal(most, 1, "a word was written twice");
  }
  const perBlock = BLOCK / sim.flash.pageSize;
  /** The most that any page between two places had to bear, and the sum. */
  const of = (counts: Uint32Array, old: Uint32Array, from: number, to: number) => {
    const pages = Array.from(counts, (count, i) => count - old[i]);
    const some = pages.slice(from / sim.flash.pageSize, to / sim.flash.pageSize);
    return { most: Math.max(...some), sum: some.reduce((a, b) => a + b, 0) };
  };
  const { erasesOfPage, wordsWrittenInPage, size } = sim.flash;
  const journal = of(erasesOfPage, before.erases, JOURNAL_AT, SLOTS_AT);
  const slots = of(erasesOfPage, before.erases, SLOTS_AT, size);
  const words = of(wordsWrittenInPage, before.words, 0, size).sum;
  const journalWords = of(wordsWrittenInPage, before.words, JOURNAL_AT, SLOTS_AT).sum;
  const bill = {
    updates,
    imageBlocks: Math.ceil(slotUse / BLOCK),
    erases: (journal.sum + slots.sum) / perBlock / updates,
    words: words / updates,
    journalErases: journal.most / updates,
    slotErases: slots.most / updates,
    records: journalWords / (RECORD / 4) / updates,
  };
  return {
    ...bill,
    journalLasts: Math.floor(CYCLES / Math.max(bill.journalErases, 1 / updates)),
    slotsLast: Math.floor(CYCLES / bill.slotErases),
  };
}

/** The table of `npm run bench`. */
export function wearRows(names: string[], updates: number): string[] {
  return [
    "| board | blocks of the image | blocks erased | words written | journal records | erases of a journal block | of a slot's block | journal lasts | slots last |",
    "|---|---|---|---|---|---|---|---|---|",
    ...names.map((name) => {
      const bill = wear(name, updates);
      const cells = [name, bill.imageBlocks, bill.erases.toFixed(2), Math.round(bill.words)];
      cells.push(
        bill.records.toFixed(2),
        bill.journalErases.toFixed(3),
        bill.slotErases.toFixed(2),
      );
      return `| ${[...cells, bill.journalLasts, bill.slotsLast].join(" | ")} |`;
    }),
  ];
}
