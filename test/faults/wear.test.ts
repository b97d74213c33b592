import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { appendState, findNewest, readState } from "../../device/flash/journal.js";
import {
  BLOCK,
  JOURNAL_AT,
  PHASE,
  RECORD,
  RECORD_MAGIC,
  SETTLED,
} from "../../device/flash/layout.js";
import type { Port } from "../../device/port/port.js";

import { NorFlash } from "../../host/board/flash.js";
import { profileOf, release, SimBoard, STAGED } from "../support/sim-board.js";
import { CYCLES, wear } from "../support/wear.js";

/** Enough that both blocks of the journal are erased several times. */
const UPDATES = 40;

describe("what an update costs the flash", function () {
  this.timeout(300_000);

  for (const name of ["puckjs", "linux"])
    it(`A20: each word is written once, blocks are erased about once, on ${name}`, () => {
      const bill = wear(name, name === "puckjs" ? UPDATES : 14);
      console.log(
        `      ${name}: per update ${bill.erases.toFixed(2)} erases for ${bill.imageBlocks} blocks, ` +
          `${Math.round(bill.words)} words, ${bill.records} journal records`,
      );
      assert.ok(bill.erases <= bill.imageBlocks + 1, `${bill.erases}`);
      assert.ok(bill.words <= (bill.imageBlocks * BLOCK) / 4 + bill.records * (RECORD / 4));
      assert.ok(bill.records <= 5);
      // Slots take turns: each of their blocks bears every other update.
      assert.ok(bill.slotErases <= 0.5 + 1 / bill.updates);
      if (name === "puckjs") assert.ok(bill.journalLasts > 10_000, `${bill.journalLasts}`);
    });

  it("is told to the host, as the flash counted it", () => {
    const profile = profileOf("puckjs");
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const { erases, words } = sim.flash.totals;
    assert.equal(sim.stage(release(profile, 2, "two")).state, STAGED);
    const told = sim.link.poll();
    assert.deepEqual(
      [told.erases, told.written],
      [sim.flash.totals.erases - erases, sim.flash.totals.words - words],
    );
  });

  it("A20: the journal outlives 10,000 updates, each of 5 records, on flash of 10,000 cycles", () => {
    const flash = new NorFlash({ size: JOURNAL_AT + 2 * BLOCK, writesPerWord: 1 });
    const port = {
      read: (at: number, length: number) => flash.read(at, length),
      write: (at: number, bytes: Uint8Array) => flash.program(at, bytes.slice()),
      erase: (at: number) => flash.erasePage(at),
      crc: (bytes: Uint8Array) => crc32(bytes) >>> 0,
      crcAt: (at: number, length: number) => crc32(flash.read(at, length)) >>> 0,
    } as unknown as Port;
    const state = new Uint8Array(RECORD);
    state[0] = RECORD_MAGIC;
    state[PHASE] = SETTLED;
    let newest = 63;
    for (let record = 0; record < 5 * 10_000; record++) newest = appendState(port, state, newest);
    assert.equal(findNewest(port), newest);
    assert.deepEqual(readState(port, newest), state);
    const most = Math.max(...flash.erasesOfPage);
    console.log(`      10,000 updates erase a block of the journal ${most} times`);
    assert.ok(most < CYCLES / 10, `${most}`);
  });
});
