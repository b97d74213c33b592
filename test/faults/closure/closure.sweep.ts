/** The closure at length: `npm run test:faults`. */
import assert from "node:assert/strict";
import { loadProfile, profileNames, slotBlocks } from "../../../host/board/profiles.js";
import { bundleWith, changer } from "../../support/changed-bundle.js";
import { close, describeReport, firstBad, LONG, SHORT } from "./closing.js";
import { SAFETY_STEPS } from "./safety-steps.js";
import { World } from "./world.js";

describe("crash-state closure of all boards", () => {
  for (const name of profileNames()) {
    const profile = loadProfile(name);
    if (slotBlocks(profile) < 3) {
      it(`${name}: has no room for an agent`, () => {
        assert.throws(() => new World(`${name}/small`), /bytes more than the slot's|more than/);
      });
      continue;
    }
    // Where the board's JavaScript verifies, a run takes a hundred times as long.
    const [world, limits] = profile.nativeModule ? ["large", LONG] : ["small", SHORT];
    it(`A10: any number of cuts on ${name}`, function () {
      this.timeout(0);
      const report = close(`${name}/${world}`, limits);
      console.log(`    ${describeReport(`${name}/${world}`, report)}`);
      assert.deepEqual(report.bad, []);
      assert.ok(report.isClosed);
    });
  }
});

describe("crash-state closure without a safety step", () => {
  for (const step of SAFETY_STEPS.filter(({ isSlow }) => isSlow))
    it(`fails: ${step.step}`, async function () {
      this.timeout(0);
      const options = { [step.bundle]: await bundleWith(step.bundle, changer(step)) };
      assert.ok(firstBad("puckjs/small", step, options));
    });
});
