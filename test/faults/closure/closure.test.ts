import assert from "node:assert/strict";
import { ERASE_TEARS, PROGRAM_TEARS } from "../../../host/board/tears.js";
import { bundleWith, changer } from "../../support/changed-bundle.js";
import { close, describeReport, firstBad, SHORT } from "./closing.js";
import { apply, type CutName, type FlashState, type Op, tearsOf } from "./flash-state.js";
import { stateOf, withRoom } from "./journal-view.js";
import { replay } from "./replay.js";
import { Runner } from "./runner.js";
import { SAFETY_STEPS } from "./safety-steps.js";
import { type Act, World } from "./world.js";

const NAME = "puckjs/small";

describe("crash-state closure", () => {
  it("A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15: any number of power cuts", function () {
    this.timeout(600_000);
    const report = close(NAME, SHORT);
    console.log(`    ${describeReport(NAME, report)}`);
    assert.deepEqual(report.bad, []);
    assert.ok(report.isClosed);
    assert.ok(report.classes > 200 && report.compared > 50);
    // All the ways in which an operation can end.
    assert.equal(report.tears.size, 11);
  });

  it("counts with what a real cut leaves, in an interpreter of its own for each boot", () => {
    const world = new World(NAME);
    const runner = new Runner(world, true);
    let compared = 0;
    for (const act of ["offer2", "offer3"] as Act[]) {
      const image = withRoom(world.start, act === "offer2" ? 1 : 20, world.firstRecord);
      const { ops, bad } = runner.run(image, { state: { weak: [] } }, act);
      assert.equal(bad, undefined);
      let state: FlashState = { image: image.slice(), weak: [] };
      ops.forEach((op, at) => {
        // Of the many writes of a slot, some.
        if (op.length < 200 || op.length > 300 || at % 9 === 0)
          compared += compareCuts(runner, image, state, op, at, act);
        state = apply(state, op);
      });
    }
    assert.ok(compared > 60);
  });

  it("plays a seed again: a record that turns out readable later is not taken for the newest", () => {
    const lines: string[] = [];
    const seed = `${NAME};=20;offer2@51:unstable-half.52;~ones;offer2@2:before.0;~zeros;boots`;
    assert.equal(
      replay(seed, (line) => lines.push(line)),
      undefined,
    );
    assert.ok(lines.some((line) => /51 POWER FAILS \(unstable-half\)/.test(line)));
    assert.ok(lines.includes("undecided cells read as zeros"));
    assert.ok(lines.includes("  v1 runs in slot 0"));
    assert.throws(() => replay(`${NAME};offer2@51;`, () => {}), /no step of a seed/);
    assert.throws(() => replay(`${NAME};offer2@1:half.1`, () => {}), /not cut like/);
  });
});

/** Every tear of one operation by a real cut of the simulator's power. */
function compareCuts(
  runner: Runner,
  image: Uint8Array,
  state: FlashState,
  op: Op,
  at: number,
  act: Act,
): number {
  const old = state.image.slice(op.at, op.at + op.length);
  const known: readonly string[] = op.kind === "program" ? PROGRAM_TEARS : ERASE_TEARS;
  const tears = tearsOf(op, old, 7 * at + 1, 1).filter(({ cut }) => known.includes(cut));
  for (const { cut, seed, make } of [undefined, ...tears].map((tear) => tear ?? BEFORE)) {
    const when = cut === "before" ? "before" : "inside";
    const how = { when, seed, [op.kind]: cut } as const;
    const { bad } = runner.run(image, { state: { weak: [] }, cut: { at, how } }, act);
    assert.match(bad ?? "", /dead|no agent|BoardOff/i, `${act} ${at} ${cut}`);
    const expected = state.image.slice();
    const torn = make();
    if (torn) expected.set(torn.bytes, op.at);
    assert.equal(Buffer.compare(runner.image, expected), 0, `${act} ${at} ${cut}`);
    assert.ok(stateOf(expected));
  }
  return tears.length + 1;
}

const BEFORE = { cut: "before" as CutName, seed: 0, make: () => undefined };

describe("crash-state closure without a safety step", () => {
  for (const step of SAFETY_STEPS.filter(({ isSlow }) => !isSlow))
    it(`fails: ${step.step}`, async function () {
      this.timeout(300_000);
      const bundle = await bundleWith(step.bundle, changer(step));
      const options = { [step.bundle]: bundle };
      const bad = firstBad(NAME, step, options);
      assert.ok(bad);
      if (bad.isOfRun)
        assert.equal(
          replay(bad.seed, () => {}, new World(NAME, options)),
          bad.why,
        );
    });
});
