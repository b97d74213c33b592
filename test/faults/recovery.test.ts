/**
 * Both slots damaged (docs/flash-format.md, "Recovery"): whichever slot's agent is whole, with what vouches
 * for it, runs alone and takes an update; where none is, nothing runs and nothing is written.
 */
import assert from "node:assert/strict";
import { TABLE_ENVELOPE } from "../../device/flash/layout.js";
import { readBundle } from "../../host/board/bundles.js";
import type { Snapshot } from "../../host/board/flash.js";
import { provision } from "../../host/board/provision.js";
import {
  agentOf,
  CLASS,
  DEVICE,
  KEY,
  profileOf,
  release,
  SimBoard,
  VENDOR,
} from "../support/sim-board.js";

for (const name of ["puckjs", "linux"])
  describe(`recovery on ${name}`, () => {
    const profile = profileOf(name, 20);
    const [v1, v2, v3] = ["one", "two", "three"].map((each, i) => release(profile, i + 1, each));
    const appAt = (agentOf(profile).length + 3) & ~3;
    let sim: SimBoard;
    /** v2 runs in slot 1, v1 lies in slot 0. */
    let settled: Snapshot;
    before(() => {
      sim = new SimBoard(profile, { firmware: v1 });
      sim.update(v2);
      settled = sim.flash.snapshot();
    });

    /** Where a slot is damaged, and whether its agent can run all the same. */
    const places = (): [part: string, at: number, agentRuns: boolean][] => {
      const envelopeAt = appAt + 700;
      const tableAt = (envelopeAt + v2.envelope.length - 4 + 3) & ~3;
      return [
        ["nothing", -1, true],
        ["app", appAt + 3, true],
        ["end of the app", appAt + 699, true],
        ["agent", 3, false],
        ["end of the agent", appAt - 40, false],
        ["digest", envelopeAt + 10, false],
        ["manifest", envelopeAt + 150, false],
        ["table", tableAt, false],
        ["table's offsets", tableAt + TABLE_ENVELOPE, false],
      ];
    };

    const start = (at: number[]): void => {
      const image = settled.image.slice();
      at.forEach((place, slot) => {
        if (place >= 0) image[sim.slotAt(slot) + place] ^= 4;
      });
      sim.restore({ image, wordWrites: settled.wordWrites });
    };

    it("A24: of every pair of damages an agent runs when one is whole, and takes an update", () => {
      let alone = 0;
      let none = 0;
      for (const [a, atA, agentA] of places())
        for (const [b, atB, agentB] of places()) {
          const why = `slot A: ${a}, slot B: ${b}`;
          start([atA, atB]);
          const before = sim.flash.digest();
          if (!agentA && !agentB) {
            none++;
            assert.throws(() => sim.state(), /0 answers/, why);
            for (let boot = 0; boot < 3; boot++) sim.powerCycle();
            assert.equal(sim.flash.digest(), before, why);
            assert.deepEqual([sim.lines, sim.board.console], [[], null], why);
            continue;
          }
          const isWhole = a === "nothing" || b === "nothing";
          assert.equal(sim.lines.length > 0, isWhole, why);
          if (!isWhole) alone++;
          sim.update(v3);
          assert.ok(sim.runs(v3) && sim.said === "three", why);
        }
      console.log(`      ${alone} pairs with an agent alone, ${none} with nothing that runs`);
      assert.ok(alone > 10 && none > 20);
    });

    it("A24: a trial whose slot is damaged, and the confirmed app too: the confirmed agent alone", () => {
      sim.restore(settled);
      sim.stage(v3);
      // v3 is staged in slot 0; v2 is confirmed in slot 1.
      sim.flip(sim.slotAt(0) + 3, 4);
      sim.flip(sim.slotAt(1) + appAt + 3, 4);
      sim.lines.length = 0;
      sim.powerCycle();
      const { slot, reason } = sim.state();
      assert.deepEqual([slot, reason, sim.lines], [1, 805, []]);
      sim.update(release(profile, 4, "four"));
      assert.equal(sim.said, "four");
    });

    it("A24: the last resort: a board on which nothing runs is provisioned again", () => {
      start([3, 3]);
      assert.throws(() => sim.state(), /0 answers/);
      sim.board.powerOff();
      for (let at = 0; at < sim.flash.size; at += sim.flash.pageSize) sim.flash.erasePage(at);
      const key = { public: KEY.publicKey, kid: new Uint8Array(0), roles: ["author"] };
      provision(
        sim.flash,
        {
          ...{ profile, vendor: VENDOR, class: CLASS, device: DEVICE, keys: [key] },
          ...{ keepConsole: false, deadline: 60, trials: 3, watchdog: 10 },
        },
        { boot: readBundle("boot.js"), agent: agentOf(profile), firmware: v1 },
      );
      sim.reconnect();
      sim.board.powerOn();
      assert.ok(sim.runs(v1));
      sim.update(v3);
      assert.equal(sim.said, "three");
    });
  });
