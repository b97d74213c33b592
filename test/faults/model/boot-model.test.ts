import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SLOTS_AT } from "../../../device/flash/layout.js";
import { TRIALS } from "../../support/sim-board.js";
import { SHORT } from "../closure/closing.js";
import { Explorer } from "../closure/explore.js";
import { apply } from "../closure/flash-state.js";
import { type JournalRecord, stateOf } from "../closure/journal-view.js";
import { Runner } from "../closure/runner.js";
import { World } from "../closure/world.js";
import {
  bootsUntilSettled,
  canReach,
  explore,
  type ModelState,
  nameOf,
  transitions,
} from "./boot-model.js";

/** What a journal record is in the model. */
function modelOf({ phase, active, trials, reason, slots }: JournalRecord): ModelState {
  const { sequence, tableAt } = slots[1 - active];
  return {
    phase: (["settled", "staged", "trial"] as const)[phase - 1],
    active: active === 0 ? 0 : 1,
    ...{ trials, reason, other: tableAt ? "whole" : sequence ? "part" : "nothing" },
  };
}

describe("the model of boots and updates", () => {
  const graph = explore(TRIALS);

  it("always comes back to a confirmed firmware, after as many boots as a trial may take and one", () => {
    const boots = [...graph.states.keys()].map((name) => bootsUntilSettled(graph, name));
    assert.equal(Math.max(...boots), TRIALS + 1);
    console.log(`    model: ${graph.states.size} states, at most ${Math.max(...boots)} boots`);
    assert.ok(graph.states.size > 30);
  });

  it("never comes to where no update can be confirmed any more", () => {
    for (const name of graph.states.keys())
      assert.ok(
        canReach(graph, name, (_, event) => event === "confirm"),
        name,
      );
  });

  it("would show a trial whose boots are not counted, and a state without a way out", () => {
    const broken = explore(TRIALS);
    const trial = [...broken.states.values()].find(({ trials }) => trials === 1) as ModelState;
    broken.edges.set(nameOf(trial), [{ event: "boot", to: trial }]);
    assert.equal(bootsUntilSettled(broken, nameOf(trial)), Number.POSITIVE_INFINITY);
    assert.ok(!canReach(broken, nameOf(trial), (_, event) => event === "confirm"));
  });

  it("A13 A14 B6: does what the bundles do, and nothing else", function () {
    this.timeout(600_000);
    /** Each pair of records that the board wrote one after another, in the model's words. */
    const seen = new Set<string>();
    const record = (from: JournalRecord, to: JournalRecord) =>
      seen.add(`${nameOf(modelOf(from))} -> ${nameOf(modelOf(to))}`);
    const world = new World("puckjs/large");
    const limits = { ...SHORT, readings: [], withRooms: false, onRecord: record };
    const explorer = new Explorer(world, limits);
    assert.ok(explorer.explore().isClosed);
    damage(world, record);

    const allowed = new Set<string>();
    for (const [name, state] of graph.states)
      for (const { to } of transitions(state, TRIALS)) allowed.add(`${name} -> ${nameOf(to)}`);
    for (const pair of seen) assert.ok(allowed.has(pair), `not in the model: ${pair}`);
    // Which slot does not matter to what may follow, and a reason only where it is recorded.
    const kinds = (pairs: Set<string>) =>
      new Set(
        [...pairs].map((pair) => {
          const [from, to] = pair.split(" -> ").map((name) => name.replace(/ slot \d,/, ""));
          const bare = (name: string) => name.replace(/ \d+,/, "");
          return `${bare(from)} -> ${from.startsWith("trial") ? to : bare(to)}`;
        }),
      );
    assert.deepEqual(
      [...kinds(allowed)].filter((kind) => !kinds(seen).has(kind)),
      [],
    );
    console.log(`    model: ${seen.size} transitions of the bundles, ${allowed.size} of the model`);
  });

  it("is drawn in docs/flash-format.md as it is", () => {
    const docs = readFileSync("docs/flash-format.md", "utf8");
    const drawn = [...docs.matchAll(/^ +(\w+) --> (\w+): (\w+)/gm)].map(
      ([, from, to, event]) => `${from} ${to} ${event}`,
    );
    const edges = new Set<string>();
    for (const [name, state] of graph.states)
      for (const { event, to } of graph.edges.get(name) ?? [])
        edges.add(`${state.phase} ${to.phase} ${event}`);
    assert.deepEqual([...new Set(drawn)].sort(), [...edges].sort());
  });
});

/** The images that a run leaves after each journal record, the one that it began with included. */
function images(runner: Runner, start: Uint8Array, act: "offer2" | "boots"): Uint8Array[] {
  const { ops } = runner.run(start, { state: { weak: [] }, isTainted: true }, act);
  const image = start.slice();
  const found = [start.slice()];
  for (const op of ops) {
    apply({ image, weak: [] }, op);
    if (op.at < SLOTS_AT) found.push(image.slice());
  }
  return found;
}

/** A byte of the staged firmware changes before each boot of its trial: reason 805. */
function damage(world: World, record: (from: JournalRecord, to: JournalRecord) => void): void {
  const runner = new Runner(world);
  const staged = images(runner, world.start, "offer2").find((image) => stateOf(image)?.phase === 2);
  assert.ok(staged);
  const trials = images(runner, staged, "boots").filter((image) => stateOf(image)?.phase !== 1);
  assert.equal(trials.length, TRIALS + 1);
  for (const image of trials.slice(0, -1)) {
    image[SLOTS_AT + world.slotSize + 5] ^= 1;
    const states = images(runner, image, "boots").map((each) => stateOf(each) as JournalRecord);
    assert.equal(states.at(-1)?.reason, 805);
    states.forEach((state, i) => {
      if (i > 0) record(states[i - 1], state);
    });
  }
}
