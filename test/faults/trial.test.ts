import assert from "node:assert/strict";
import { SLOTS_AT } from "../../device/flash/layout.js";
import {
  app,
  DEADLINE,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  TRIALS,
} from "../support/sim-board.js";

for (const name of ["puckjs", "linux"])
  describe(`a trial on ${name}`, () => {
    const profile = profileOf(name, 20);
    const v1 = release(profile, 1, "one");
    const v2 = release(profile, 2, "two");
    const make = (rest: string) => release(profile, 2, "two", { app: app("two", rest) });
    const silent = make("");
    let sim: SimBoard;
    beforeEach(() => {
      sim = new SimBoard(profile, { firmware: v1 });
    });

    /** v1 runs, confirmed, and says why the trial was reverted. */
    const assertReverted = (reason: number): void => {
      const state = sim.state();
      assert.ok(sim.runs(v1));
      assert.deepEqual([state.trial, state.reason, state.slot], [0, reason, 0]);
      assert.equal(sim.said, "one");
      sim.powerCycle();
      assert.ok(sim.runs(v1));
      assert.equal(sim.state().reason, reason);
    };

    const startTrial = (made: typeof v2): void => {
      assert.equal(sim.stage(made).state, STAGED);
      sim.advance(1600);
    };

    it("B1: is reverted when the app throws at once (802)", () => {
      startTrial(make("throw new Error('broken')"));
      assertReverted(802);
      assert.deepEqual(sim.lines.slice(0, 3), ["one", "two", "one"]);
    });

    it("A19 B1: does not run on when the revert cannot be recorded", () => {
      sim = new SimBoard({ ...profile, writesPerWord: 0, writesPerBlock: 0 }, { firmware: v1 });
      assert.equal(sim.stage(make("throw new Error('broken')")).state, STAGED);
      let records = 0;
      sim.watch(({ at }) => {
        // The record of the trial is kept, no one after it.
        if (at < SLOTS_AT && records++ > 0) sim.flash.failNext("write");
        return undefined;
      });
      sim.advance(4000);
      assert.ok(records > 1);
      assert.ok(sim.runs(v1));
      assert.deepEqual([sim.said, sim.state().trial], ["one", 0]);
    });

    it("B1: is reverted when the app is no program (802)", () => {
      const broken = new Uint8Array(Buffer.from("this is (not a program"));
      startTrial(release(profile, 2, "two", { app: broken }));
      assertReverted(802);
    });

    if (name === "puckjs")
      it("B2: is reverted when the app never ends", function () {
        this.timeout(20000);
        const board = new SimBoard(profile, { firmware: v1, hangMs: 1000 });
        sim = board;
        startTrial(make("for(;;);"));
        assertReverted(801);
        assert.equal(board.lines.filter((line) => line === "two").length, TRIALS);
      });

    it("B4: is reverted at the deadline when nobody confirms (804)", () => {
      startTrial(silent);
      sim.advance((DEADLINE - 3) * 1000);
      assert.equal(sim.state().trial, 1);
      sim.advance(4000);
      assertReverted(804);
    });

    it("A25: is reverted after as many boots as a trial may take (801)", () => {
      startTrial(v2);
      for (let boot = 1; boot <= TRIALS; boot++) {
        assert.equal(sim.state().trial, boot);
        assert.ok(sim.runs(v2));
        sim.powerCycle();
      }
      assertReverted(801);
    });

    it("counts resets by the host as boots of the trial", () => {
      startTrial(silent);
      for (let boot = 1; boot <= TRIALS; boot++) {
        assert.equal(sim.state().trial, boot);
        assert.deepEqual(sim.link.request(2, 0, 5), {});
        sim.advance(400);
      }
      assertReverted(801);
    });

    it("B6: takes no confirmation without a trial (407)", () => {
      const before = sim.flash.digest();
      for (const confirm of [true, false]) {
        const { rc, error } = sim.link.change(1, { confirm });
        assert.ok(rc !== 0 && error === 407);
      }
      assert.equal(sim.flash.digest(), before);
      assert.equal(sim.stage(release(profile, 2, "two", { app: app("two", eager) })).state, STAGED);
      const operations = sim.watch();
      sim.advance(4000);
      // The trial and one confirmation.
      assert.equal(operations.length, 2);
      assert.deepEqual(sim.lines, ["one", "two", "true", "false"]);
    });
    const eager =
      "print(suitcase.trial());suitcase.confirm();suitcase.confirm();" +
      "setTimeout(function(){print(suitcase.trial())},1000)";

    it("B6: is confirmed by the host, once", () => {
      startTrial(silent);
      assert.deepEqual(sim.link.change(1, { confirm: true }), {});
      assert.equal(sim.state().trial, 0);
      assert.equal(sim.link.change(1, { confirm: true }).error, 407);
      sim.advance(2 * DEADLINE * 1000);
      sim.powerCycle();
      assert.ok(sim.runs(silent) && sim.state().trial === 0);
    });

    it("B7: takes no update while it runs (405)", () => {
      startTrial(silent);
      const before = sim.flash.digest();
      const { state, error } = sim.stage(release(profile, 3, "three"));
      assert.deepEqual({ state, error }, { state: REFUSED, error: 405 });
      assert.equal(sim.flash.digest(), before);
      assert.equal(sim.state().trial, 1);
    });

    it("is reverted by request (803)", () => {
      startTrial(silent);
      assert.deepEqual(sim.link.change(1, { confirm: false }), {});
      sim.advance(400);
      assertReverted(803);
    });

    it("B11: is not followed by a rollback, nor by another try of the same manifest", () => {
      const older = release(profile, 2, "older");
      const bad = release(profile, 3, "three", { app: app("three", "throw 1") });
      startTrial(bad);
      assertReverted(802);
      const before = sim.flash.digest();
      for (const [made, code] of [
        [older, 401],
        [bad, 404],
        [release(profile, 3, "third"), 402],
      ] as const) {
        const reply = sim.offer(made.envelope);
        assert.deepEqual([reply.state, reply.error, reply.at], [REFUSED, code, 3]);
      }
      sim.powerCycle();
      assert.equal(sim.offer(bad.envelope).error, 404);
      assert.equal(sim.flash.digest(), before);
      sim.update(release(profile, 4, "four"));
      assert.equal(sim.said, "four");
      assert.equal(sim.state().reason, 0);
    });

    // What the agent names at its work (Uint8Array, Object, String, Math, atob ...) an app can still
    // take away from it; these it takes at its start.
    it("G4: is served by an agent whose timers, port and console the app redefines", () => {
      const names =
        "reboot CRC32 getAddressOf toUint8Array kickWatchdog getConsole setConsole nativeCall";
      const vandal = `Date=JSON=Promise=setTimeout=setInterval=clearTimeout=eval=Function=process=
        print=console=Serial1=USB=undefined;"${names}".split(" ").forEach(function(name){
        E[name]=undefined});`;
      const bad = release(profile, 2, "two", { app: app("two", vandal) });
      startTrial(bad);
      assert.equal(sim.state().trial, 1);
      assert.deepEqual(sim.link.change(1, { confirm: true }), {});
      sim.update(release(profile, 3, "three"));
      assert.equal(sim.said, "three");
    });
  });
