/** A release that is signed and bad all the same is taken back by itself, and the board says why. */
import assert from "node:assert/strict";
import type { HealthRule } from "../../host/suit/health-rule.js";
import { bstr, hex } from "../support/cbor.js";
import { commands, override } from "../support/envelopes.js";
import {
  app,
  DEADLINE,
  type Made,
  profileOf,
  release,
  SimBoard,
  STAGED,
} from "../support/sim-board.js";
import { custom, select } from "../support/sim-manifests.js";

const SAY = "suitcase.confirm();";
const WATCHDOG = 10;

for (const name of ["puckjs", "linux"])
  describe(`a firmware that is not well, on ${name}`, () => {
    const profile = profileOf(name, 20);
    const v1 = release(profile, 1, "one");
    const make = (code: string, confirmWhen?: HealthRule) =>
      release(profile, 2, "two", { app: app("two", code), confirmWhen });
    let sim: SimBoard;
    const boot = (options = {}) => {
      sim = new SimBoard(profile, { firmware: v1, watchdog: WATCHDOG, ...options });
    };
    beforeEach(() => boot());

    const startTrial = (made: Made): void => {
      assert.equal(sim.stage(made).state, STAGED);
      sim.advance(1600);
    };
    /** v1 runs again and stays, with the reason; a release after it is taken. */
    const assertReverted = (reason: number): void => {
      assert.ok(sim.runs(v1), "the firmware before runs");
      sim.powerCycle();
      const state = sim.state();
      assert.deepEqual([state.trial, state.reason, state.slot], [0, reason, 0]);
      assert.equal(sim.said, "one");
      sim.update(release(profile, 3, "three"));
      assert.equal(sim.said, "three");
    };
    const assertConfirmed = (made: Made): void => {
      assert.ok(sim.runs(made));
      assert.equal(sim.state().trial, 0);
      sim.powerCycle();
      assert.ok(sim.runs(made));
    };

    const bad: [title: string, code: string, reason: number][] = [
      ["B1: throws in a timer", `${SAY}setTimeout(function(){throw new Error("late")},100)`, 806],
      ["throws in a watch of the link", `${SAY}LINK.on("data",function(){throw 1})`, 806],
      ["B4: never confirms", "", 804],
      ["removes the link's listeners", `${SAY}LINK.removeAllListeners()`, 807],
      ["takes the link for its console", `${SAY}LINK.setConsole(true)`, 807],
      [
        "G4: takes the methods of arrays away",
        `${SAY}Array.prototype.push=function(){return[]}`,
        807,
      ],
      ["G4: takes the methods of strings away", `${SAY}String.prototype.split=undefined`, 806],
      ["is damaged by its own recursion", "(function f(){return f()+1})()", 802],
    ];
    for (const [title, code, reason] of bad)
      it(`is reverted when it ${title} (${reason})`, () => {
        startTrial(make(code.replace("LINK", profile.links[0])));
        if (/on\("data/.test(code)) sim.board.send(profile.links[0], "noise\n");
        sim.advance((DEADLINE + 1) * 1000);
        assertReverted(reason);
      });

    it("B5: an app that says yes is not confirmed while its rule says no", () => {
      const made = make(SAY, { seconds: 20 });
      startTrial(made);
      sim.advance(15000);
      assert.equal(sim.state().trial, 1);
      const { error, at } = sim.link.change(1, { confirm: true });
      assert.deepEqual([error, at], [408, 804]);
      sim.advance(6000);
      assertConfirmed(made);
    });

    it("B5: is reverted when it says yes and its rule says no to the end", () => {
      boot();
      startTrial(make(SAY, { free: profile.jsvars }));
      sim.advance((DEADLINE - 2) * 1000);
      assert.equal(sim.state().trial, 1);
      sim.advance(3000);
      assertReverted(808);
    });

    it("link: waits for a host that stays", () => {
      const made = make(SAY, { link: 10 });
      startTrial(made);
      sim.advance(5000);
      assert.equal(sim.state().trial, 1);
      sim.advance(9000);
      assert.equal(sim.state().trial, 1);
      sim.advance(3000);
      assert.equal(sim.state().trial, 1, "the clock starts with the first request");
      sim.advance(600);
      assertConfirmed(made);
    });

    it("link: without a host the trial ends badly (809)", () => {
      startTrial(make(SAY, { link: 10 }));
      sim.advance((DEADLINE + 1) * 1000);
      assertReverted(809);
    });

    it("app: a rule can do without its word", () => {
      const made = make("", { app: false, seconds: 5 });
      startTrial(made);
      sim.advance(4000);
      assert.equal(sim.state().trial, 1);
      sim.advance(1600);
      assertConfirmed(made);
    });

    it("H7: its clock counts, whatever the app sets the board's to", () => {
      const made = make(`${SAY}setTime(4e9)`, { seconds: 20 });
      startTrial(made);
      sim.advance(15000);
      assert.equal(sim.state().trial, 1);
      sim.advance(6000);
      assertConfirmed(made);
    });

    it("refuses invoke-args that are no rule (311), before it touches the flash", () => {
      const before = sim.flash.digest();
      const offer = (rule: string) => {
        const invoke = [...select(1), ...override({ 23: bstr(hex(rule)) }), 23, 2];
        const changes = { 9: commands(...invoke) };
        return sim.offer(custom(profile, 2, "two", { changes }).envelope);
      };
      const bad = ["a0ff", "01", "a10001", "a10501", "a1021a00010000", `a101${"00".repeat(30)}`];
      for (const rule of bad) assert.ok([102, 107, 311].includes(offer(rule).error ?? 0), rule);
      assert.equal(offer("a10501").error, 311);
      assert.equal(sim.flash.digest(), before);
      assert.equal(offer("a103190100").error, undefined);
    });
  });
