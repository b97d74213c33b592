import assert from "node:assert/strict";
import { BLOCK, JOURNAL_AT, SLOTS_AT } from "../../device/flash/layout.js";
import type { Cut, Operation, Snapshot } from "../../host/board/flash.js";
import { ERASE_TEARS, PROGRAM_TEARS } from "../../host/board/tears.js";
import { type Made, profileOf, release, SimBoard } from "../support/sim-board.js";
import { BoardOff } from "../support/sim-link.js";

const isJournal = ({ at }: Operation) => at >= JOURNAL_AT && at < SLOTS_AT;

/** All the ways in which one operation can be torn. */
const tearsOf = ({ kind, index }: Operation): Cut[] =>
  kind === "program"
    ? PROGRAM_TEARS.map((program, i) => ({ when: "inside", program, seed: 99 * index + i }))
    : ERASE_TEARS.map((erase, i) => ({ when: "inside", erase, seed: 99 * index + i }));

/** A board that runs `from`, with an older firmware in the other slot, and the update to `to`. */
class Subject {
  readonly sim: SimBoard;
  readonly start: Snapshot;
  /** The operations of the uninterrupted update, and the slot that it leaves. */
  readonly operations: Operation[];
  readonly slot: string;
  /** Both slots before it. */
  readonly before: string[];
  cuts = 0;

  constructor(
    readonly from: Made,
    readonly to: Made,
    sim: SimBoard,
  ) {
    this.sim = sim;
    assert.ok(sim.runs(from));
    this.start = sim.flash.snapshot();
    this.before = [sim.slotDigest(0), sim.slotDigest(1)];
    sim.restore(this.start);
    this.operations = sim.watch();
    sim.update(to);
    assert.ok(sim.runs(to) && sim.said === to.name);
    this.slot = sim.slotDigest(sim.state().slot as number);
  }

  /** The firmware that runs is one of the two, whole, and is what the journal says. */
  safe(why: string): void {
    const { sim, from, to } = this;
    const runs = [from, to].find((each) => sim.runs(each));
    assert.ok(runs, `${why}: neither firmware runs`);
    assert.equal(sim.said, runs.name, why);
    // What the other slot is said to hold lies there, whole.
    const other = sim.state(33);
    if (!other.rc) {
      const slot = other.slot as number;
      assert.ok(
        [this.slot, this.before[slot]].includes(sim.slotDigest(slot)),
        `${why}: slot ${slot}`,
      );
    }
  }

  /** Cuts the power at operation `index`, switches on again and finishes the update. */
  cut(index: number, cut: Cut): void {
    const { sim, to } = this;
    const operation = this.operations[index];
    const why = `${JSON.stringify(cut)} at ${index}: ${operation.kind} at ${operation.at}`;
    sim.restore(this.start);
    sim.watch((_, i) => (i === index ? cut : undefined));
    assert.throws(() => sim.update(to), BoardOff, why);
    sim.flash.onOperation(undefined);
    sim.reconnect();
    sim.board.powerOn();
    this.safe(why);
    sim.update(to);
    assert.ok(sim.runs(to) && sim.state().trial === 0 && sim.said === to.name, why);
    assert.equal(sim.slotDigest(sim.state().slot as number), this.slot, why);
    this.cuts++;
  }
}

function subject(name: string): Subject {
  const profile = profileOf(name, 20);
  const v1 = release(profile, 1, "one");
  const v2 = release(profile, 2, "two");
  const sim = new SimBoard(profile, { firmware: v1 });
  sim.update(v2);
  return new Subject(v2, release(profile, 3, "three"), sim);
}

// On linux the board's JavaScript checks the signatures: some operations are enough there.
for (const [name, step] of [
  ["puckjs", 1],
  ["joltjs", 2],
  ["linux", 3],
] as const)
  describe(`power cuts on ${name}`, () => {
    let update: Subject;
    before(() => {
      update = subject(name);
    });

    it("A1: before every flash operation of an update", () => {
      for (let i = 0; i < update.operations.length; i += step) update.cut(i, { when: "before" });
    });

    it("A2: after every flash operation of an update", () => {
      for (let i = 0; i < update.operations.length; i += step) update.cut(i, { when: "after" });
    });

    it("A3 A4 A5 A11: torn writes, all of the journal and every fifth of the slot", () => {
      update.operations.forEach((operation, i) => {
        if (operation.kind === "program" && (isJournal(operation) || i % (5 * step) === 0))
          for (const tear of tearsOf(operation)) update.cut(i, tear);
      });
    });

    it("A7: torn erases", () => {
      update.operations.forEach((operation, i) => {
        if (operation.kind === "erase" && i % step === 0)
          for (const tear of tearsOf(operation)) update.cut(i, tear);
      });
    });

    it("covers download, staging, trial and confirmation", () => {
      const { operations } = update;
      const perBlock = BLOCK / update.sim.flash.pageSize;
      assert.equal(operations.filter(isJournal).length, 5);
      assert.equal(operations.filter(({ kind }) => kind === "erase").length % perBlock, 0);
    });
  });

describe("the journal's blocks", () => {
  const profile = profileOf("puckjs");

  /** Updates until the next one erases the journal's block at `at`. */
  const untilErase = (at: number): Subject => {
    let from = release(profile, 1, "v1");
    const sim = new SimBoard(profile, { firmware: from });
    for (let sequence = 2; ; sequence++) {
      const to = release(profile, sequence, `v${sequence}`);
      const update = new Subject(from, to, sim);
      if (update.operations.some((each) => each.kind === "erase" && each.at === at)) return update;
      assert.ok(sequence < 40);
      from = to;
    }
  };

  for (const at of [JOURNAL_AT + BLOCK, JOURNAL_AT])
    it(`A12: are recycled safely (block at ${at})`, () => {
      const update = untilErase(at);
      update.operations.forEach((operation, i) => {
        if (!isJournal(operation)) return;
        update.cut(i, { when: "before" });
        update.cut(i, { when: "after" });
        for (const tear of tearsOf(operation)) update.cut(i, tear);
      });
      assert.ok(update.cuts > 30);
    });
});
