/** A dry run on a board that runs the shipping bundles: the verdict, and what an update would take. */
import assert from "node:assert/strict";
import { BLOCK } from "../../device/flash/layout.js";
import { decodeReport } from "../../host/suit/report.js";
import {
  ALREADY,
  agentOf,
  app,
  type Made,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  WANTED,
} from "../support/sim-board.js";
import type { Reply } from "../support/sim-link.js";

const ACCEPTABLE = 6;

for (const name of ["puckjs", "joltjs", "linux"])
  describe(`a dry run on ${name}`, () => {
    const profile = profileOf(name, 24);
    const v1 = release(profile, 1, "one");
    const v2 = release(profile, 2, "two");
    let sim: SimBoard;
    beforeEach(() => {
      sim = new SimBoard(profile, { firmware: v1 });
    });

    /** Offers an envelope for a verdict alone; the flash must not even be touched. */
    const dry = (made: Pick<Made, "envelope">): Reply => {
      const digest = sim.flash.digest();
      const operations = sim.watch();
      const reply = sim.link.upload(2, made.envelope, { dry: true });
      assert.equal(reply.rc, undefined);
      const answer = sim.answer();
      sim.advance(30_000);
      sim.flash.onOperation(undefined);
      assert.deepEqual(operations, []);
      assert.equal(sim.flash.digest(), digest);
      assert.deepEqual(sim.link.poll(), answer);
      return answer;
    };

    /** Makes the same update in earnest, and gives what it took. */
    const took = (made: Made) => {
      const operations = sim.watch();
      const { fetched } = sim.update(made);
      sim.flash.onOperation(undefined);
      const slots = operations.filter(({ at }) => at >= sim.slotAt(0));
      const programmed = slots.filter(({ kind }) => kind === "program");
      return {
        bytes: fetched.reduce((sum, uri) => sum + made.payload(uri).length, 0),
        // A chip with smaller pages erases several for one block.
        erases:
          slots
            .filter(({ kind }) => kind === "erase")
            .reduce((sum, { length }) => sum + length, 0) / BLOCK,
        needed: Math.max(...programmed.map(({ at, length }) => at + length)) - sim.slotAt(1),
      };
    };

    it("says what the update takes, to the byte, and the update takes it", () => {
      const { state, bytes, erases, needed, ...rest } = dry(v2);
      assert.deepEqual([state, rest], [ACCEPTABLE, {}]);
      assert.equal(bytes, app("two").length);
      assert.equal(erases, Math.ceil((needed as number) / BLOCK));
      // Pack cannot know where words end: it counts a few bytes more.
      assert.ok(v2.slotUse >= (needed as number) && v2.slotUse < (needed as number) + 8);
      assert.deepEqual(took(v2), { bytes, erases, needed });
      assert.ok(sim.runs(v2) && sim.said === "two");
    });

    it("counts a changed agent, too", () => {
      const agent = new Uint8Array([...agentOf(profile), 10, 10]);
      const both = release(profile, 2, "two", { agent });
      const { state, bytes, erases, needed } = dry(both);
      assert.equal(state, ACCEPTABLE);
      assert.equal(bytes, agent.length + app("two").length);
      assert.deepEqual(took(both), { bytes, erases, needed });
    });

    if (name === "joltjs")
      it("counts nothing that is in the envelope", () => {
        const whole = release(profile, 2, "two", { integrated: true });
        const { state, bytes, needed } = dry(whole);
        assert.deepEqual([state, bytes], [ACCEPTABLE, 0]);
        assert.deepEqual(took(whole), {
          bytes: 0,
          erases: Math.ceil((needed as number) / BLOCK),
          needed,
        });
      });

    it("I6: refuses as in earnest, with the same number and place", () => {
      const wrong: Made[] = [
        release(profile, 2, "x", { class: new Uint8Array(16) }),
        release(profile, 2, "x", { device: new Uint8Array(16) }),
        release(profile, 2, "x", { app: new Uint8Array(sim.slotSize) }),
        { ...v2, envelope: v2.envelope.map((byte, i) => (i === 80 ? ~byte : byte)) },
      ];
      for (const made of wrong) {
        const verdict = dry(made);
        assert.equal(verdict.state, REFUSED);
        assert.ok((verdict.error as number) > 200);
        assert.equal(sim.state().refused, verdict.error);
        assert.deepEqual(sim.offer(made.envelope), verdict);
      }
    });

    it("tells what runs already", () => {
      sim.update(v2);
      assert.equal(dry(v2).state, ALREADY);
    });

    it("is reported as accepted, and takes no payload", () => {
      dry(v2);
      const report = decodeReport(sim.link.read(7).report as Uint8Array);
      assert.equal(report.failure, null);
      assert.equal(report.digest.hex, Buffer.from(v2.digest).toString("hex"));
      const sent = sim.link.change(4, { off: 0, len: 700, data: new Uint8Array(100) });
      assert.equal(sent.error, 603);
    });

    it("F3: in between leaves what is there of an update, which goes on behind it", () => {
      const session = { stream_session_id: sim.offer(v2.envelope).stream_session_id };
      const payload = v2.payload("app");
      sim.link.change(4, { ...session, off: 0, len: 700, data: payload.subarray(0, 200) });
      assert.equal(dry(release(profile, 3, "three")).state, ACCEPTABLE);
      const operations = sim.watch();
      assert.equal(sim.offer(v2.envelope).state, WANTED);
      const words = operations
        .filter(({ kind }) => kind === "program")
        .reduce((sum, { length }) => sum + length, 0);
      assert.ok(words < BLOCK, `${words} bytes were written again`);
      assert.equal(sim.stage(v2).state, STAGED);
    });
  });
