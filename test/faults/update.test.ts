import assert from "node:assert/strict";
import { CONFIG_AT, CONFIG_PUBLIC } from "../../device/flash/layout.js";
import { Answer } from "../../host/link/packet.js";
import { runningState } from "../../host/link/state.js";
import {
  ALREADY,
  agentOf,
  CLASS,
  DEADLINE,
  DEVICE,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  VENDOR,
} from "../support/sim-board.js";

for (const name of ["puckjs", "joltjs", "linux"])
  describe(`an update on ${name}`, () => {
    const profile = profileOf(name);
    const v1 = release(profile, 1, "one");
    const v2 = release(profile, 2, "two");

    it("goes from the factory's firmware to v1 and to v2, confirmed by the app", () => {
      const sim = new SimBoard(profile);
      assert.equal(sim.state().sequence_number, 0);
      assert.deepEqual(sim.update(v1), { state: STAGED, error: 0, at: 0, fetched: ["app"] });
      assert.equal(sim.state().slot, 1);
      assert.equal(sim.stage(v2).state, STAGED);
      sim.advance(1600);
      const trial = sim.state();
      assert.equal(trial.trial, 1);
      assert.equal(trial.slot, 0);
      sim.advance(600);
      const { config, state: record, ...told } = sim.link.read(1);
      assert.deepEqual(
        { ...told, free: 0 },
        {
          role: 32,
          sequence_number: 2,
          digest: v2.digest,
          slot: 0,
          refused: 0,
          refused_at: 0,
          doors: 0,
          free: 0,
          version: 3,
        },
      );
      assert.ok((told.free as number) > 0);
      // The raw bytes of both stand in flash, and tell the rest.
      const { image } = sim.flash.snapshot();
      const configured = image.subarray(CONFIG_AT, CONFIG_AT + CONFIG_PUBLIC);
      assert.deepEqual(config, new Uint8Array(configured));
      assert.ok(Buffer.from(image).includes(Buffer.from(record as unknown as Uint8Array)));
      const answer = new Answer(new Map(Object.entries({ ...told, config, state: record })));
      const { vendor, class: kind, device, ...rest } = runningState(answer);
      assert.deepEqual([vendor, kind, device], [VENDOR, CLASS, DEVICE]);
      assert.deepEqual(rest, {
        sequence: 2,
        digest: v2.digest,
        slot: 0,
        board: name,
        slotSize: sim.slotSize,
        trial: 0,
        floor: 2,
        reason: 0,
        refused: 0,
        refusedAt: 0,
        doors: 0,
        free: told.free,
        version: "2",
      });
      const other = sim.state(33);
      assert.equal(other.sequence_number, 1);
      assert.deepEqual(other.digest, v1.digest);
      assert.equal(other.slot, 1);
      assert.deepEqual(sim.link.read(0).manifests, [{ role: 32 }, { role: 33 }]);
      assert.deepEqual(sim.lines, ["one", "two"]);
    });

    it("lays into the slot the bytes that provisioning would", () => {
      const sim = new SimBoard(profile, { firmware: v1 });
      sim.update(v2);
      const other = new SimBoard(profile, { firmware: v2 });
      assert.equal(sim.slotDigest(1), other.slotDigest(0));
    });

    it("asks for a changed agent, and takes it from inside the envelope", () => {
      const changed = new Uint8Array([...agentOf(profile), 10]);
      const sim = new SimBoard(profile, { firmware: v1 });
      const v3 = release(profile, 3, "three", { agent: changed });
      assert.deepEqual(sim.update(v3).fetched, ["agent", "app"]);
      const v4 = release(profile, 4, "four", { agent: changed });
      assert.deepEqual(sim.update(v4).fetched, ["app"]);
      if (name === "joltjs") {
        const whole = release(profile, 5, "five", { integrated: true });
        assert.deepEqual(sim.update(whole).fetched, []);
        assert.equal(sim.said, "five");
      }
    });

    it("runs for a single device, and no other", () => {
      const sim = new SimBoard(profile, { firmware: v1 });
      const foreign = release(profile, 2, "two", { device: new Uint8Array(16) });
      const before = sim.flash.digest();
      const { state, error } = sim.stage(foreign);
      assert.deepEqual({ state, error }, { state: REFUSED, error: 322 });
      assert.equal(sim.flash.digest(), before);
      assert.equal(sim.update(release(profile, 2, "two", { device: DEVICE })).state, STAGED);
      assert.ok(sim.said === "two" && sim.state().trial === 0);
    });

    it("B13: writes nothing when the same manifest is offered again", () => {
      const sim = new SimBoard(profile, { firmware: v1 });
      sim.update(v2);
      const operations = sim.watch();
      assert.equal(sim.offer(v2.envelope).state, ALREADY);
      assert.deepEqual(operations, []);
      sim.powerCycle();
      assert.equal(sim.offer(v2.envelope).state, ALREADY);
    });

    it("B12: refuses the same sequence number with other contents", () => {
      const sim = new SimBoard(profile, { firmware: v1 });
      sim.update(v2);
      const before = sim.flash.digest();
      const reply = sim.offer(release(profile, 2, "other").envelope);
      assert.deepEqual([reply.state, reply.error, reply.at], [REFUSED, 402, 2]);
      assert.equal(sim.flash.digest(), before);
      assert.deepEqual([sim.state().refused, sim.state().refused_at], [402, 2]);
    });

    it("keeps a clean-up from staging, and starts again after it", () => {
      const sim = new SimBoard(profile, { firmware: v1 });
      sim.offer(v2.envelope);
      assert.deepEqual(sim.link.change(6), {});
      assert.equal(sim.link.poll().state, 0);
      const data = v2.payload("app").subarray(0, 100);
      assert.equal(sim.link.change(4, { off: 0, len: 700, data }).error, 603);
      assert.equal(sim.update(v2).state, STAGED);
      assert.equal(sim.state().sequence_number, 2);
    });

    it("is not disturbed by the deadline after a confirmation", () => {
      const sim = new SimBoard(profile, { firmware: v1 });
      sim.update(v2);
      sim.advance((DEADLINE + 5) * 1000);
      assert.ok(sim.runs(v2));
      assert.deepEqual(sim.lines, ["one", "two"]);
    });
  });
