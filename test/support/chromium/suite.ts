/** A suite that runs in Chromium; without one it is left out, and says so in one line. */
import assert from "node:assert/strict";
import { CHROMIUM } from "./browser.js";
import { Rig } from "./rig.js";

let isSaid = false;

/**
 * @param define gets what gives the rig of the test that runs: a browser, a storage and no boards yet.
 * A test fails when the page broke its policy or threw anything, whatever else was asked.
 */
export function inChromium(title: string, define: (rig: () => Rig) => void): void {
  if (!CHROMIUM) {
    if (!isSaid) it("page in Chromium: left out, there is none here (apt-get install chromium)");
    isSaid = true;
    return;
  }
  describe(title, () => {
    let rig: Rig;

    beforeEach(async () => {
      rig = new Rig();
      await rig.start();
    });

    afterEach(async () => {
      const { errors } = rig.page;
      await rig.stop();
      assert.deepEqual(errors, []);
    });

    define(() => rig);
  });
}
