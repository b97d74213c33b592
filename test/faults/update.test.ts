import assert from "node:assert/strict";
import { app, profileOf, release, SimBoard, STAGED } from "../support/sim-board.js";

for (const name of ["joltjs", "linux"])
  describe(`an update on ${name}`, () => {
    const profile = profileOf(name);
    const v1 = release(profile, 1, "one");
    const v2 = release(profile, 2, "two");

    it("goes from the factory's firmware to v1 and to v2, and the app confirms", () => {
      const sim = new SimBoard(profile);
      assert.equal(sim.state().sequence_number, 0);
      assert.deepEqual(sim.update(v1), { state: STAGED, error: 0, at: 0, fetched: ["app"] });
      const first = sim.state();
      assert.equal(first.sequence_number, 1);
      assert.equal(first.slot, 1);
      const t = Date.now();
      sim.stage(v2);
      sim.advance(1600);
      assert.equal(sim.state().trial, 1);
      sim.advance(600);
      console.log(Date.now() - t, "ms", sim.flash.totals);
      assert.equal(sim.state().trial, 0);
      assert.deepEqual(sim.lines, ["one", "two"]);
      assert.ok(app);
    });
  });
