import assert from "node:assert/strict";
import { profileOf, release, SimBoard, WANTED } from "../support/sim-board.js";

/** What a shift, a sign or a comparison makes something else of. */
const NUMBERS = [
  ...[-1, -0.5, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 31 + 4, 2 ** 32],
  ...[2 ** 32 + 4, 2 ** 52, Number.MAX_SAFE_INTEGER, 2 ** 63, 1e300, "4", true, null],
];

for (const name of ["puckjs", "linux"])
  describe(`numbers that are no offsets, on ${name}`, () => {
    const profile = profileOf(name, 20);
    const made = release(profile, 2, "two");

    it("G6: of an envelope, a payload, a length, a session: nothing is taken, nothing moves", () => {
      const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
      assert.equal(sim.offer(made.envelope).state, WANTED);
      const session = { stream_session_id: sim.link.poll().stream_session_id };
      const data = made.payload("app").subarray(0, 100);
      // Four bytes are there, so that an offset that is taken for 4 would be the wanted one.
      assert.equal(
        sim.link.change(4, { ...session, off: 0, len: 700, data: data.subarray(0, 4) }).off,
        4,
      );
      const before = sim.flash.digest();
      for (const value of NUMBERS) {
        const tries = [
          sim.link.change(4, { ...session, off: value, data }),
          sim.link.change(4, { ...session, off: 0, len: value, data }),
          sim.link.change(2, { off: value, data }),
        ];
        for (const [i, reply] of tries.entries()) {
          const why = `${String(value)} in ${i}: ${JSON.stringify(reply)}`;
          assert.ok(reply.rc || reply.off === 4, why);
        }
        assert.equal(sim.flash.digest(), before, String(value));
        assert.equal(sim.link.poll().state, WANTED, String(value));
      }
      sim.update(made);
      assert.equal(sim.said, "two");
    });
  });
