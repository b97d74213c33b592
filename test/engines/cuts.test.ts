/**
 * Power cuts of whole updates in the real interpreter: `CUTS=500 npm run test:engines -- -g "cuts by"`, or
 * `npm run test:cuts`. With an Espruino for ARM on a board with the native module, else on Linux.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { loadProfile } from "../../host/board/profiles.js";
import { type CutCounts, cutUpdates } from "../support/engine-cuts.js";
import { describeEngine, ENGINE, ENGINE_ARM, EngineRig } from "../support/engine-rig.js";

const CUTS = Number(process.env.CUTS ?? 40);
const SEED = Number(process.env.SEED ?? 1);
/** An update is waiting for most of its time. */
const BOARDS = Number(process.env.BOARDS ?? 4);

const isArm = existsSync(ENGINE_ARM);
const makeRig = () =>
  isArm
    ? new EngineRig(ENGINE_ARM, { ...loadProfile("puckjs"), links: ["Serial1"] })
    : new EngineRig();

describeEngine(
  "power cuts by the operating system",
  function () {
    this.timeout(CUTS * 60_000);
    this.slow(CUTS * 10_000);
    const rigs: EngineRig[] = [];
    after(() => Promise.all(rigs.map((rig) => rig.remove())));

    it(`A1 A2 A3 A10: after ${CUTS} of them the old or the new firmware runs and takes an update`, async () => {
      let done = 0;
      const cut = () => ++done % 50 || console.log(`      ${done} cuts`);
      const counts = await Promise.all(
        Array.from({ length: BOARDS }, (_, i) => {
          const rig = makeRig();
          rigs.push(rig);
          rig.provision();
          return cutUpdates(rig, Math.ceil(CUTS / BOARDS), SEED * 1000 + i, cut);
        }),
      );
      const sum = (of: (each: CutCounts) => number) => counts.reduce((n, each) => n + of(each), 0);
      const kinds = new Set(counts.flatMap(({ after }) => Object.keys(after)));
      const where = [...kinds].map((kind) => `${sum(({ after }) => after[kind] ?? 0)} ${kind}`);
      console.log(
        `      seed ${SEED}: ${sum((each) => each.cuts)} cuts (${where.join(", ")}): ` +
          `${sum((each) => each.old)} old, ${sum((each) => each.new)} new, 0 bad; ` +
          `${sum((each) => each.finished)} updates finished`,
      );
      assert.ok(sum((each) => each.cuts) >= CUTS);
    });
  },
  isArm ? ENGINE_ARM : ENGINE,
);
