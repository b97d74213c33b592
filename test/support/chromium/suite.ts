/** A suite that runs in Chromium; without one it is left out, and says so in one line. */
import assert from "node:assert/strict";
import { CHROMIUM } from "./browser.js";
import { Rig } from "./rig.js";

/**
 * @param define gets what gives the rig of the test that runs: a browser, a storage and no boards yet.
 * A test fails when the page broke its policy or threw anything, whatever else was asked.
 */
export function inChromium(title: string, define: (rig: () => Rig) => void): void {
  describe(title, () => {
    if (!CHROMIUM) {
      it("is left out: there is no Chromium here (apt-get install chromium)");
      return;
    }
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
