/**
 * The committed module against node:crypto (OpenSSL), tweetnacl, the board's verifier in JavaScript
 * and the simulator's stand-in. NATIVE_CASES says how many cases (npm run native:fuzz: 20,000),
 * NATIVE_SEED which.
 */
import assert from "node:assert/strict";
import { describeNative, verdicts } from "../support/native-rig.js";
import { cases, dissenters } from "../support/signature-cases.js";

const COUNT = Number(process.env.NATIVE_CASES ?? 500);
const SEED = Number(process.env.NATIVE_SEED ?? 20_261_126);
const BATCH = 500;

describeNative("native module: differential", function () {
  this.slow(60_000);
  this.timeout(60_000 + 60 * COUNT);

  it(`gives the verdicts of four other verifiers on ${COUNT} blocks`, () => {
    const counts = new Map<string, [accepted: number, refused: number]>();
    for (let start = 0; start < COUNT; start += BATCH) {
      const some = cases(Math.min(BATCH, COUNT - start), SEED + start);
      const found = verdicts(some.map(({ block }) => block));
      for (const [i, each] of some.entries()) {
        const count = counts.get(each.kind) ?? [0, 0];
        count[found[i] ? 0 : 1]++;
        counts.set(each.kind, count);
        const others = dissenters(each, found[i]);
        const block = () => Buffer.from(each.block).toString("hex");
        if (others.length > 0)
          assert.fail(`${each.kind}: module says ${found[i]}, not ${others}: ${block()}`);
      }
    }
    const [good, ...bad] = ["good", ...[...counts.keys()].filter((kind) => kind !== "good")];
    assert.deepEqual(counts.get(good), [Math.ceil(COUNT / 2), 0]);
    for (const kind of bad) assert.equal(counts.get(kind)?.[0], 0, `${kind} was accepted`);
    const list = bad.map((kind) => `${kind} ${counts.get(kind)?.[1]}`).join(", ");
    console.log(`      accepted ${counts.get(good)?.[0]}; refused: ${list}`);
  });
});
