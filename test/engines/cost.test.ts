/** What a verification in JavaScript costs an interpreter for ARM: instructions and variables, not time. */
import assert from "node:assert/strict";
import { loadProfile } from "../../host/board/profiles.js";
import { Counter } from "../bench/counter.js";
import { measureVerify } from "../bench/verify.js";
import { describeEngine, ENGINE_ARM } from "../support/engine-rig.js";

/** Million instructions, and variables beyond those in use before. */
const BUDGETS: Record<string, [instructions: number, variables: number]> = {
  native: [1.1, 100],
  sha512: [90, 120],
  hint: [760, 500],
  tables: [1300, 500],
  plain: [3300, 1000],
};

describeEngine(
  "the cost of a verification",
  function () {
    this.slow(120_000);

    it("is within its budget in every way", function () {
      const counter = Counter.open((text) => console.log(`      ${text}`));
      if (!counter) return this.skip();
      try {
        const costs = measureVerify(counter, {
          command: [ENGINE_ARM],
          env: { QEMU_PLUGIN: counter.plugin },
          profile: loadProfile("puckjs"),
          byMemory: true,
        });
        assert.deepEqual(
          costs.map(({ name }) => name),
          Object.keys(BUDGETS),
        );
        for (const { name, instructions, variables, verdict } of costs) {
          const million = instructions / 1e6;
          console.log(`      ${name}: ${million.toFixed(1)} million, ${variables} variables`);
          assert.equal(verdict, "valid");
          const [most, room] = BUDGETS[name];
          assert.ok(million <= most && million > most / 2, `${name}: ${million}`);
          assert.ok(variables <= room, `${name}: ${variables}`);
        }
      } finally {
        counter.remove();
      }
    });
  },
  ENGINE_ARM,
  "ESPRUINO_ARM",
);
