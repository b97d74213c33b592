/**
 * Updates in which one call of the board's code into the engine throws, or one typed array is not to be
 * had. (Espruino's own lack of memory cannot be caught: that is shown in test/engines/exhaustion.test.ts.)
 */
import assert from "node:assert/strict";
import { BoardError } from "../../host/board/hardware.js";
import { profileOf, REFUSED, release, SimBoard, STAGED } from "./sim-board.js";

export interface Failures {
  /** Calls and allocations of an update that nothing disturbs. */
  calls: number;
  tried: number;
  /** What came of the update, by what the host saw. */
  outcomes: Record<string, number>;
}

/** Lets call `first`, `first + step` ... of an update fail, each in an update of its own. */
export function failCalls(name: string, kind: "call" | "allocation", step: number, first = 0) {
  const profile = profileOf(name, 20);
  const [v1, v2, v3] = ["one", "two", "three"].map((each, i) => release(profile, i + 1, each));
  const sim = new SimBoard(profile, { firmware: v1, hangMs: 5000 });
  const start = sim.flash.snapshot();
  let calls = 0;
  let failing = -1;
  const watch = (n: number) => {
    calls = 0;
    failing = n;
    sim.board.onCall = (each) => {
      if (each === kind && calls++ === failing) throw new BoardError("a call that fails");
    };
  };
  const update = (): string => {
    try {
      const { state, error } = sim.update(v2);
      if (state === REFUSED) return `refused ${error}`;
      return sim.runs(v2) ? "installed" : `reverted ${sim.state().reason}`;
    } catch (error) {
      // The board is silent: it waits for a reset.
      if (error instanceof assert.AssertionError) throw error;
      return "silent";
    }
  };
  watch(-1);
  sim.restore(start);
  assert.equal(update(), "installed");
  const failures: Failures = { calls, tried: 0, outcomes: {} };
  for (let n = first; n < failures.calls; n += step) {
    watch(n);
    sim.restore(start);
    const outcome = update();
    const why = `${kind} ${n} of ${failures.calls} on ${name}: ${outcome}`;
    failures.tried++;
    failures.outcomes[outcome] = (failures.outcomes[outcome] ?? 0) + 1;
    sim.board.onCall = undefined;
    sim.powerCycle();
    sim.reconnect();
    const runs = [v1, v2].find((each) => sim.runs(each));
    assert.ok(runs, `${why}: neither firmware runs`);
    assert.equal(sim.said, runs.name, why);
    // A trial that is still running ends by itself.
    for (let boot = 0; sim.state().trial && boot < 5; boot++) sim.advance(70_000);
    assert.equal(sim.stage(v3).state, STAGED, why);
    sim.advance(4000);
    assert.ok(sim.runs(v3) && sim.said === "three", why);
  }
  return failures;
}

/** A line for people. */
export function told(name: string, kind: string, { calls, tried, outcomes }: Failures): string {
  const list = Object.entries(outcomes).map(([outcome, n]) => `${n} ${outcome}`);
  return `${name}: ${tried} of ${calls} ${kind}s failed, 0 bad (${list.sort().join(", ")})`;
}
