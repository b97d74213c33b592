import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { JOURNAL_AT, RECORD, RECORD_CRC, SERIAL } from "../../device/flash/layout.js";
import {
  app,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  TRIALS,
} from "../support/sim-board.js";

const profile = profileOf("puckjs");
const v1 = release(profile, 1, "one");
const v2 = release(profile, 2, "two");
const v3 = release(profile, 3, "three");
const CONFIRM = "setTimeout(function(){if(suitcase.trial())suitcase.confirm()},500);";

/** A release whose app also runs `code`, once, when it has been confirmed. */
const later = (code: string) =>
  release(profile, 2, "two", {
    app: app(
      "two",
      `var t=suitcase.trial();${CONFIRM}setTimeout(function(){if(t){${code}}},1000);`,
    ),
  });

describe("faults of flash and boots", () => {
  let sim: SimBoard;
  beforeEach(() => {
    sim = new SimBoard(profile, { firmware: v1 });
  });

  it("A16 A17: Storage is full from the start: an app writes nothing to it, an update needs none", () => {
    sim.update(later('try{require("Storage").write("x","y")}catch(e){print("full")}'));
    const before = sim.flash.digest();
    sim.advance(2000);
    assert.equal(sim.said, "full");
    assert.equal(sim.flash.digest(), before);
    sim.powerCycle();
    sim.update(v3);
    assert.ok(sim.runs(v3));
  });

  it("A20: blocks that are not erased any more refuse the update (502), and the old firmware runs", () => {
    sim.update(v2);
    sim.watch(({ kind }) => void (kind === "erase" && sim.flash.failNext("erase")));
    const { state, error } = sim.stage(v3);
    assert.deepEqual([state, error], [REFUSED, 502]);
    assert.equal(sim.state().refused, 502);
    sim.powerCycle();
    assert.ok(sim.runs(v2) && sim.said === "two");
  });

  it("A25: twenty resets change nothing of a settled board, and end a trial", () => {
    const operations = sim.watch();
    for (let boot = 0; boot < 20; boot++) sim.powerCycle();
    assert.deepEqual(operations, []);
    assert.ok(sim.runs(v1));
    assert.equal(sim.stage(v2).state, STAGED);
    for (let boot = 0; boot < 20; boot++) sim.powerCycle();
    assert.ok(sim.runs(v1));
    assert.deepEqual([sim.state().reason, sim.state().trial], [801, 0]);
  });

  it("A26: a reset inside the check of a signature counts as a boot, and no loop comes of it", () => {
    assert.equal(sim.stage(v2).state, STAGED);
    let resets = 0;
    sim.board.on("native", (operation: number) => {
      // Only the first signature of a boot is that of the slot on trial.
      if (operation === 2 && resets < TRIALS) {
        resets++;
        sim.board.powerOff();
      }
    });
    for (let boot = 0; boot <= TRIALS; boot++) sim.powerCycle();
    assert.equal(resets, TRIALS);
    assert.ok(sim.runs(v1) && sim.said === "one");
    assert.equal(sim.state().reason, 801);
  });

  it("A27: a record of another layout is stepped over", () => {
    const { image, wordWrites } = sim.flash.snapshot();
    const record = image.slice(JOURNAL_AT, JOURNAL_AT + RECORD);
    record[0] = 0x52;
    const view = new DataView(record.buffer);
    view.setUint32(SERIAL, 99, true);
    view.setUint32(RECORD_CRC, crc32(record.subarray(0, RECORD_CRC)), true);
    image.set(record, JOURNAL_AT + RECORD);
    sim.restore({ image, wordWrites });
    assert.ok(sim.runs(v1));
    sim.update(v2);
    assert.ok(sim.runs(v2) && sim.said === "two");
    const kept = sim.flash.read(JOURNAL_AT + RECORD, RECORD);
    assert.deepEqual(kept, record);
  });

  it("B8: a newer release waits until a trial is over, and is taken after a revert", () => {
    const silent = release(profile, 2, "two", { app: app("two", "") });
    assert.equal(sim.stage(silent).state, STAGED);
    sim.advance(1600);
    assert.deepEqual([sim.state().trial, sim.stage(v3).error], [1, 405]);
    assert.deepEqual(sim.link.change(1, { confirm: false }), {});
    sim.advance(400);
    assert.ok(sim.runs(v1) && sim.state().reason === 803);
    sim.update(v3);
    assert.ok(sim.runs(v3) && sim.said === "three");
  });

  it("B9: an app that overwrites its own agent is not run again, the other firmware is", () => {
    const at = profile.baseAddress + sim.slotAt(1) + 64;
    sim.update(later(`require("Flash").write(new Uint8Array(4),${at})`));
    sim.advance(2000);
    sim.powerCycle();
    assert.ok(sim.runs(v1));
    sim.update(v3);
    assert.ok(sim.runs(v3));
    assert.equal(sim.said, "three");
  });

  it("B10: an app that erases the other slot: the next update goes there", () => {
    const at = profile.baseAddress + sim.slotAt(0);
    const made = later(`require("Flash").erasePage(${at})`);
    sim.update(made);
    sim.advance(2000);
    sim.powerCycle();
    assert.ok(sim.runs(made));
    sim.update(v3);
    assert.ok(sim.runs(v3));
    assert.equal(sim.said, "three");
  });
});
