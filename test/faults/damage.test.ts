import assert from "node:assert/strict";
import { BLOCK, JOURNAL_AT, SLOTS_AT } from "../../device/flash/layout.js";
import type { Operation, Snapshot } from "../../host/board/flash.js";
import { agentOf, profileOf, REFUSED, release, SimBoard, STAGED } from "../support/sim-board.js";
import { BoardOff } from "../support/sim-link.js";

for (const name of ["puckjs", "linux"])
  describe(`damage on ${name}`, () => {
    const profile = profileOf(name, 20);
    const v1 = release(profile, 1, "one");
    const v2 = release(profile, 2, "two");
    const v3 = release(profile, 3, "three");
    const agentSize = agentOf(profile).length;
    const appAt = (agentSize + 3) & ~3;
    const used = v2.slotUse;
    let sim: SimBoard;
    /** v2 runs in slot 1, v1 lies in slot 0. */
    let settled: Snapshot;
    /** v1 runs in slot 0, v2 is staged in slot 1. */
    let staged: Snapshot;
    before(() => {
      sim = new SimBoard(profile, { firmware: v1 });
      assert.equal(sim.stage(v2).state, STAGED);
      staged = sim.flash.snapshot();
      sim.advance(4000);
      assert.ok(sim.runs(v2) && sim.state().trial === 0);
      settled = sim.flash.snapshot();
    });

    /** Starts a board on a snapshot with one byte changed. */
    const startWith = (snapshot: Snapshot, at: number, bits: number): void => {
      const image = snapshot.image.slice();
      image[at] ^= bits;
      sim.restore({ image, wordWrites: snapshot.wordWrites });
    };
    /** Offsets in a slot: its start, sampled bytes of all parts, the last byte of the table. */
    const places = [0, agentSize - 1, appAt, appAt + 699];
    for (let at = 41; at < used; at += name === "linux" ? 997 : 331) places.push(at);
    const envelopeAt = appAt + 700;
    for (let at = envelopeAt; at < used; at += name === "linux" ? 5 : 2) places.push(at);

    /**
     * Bytes that mean nothing: what fills up words, the CBOR heads of the wrapper, and on boards that
     * do not check the signature at each boot the signature and what is signed with the digest.
     */
    const isIdle = (place: number): boolean => {
      const at = place - envelopeAt;
      const heads = [0, 1, 2, 3, 4, 41, 42, 43, 44, 49, 50, 51, 52, 117];
      // In front of the manifest an envelope holds four bytes that a slot does not.
      const size = v2.envelope.length - 4;
      const tableAt = (size + 3) & ~3;
      if ((at >= size && at < tableAt) || at >= tableAt + 72) return true;
      if (name === "linux" && ((at > 4 && at < 9) || (at > 44 && at < 118))) return true;
      return heads.includes(at);
    };

    it("A21 E15: staged bytes that changed before the reset are never run", () => {
      let reverted = 0;
      for (const place of places) {
        const at = sim.slotAt(1) + place;
        startWith(staged, at, 1 << (place & 7));
        assert.equal(sim.runs(v2), isIdle(place), `${place}`);
        if (sim.runs(v2)) continue;
        assert.ok(sim.runs(v1), `${place}`);
        assert.equal(sim.said, "one");
        assert.deepEqual([sim.state().trial, sim.state().reason], [0, 805]);
        reverted++;
      }
      assert.ok(reverted > places.length / 2);
      startWith(staged, sim.slotAt(1) + 5, 1);
      assert.equal(sim.offer(v2.envelope).error, 404);
      sim.update(v3);
      assert.ok(sim.runs(v3) && sim.said === "three");
    });

    it("A22: a running slot that changed gives way to the other one", () => {
      for (const place of places) {
        startWith(settled, sim.slotAt(1) + place, 1 << (place & 7));
        const runs = sim.runs(v2) ? v2 : v1;
        assert.ok(sim.runs(runs) && sim.said === runs.name, `${place}`);
        assert.equal(runs === v2, isIdle(place), `${place}`);
      }
    });

    it("A22: an update goes into the damaged slot, not into the one that runs", () => {
      startWith(settled, sim.slotAt(1) + 5, 4);
      assert.ok(sim.runs(v1) && sim.state().slot === 0);
      const running = sim.slotDigest(0);
      const start = sim.flash.snapshot();
      const operations = sim.watch();
      assert.equal(sim.stage(v3).state, STAGED);
      sim.flash.onOperation(undefined);
      assert.equal(sim.slotDigest(0), running);
      sim.advance(4000);
      assert.ok(sim.runs(v3) && sim.said === "three");
      for (let cut = 0; cut < operations.length; cut += name === "linux" ? 5 : 1) {
        sim.restore(start);
        sim.watch((_, index) => (index === cut ? { when: "after" } : undefined));
        assert.throws(() => sim.update(v3), BoardOff);
        sim.flash.onOperation(undefined);
        sim.reconnect();
        sim.board.powerOn();
        const runs = sim.runs(v3) ? v3 : v1;
        assert.ok(sim.runs(runs) && sim.said === runs.name, `cut at ${cut}`);
      }
    });

    it("A24: with both apps damaged the agent alone runs and takes an update", () => {
      startWith(settled, sim.slotAt(0) + appAt + 3, 1);
      sim.flip(sim.slotAt(1) + appAt + 3, 1);
      sim.lines.length = 0;
      sim.powerCycle();
      assert.deepEqual(sim.lines, []);
      assert.equal(sim.state().slot, 1);
      assert.ok(sim.update(v3).fetched.includes("app"));
      assert.ok(sim.runs(v3) && sim.said === "three");
    });

    it("A22: the damaged firmware may be installed again, by its own release", () => {
      startWith(settled, sim.slotAt(1) + 5, 4);
      assert.ok(sim.runs(v1));
      assert.equal(sim.update(v2).state, STAGED);
      assert.ok(sim.runs(v2) && sim.said === "two");
      assert.equal(sim.offer(v1.envelope).error, 401);
    });

    it("A24: the agent that runs alone takes its own release again as a new one", () => {
      startWith(settled, sim.slotAt(0) + appAt + 3, 1);
      sim.flip(sim.slotAt(1) + appAt + 3, 1);
      sim.powerCycle();
      // The same app: the damaged bytes in the running slot are no source for it.
      const again = release(profile, 3, "two");
      const { state, fetched } = sim.stage(again);
      assert.equal(state, STAGED);
      assert.ok(fetched.includes("app"));
      sim.advance(4000);
      assert.ok(sim.runs(again) && sim.said === "two");
    });

    it("A24: with the agent of one slot and the app of the other damaged, an agent runs", () => {
      startWith(settled, sim.slotAt(1) + 3, 1);
      sim.flip(sim.slotAt(0) + appAt + 3, 1);
      sim.lines.length = 0;
      sim.powerCycle();
      assert.deepEqual(sim.lines, []);
      sim.update(v3);
      assert.ok(sim.runs(v3) && sim.said === "three");
    });

    it("A23: a changed journal record is ignored, and its state falls back by one", () => {
      let changed = 0;
      for (let at = JOURNAL_AT; at < SLOTS_AT; at += name === "linux" ? 29 : 11) {
        if (settled.image[at] === 0xff) continue;
        startWith(settled, at, 1 << (at & 7));
        const runs = sim.runs(v2) ? v2 : v1;
        assert.ok(sim.runs(runs) && sim.said === runs.name, `${at}`);
        changed++;
      }
      assert.ok(changed > 20);
      startWith(settled, 0, 0);
    });

    /** The operations of an update to v3 on the settled board. */
    const operationsOf = (): Operation[] => {
      sim.restore(settled);
      const operations = sim.watch();
      sim.update(v3);
      sim.flash.onOperation(undefined);
      assert.ok(sim.runs(v3));
      return operations;
    };

    it("A18: a write or an erase that stores nothing is noticed, and the old firmware stays", () => {
      const operations = operationsOf();
      const staging = operations.map(({ at }) => at >= SLOTS_AT).lastIndexOf(true);
      for (let n = 0; n <= staging; n += name === "linux" ? 3 : 1) {
        sim.restore(settled);
        const kind = operations[n].kind === "erase" ? "erase" : "write";
        const { at } = operations[n];
        const size = kind === "erase" ? sim.flash.pageSize : operations[n].length;
        const old = settled.image.subarray(at, at + size);
        // An erase of erased bytes that does nothing does no harm.
        if (kind === "erase" && old.every((byte) => byte === 255)) continue;
        sim.watch((_, index) => void (index === n && sim.flash.failNext(kind)));
        const { state, error, at: where } = sim.stage(v3);
        assert.deepEqual([state, error], [REFUSED, kind === "write" ? 501 : 502], `operation ${n}`);
        if (kind === "write") assert.equal(where, at);
        else assert.equal(where, at - (at % BLOCK));
        sim.powerCycle();
        assert.ok(sim.runs(v2), `operation ${n}`);
        assert.equal(sim.said, "two");
        sim.update(v3);
        assert.ok(sim.runs(v3), `operation ${n}`);
        assert.equal(sim.said, "three");
      }
    });

    it("A19: a journal that takes no record any more leaves the old firmware running", () => {
      // Repeated writes that store nothing wear no cell here.
      sim = new SimBoard({ ...profile, writesPerWord: 0, writesPerBlock: 0 }, { firmware: v1 });
      const count = operationsOf().filter(({ at }) => at < SLOTS_AT).length;
      for (let first = 0; first < count; first++) {
        let records = 0;
        sim.restore(settled);
        sim.watch(({ at }) => {
          if (at < SLOTS_AT && records++ >= first) sim.flash.failNext("write");
          return undefined;
        });
        if (sim.stage(v3).state === STAGED) sim.advance(3000);
        for (let boot = 0; boot < 5; boot++) sim.powerCycle();
        const runs = sim.runs(v3) ? v3 : v2;
        assert.ok(sim.runs(runs) && sim.said === runs.name, `record ${first}`);
        if (runs === v2) assert.equal(sim.state().trial, 0, "the old firmware is not on trial");
        assert.ok(records > first);
        sim.flash.onOperation(undefined);
        sim.powerCycle();
        sim.update(v3);
        assert.ok(sim.runs(v3) && sim.state().trial === 0, `record ${first}`);
      }
    });
  });
