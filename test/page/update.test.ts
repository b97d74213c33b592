/** The page in Chromium, against boards that run the shipping bundles. */
import assert from "node:assert/strict";
import { CHROMIUM } from "../support/chromium/browser.js";
import { Rig } from "../support/chromium/rig.js";
import { profileOf, release } from "../support/sim-board.js";

const PROFILE = profileOf("joltjs", 60);

describe("page in Chromium", () => {
  if (!CHROMIUM) {
    it("needs Chromium: not installed here, left out");
    return;
  }
  let rig: Rig;

  beforeEach(async () => {
    rig = new Rig();
    await rig.start();
  });
  afterEach(() => rig.stop());

  it("connects, plays a dry run, updates, restarts the board and shows it confirmed", async () => {
    const v1 = release(PROFILE, 1, "one", { version: [1, 0, 0] });
    const v2 = release(PROFILE, 2, "two", { version: [2, 0, 0] });
    rig.publish(v1, "one");
    rig.publish(v2, "two");
    const { board } = await rig.near("Jolt.js 1234", { firmware: v1 });
    await rig.connect();
    const { page } = rig;
    await page.sees("Version 1.0.0");
    await page.press("Check");
    await page.sees("The board would take version 2.0.0");
    await page.press("Update to 2.0.0");
    await page.sees("Version 2.0.0 runs and is confirmed", 30_000);
    assert.equal(board.lines.join("").includes("two"), true);
    assert.deepEqual(page.errors, []);
  });
});
