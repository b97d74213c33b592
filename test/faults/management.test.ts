/** Conditions of suit-update-management on boards that run the shipping bundles. */
import assert from "node:assert/strict";
import { bstr, map, type Node } from "../support/cbor.js";
import { override } from "../support/envelopes.js";
import {
  app,
  IDLE,
  type Made,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  WANTED,
} from "../support/sim-board.js";
import { custom, fetch, fetches, select } from "../support/sim-manifests.js";

const WAITING = 7;
/** An app that confirms itself and does something else. */
const appThat = (name: string, does: string) =>
  app(name, `${does};setTimeout(function(){if(suitcase.trial())suitcase.confirm()},500)`);

for (const name of ["puckjs", "linux"])
  describe(`update management on ${name}`, () => {
    const profile = profileOf(name, 24);

    /** Offers what must be refused without a trace. */
    const refuse = (sim: SimBoard, made: Made, code: number) => {
      const digest = sim.flash.digest();
      const operations = sim.watch();
      const { state, error } = sim.offer(made.envelope);
      sim.flash.onOperation(undefined);
      assert.deepEqual([state, error], [REFUSED, code]);
      assert.deepEqual(operations, []);
      assert.equal(sim.flash.digest(), digest);
    };
    const install = (sim: SimBoard, made: Made) => {
      assert.equal(sim.update(made).state, STAGED);
      assert.ok(sim.runs(made) && sim.said === made.name);
    };
    const board = (does = "", version?: number[]) =>
      new SimBoard(profile, {
        firmware: release(profile, 1, "one", { app: appThat("one", does), version }),
      });

    describe("versions", () => {
      /** A release for boards whose firmware compares so with a version. */
      const gated = (sequence: number, operator: number, version: number[], own?: number[]) =>
        custom(profile, sequence, `v${sequence}`, {
          shared: [...override({ 28: bstr([operator, version]) }), 28, 15],
          changes: own && { 6: bstr(own) },
        });

      it("are compared with that of the running firmware, as it was provisioned", () => {
        const sim = board("", [1, 0]);
        refuse(sim, gated(2, 2, [2]), 333);
        refuse(sim, gated(2, 1, [1, 0]), 333);
        refuse(sim, gated(2, 5, [1]), 333);
        refuse(sim, gated(2, 3, [1, 0, 1]), 333);
        install(sim, gated(2, 2, [1, 0]));
      });

      it("are those of the firmware that came over the link, one after the other", () => {
        const sim = board("", [1, 0]);
        install(sim, gated(2, 2, [1, 0], [1, 5, 0, -1, 2]));
        refuse(sim, gated(3, 2, [1, 5, 0, 0]), 333);
        install(sim, gated(3, 1, [1, 5, 0, -2], [2]));
        refuse(sim, gated(4, 5, [2]), 333);
        install(sim, gated(4, 3, [2, 0, 0]));
        // Which had none.
        refuse(sim, gated(5, 2, [0]), 333);
        refuse(sim, gated(5, 5, [9]), 333);
      });

      it("fail without one, whatever is asked", () => {
        const sim = board();
        for (const operator of [1, 2, 3, 4, 5]) refuse(sim, gated(2, operator, [0]), 333);
        refuse(sim, gated(2, 6, [0]), 311);
        refuse(sim, gated(2, 2, [-1]), 311);
      });

      it("are still those of the confirmed firmware after a trial was reverted", () => {
        const sim = board("", [1]);
        const bad = custom(profile, 2, "bad", {
          app: app("bad", "throw 1"),
          changes: { 6: bstr([2]) },
        });
        sim.update(bad);
        sim.advance(2000);
        assert.ok(!sim.runs(bad));
        refuse(sim, gated(3, 2, [2]), 333);
        install(sim, gated(3, 3, [1]));
      });
    });

    describe("use-before", () => {
      const until = (time: number) =>
        custom(profile, 2, "two", { shared: [...override({ 4: time }), 4, 15] });

      it("fails while the clock was never set (331)", () => {
        const sim = board();
        refuse(sim, until(4_000_000_000), 331);
        sim.advance(100_000);
        refuse(sim, until(4_000_000_000), 331);
      });

      it("fails from that second on (330), and not before", () => {
        const sim = board("setTime(2000000000)");
        refuse(sim, until(1_999_999_999), 330);
        refuse(sim, until(2_000_000_000), 330);
        install(sim, until(2_000_000_100));
      });
    });

    describe("update-authorized", () => {
      const asking = (priority: number, sequence = 2) =>
        custom(profile, sequence, `v${sequence}`, {
          shared: [...override({ 27: priority }), 27, 15],
        });

      it("fails when the app does not say (332)", () => {
        refuse(board(), asking(-100), 332);
        refuse(board("suitcase.allow=0"), asking(-100), 332);
        refuse(board("suitcase.allow=function(){}"), asking(-100), 332);
      });

      it("is what the app says of the priority", () => {
        const sim = board('suitcase.allow=function(p){print("p"+p);return p<=3}');
        refuse(sim, asking(4), 332);
        assert.equal(sim.said, "p4");
        install(sim, asking(-5));
        install(board("suitcase.allow=function(p){return p<=3}"), asking(3));
      });

      for (const thrown of ['"no"', "{c:7}", "null", "undefined"])
        it(`is refused, and nothing worse, when the app throws ${thrown}`, () => {
          const sim = board(`suitcase.allow=function(){throw ${thrown}}`);
          const digest = sim.flash.digest();
          sim.link.upload(2, asking(1).envelope);
          sim.advance(5000);
          const { state, error } = sim.link.poll();
          assert.equal(state, REFUSED);
          assert.ok((error as number) > 0);
          assert.equal(sim.flash.digest(), digest);
          install(sim, release(profile, 3, "three"));
        });
    });

    describe("wait", () => {
      const waiting = (events: Node, sequence = 2) =>
        custom(profile, sequence, `v${sequence}`, {
          install: [...select(1), ...override({ 29: bstr(events) }), 29, 2, ...fetches],
        });
      const AUTHORISED = waiting(map([1, 3]));
      /** Allows when `later` seconds have gone by. */
      const allowing = (later: number) =>
        board(`setTimeout(function(){suitcase.allow=function(p){return p<4}},${later * 1000})`);
      /** It waits, and has touched nothing. */
      const waits = (sim: SimBoard, made: Made) => {
        const digest = sim.flash.digest();
        assert.deepEqual(sim.offer(made.envelope), { state: WAITING });
        assert.equal(sim.flash.digest(), digest);
        return digest;
      };

      it("goes on by itself when the app has allowed it", () => {
        const sim = allowing(25);
        const digest = waits(sim, AUTHORISED);
        sim.advance(20_000);
        assert.deepEqual(sim.link.poll(), { state: WAITING });
        assert.equal(sim.flash.digest(), digest);
        sim.advance(20_000);
        assert.equal(sim.answer().state, WANTED);
        install(sim, AUTHORISED);
      });

      it("does not wait when it is allowed already, nor for another priority", () => {
        const sim = allowing(0);
        sim.advance(10);
        waits(sim, waiting(map([1, 4])));
        assert.equal(sim.offer(AUTHORISED.envelope).state, WANTED);
      });

      it("is called off by another envelope", () => {
        const sim = allowing(25);
        waits(sim, AUTHORISED);
        const other = release(profile, 3, "three");
        assert.equal(sim.offer(other.envelope).state, WANTED);
        const { stream_session_id } = sim.link.poll();
        sim.advance(60_000);
        assert.equal(sim.link.poll().stream_session_id, stream_session_id);
        install(sim, other);
      });

      it("is called off by a clean-up", () => {
        const sim = allowing(25);
        const digest = waits(sim, AUTHORISED);
        assert.deepEqual(sim.link.change(6), {});
        assert.deepEqual(sim.link.poll(), { state: IDLE });
        sim.advance(60_000);
        assert.deepEqual(sim.link.poll(), { state: IDLE });
        assert.equal(sim.flash.digest(), digest);
        assert.equal(sim.offer(AUTHORISED.envelope).state, WANTED);
      });

      it("is forgotten at a restart", () => {
        const sim = allowing(25);
        waits(sim, AUTHORISED);
        sim.powerCycle();
        sim.advance(60_000);
        assert.deepEqual(sim.link.poll(), { state: IDLE });
      });

      it("waits for a time, and for nothing without a clock (331)", () => {
        const at = waiting(map([5, 2_000_000_030]));
        refuse(board(), at, 331);
        const sim = board("setTime(2000000000)");
        waits(sim, at);
        sim.advance(20_000);
        assert.deepEqual(sim.link.poll(), { state: WAITING });
        sim.advance(25_000);
        assert.equal(sim.answer().state, WANTED);
      });

      it("waits for all of its events", () => {
        const sim = board(
          "setTime(2000000000);setTimeout(function(){suitcase.allow=function(){return 1}},60000)",
        );
        waits(sim, waiting(map([1, 3], [5, 2_000_000_030])));
        sim.advance(50_000);
        assert.deepEqual(sim.link.poll(), { state: WAITING });
        sim.advance(25_000);
        assert.equal(sim.answer().state, WANTED);
      });

      it("is refused for what no board notices (309), and for nothing (311)", () => {
        const sim = board();
        for (const event of [2, 3, 4, 6, 7, 8, 9, 10]) refuse(sim, waiting(map([event, 1])), 309);
        refuse(sim, waiting(map()), 311);
      });

      it("waits in a dry run, too, and then says what the update takes", () => {
        const sim = allowing(25);
        const digest = sim.flash.digest();
        sim.link.upload(2, AUTHORISED.envelope, { dry: true });
        assert.deepEqual(sim.answer(), { state: WAITING });
        sim.advance(40_000);
        assert.equal(sim.link.poll().state, 6);
        assert.equal(sim.flash.digest(), digest);
      });
    });

    it("image-not-match skips what is there already, and it is carried over", () => {
      const v1 = release(profile, 1, "one");
      const fetchUnless = (index: number, id: string): Node[] => [
        ...select(index),
        ...[15, [bstr([25, 15, ...override({ 21: id }), 21, 2, 3, 15]), bstr([3, 15])]],
      ];
      const careful: Node[] = [...fetchUnless(0, "agent"), ...fetchUnless(1, "app")];
      const sim = new SimBoard(profile, { firmware: v1 });
      const v2 = custom(profile, 2, "two", { install: careful });
      assert.deepEqual(sim.update(v2).fetched, ["app"]);
      assert.ok(sim.runs(v2) && sim.said === "two");
      // The same app under another number: nothing has to be sent.
      const v3 = custom(profile, 3, "two", { install: careful });
      assert.deepEqual(sim.update(v3).fetched, []);
      assert.ok(sim.runs(v3) && sim.said === "two");
      const plain = custom(profile, 4, "x", {
        install: [...fetch(0, "agent"), ...select(0), 25, 15],
      });
      refuse(sim, plain, 328);
    });
  });
