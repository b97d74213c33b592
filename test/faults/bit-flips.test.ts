import assert from "node:assert/strict";
import { REFUSED, release, STAGED } from "../support/sim-board.js";
import { allBits, FlipRig, oneBit, type Part } from "./bit-flips.js";

const BOARD = "puckjs";

describe("single bits that change", () => {
  let rig: FlipRig;
  before(() => {
    rig = new FlipRig(BOARD);
  });

  for (const [part, step, ids] of [
    ["agent", 16, "A21 A22"],
    ["app", 1, "A21 A22"],
    ["envelope", 1, "A21 A22"],
    ["table", 1, "A21 A22"],
    ["journal", 1, "A23"],
    ["keys", 1, "D1"],
  ] as [Part, number, string][])
    it(`${ids}: in ${step > 1 ? `every ${step}th byte` : "each byte"} of the ${part}: no changed program runs`, () => {
      for (const state of ["staged", "settled"] as const) {
        const { flips, harmless, fellBack, dark } = rig.sweep(state, part, oneBit, step);
        console.log(
          `    ${flips} flips in the ${part}, ${state}: ${harmless} without effect, ` +
            `${fellBack} other firmware, ${dark} nothing runs`,
        );
        assert.equal(harmless + fellBack + dark, flips);
        // What a slot or the journal holds never keeps the other firmware from running.
        if (part !== "keys") assert.equal(dark, 0);
        if (part === "agent" || part === "app") assert.equal(harmless, 0);
        assert.ok(flips > 60);
      }
    });

  it("D1: in each bit of an offered envelope: refused, and nothing is written", () => {
    rig.sim.restore(rig.states.settled);
    const made = release(rig.sim.profile, 3, "v3", { app: rig.made[0].payload("app") });
    let flips = 0;
    for (let at = 0; at < made.envelope.length; at++)
      for (const bit of allBits()) {
        flips++;
        assert.equal(rig.offerWithFlip(made, at, bit), false, `bit ${bit} at ${at}`);
      }
    console.log(`    ${flips} flips in an offered envelope: ${flips} refused`);
    assert.equal(rig.sim.stage(made).state, STAGED);
  });

  it("A21 F2: in each byte of a payload that is sent: refused, and the right one is taken", () => {
    const made = release(rig.sim.profile, 3, "v3", {
      app: rig.made[0].payload("app").slice(0, 200),
    });
    const size = made.payload("app").length;
    for (let at = 0; at < size; at++) {
      rig.sim.restore(rig.states.settled);
      const wrong = made.payload("app").slice();
      wrong[at] ^= 1 << oneBit(at)[0];
      let sent = 0;
      // The board asks again after the wrong one.
      const { state, error } = rig.sim.stage(made, () => (sent++ ? made.payload("app") : wrong));
      assert.deepEqual([state, error], [REFUSED, 323], `${at}`);
      assert.equal(rig.sim.stage(made).state, STAGED);
    }
    console.log(`    ${size} flips in a payload: ${size} refused`);
  });
});
