/** The reset that holds the app back, so that an update has its memory. */
import assert from "node:assert/strict";
import { app, profileOf, release, SimBoard } from "../support/sim-board.js";

for (const name of ["puckjs", "linux"])
  describe(`an app that is held back on ${name}`, () => {
    const profile = profileOf(name);
    const v1 = release(profile, 1, "one");
    let sim: SimBoard;
    /** Does the app start while `work` is done? */
    const startsIn = (work: () => void): boolean => {
      sim.lines.length = 0;
      work();
      return sim.lines.join().includes("one") || sim.lines.join().includes("two");
    };
    const starts = (fields: { hold?: boolean }): boolean =>
      startsIn(() => {
        assert.deepEqual(sim.link.reset(fields), {});
        sim.advance(400);
      });
    beforeEach(() => {
      sim = new SimBoard(profile, { firmware: v1 });
    });

    it("G7: does not run for one boot, and then runs again", () => {
      assert.equal(starts({}), true);
      assert.equal(starts({ hold: true }), false);
      assert.equal(sim.state().held, 1);
      assert.equal(starts({}), true);
      assert.equal(sim.state().held, 0);
    });

    it("runs again after a power cut", () => {
      starts({ hold: true });
      assert.ok(startsIn(() => sim.powerCycle()));
    });

    it("runs again by itself when no update comes", () => {
      starts({ hold: true });
      assert.ok(!startsIn(() => sim.advance(899_000)));
      assert.ok(startsIn(() => sim.advance(2000)));
    });

    it("is updated meanwhile, and the new one runs", () => {
      starts({ hold: true });
      const v2 = release(profile, 2, "two");
      sim.update(v2);
      assert.ok(sim.runs(v2));
      assert.equal(sim.said, "two");
    });

    it("is not held back on trial: it could not confirm", () => {
      const silent = release(profile, 2, "two", { app: app("two", "") });
      sim.stage(silent);
      sim.advance(1600);
      assert.equal(sim.state().trial, 1);
      assert.equal(starts({ hold: true }), true);
    });

    it("costs two records of the journal and nothing else of the flash", () => {
      const operations = sim.watch();
      starts({ hold: true });
      const bytes = operations.reduce((sum, { length }) => sum + length, 0);
      assert.equal(bytes, 2 * 128);
    });
  });
