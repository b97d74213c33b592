import assert from "node:assert/strict";
import { makeRig, tryAll } from "./skip-rig.js";

/** Statements of the bootloader that alone keep a slot from running that was changed in flash. */
const KNOWN_PLANTED = 12;

describe("a verifier without one of its statements", () => {
  it("H5: lets nothing with a bad signature run that comes as an update", async function () {
    this.timeout(1_200_000);
    const rig = await makeRig("joltjs");
    for (const attack of rig.attacks) assert.equal(rig.attempt(-1, attack, true), false);
    assert.ok(!rig.plant(-1, "app") && !rig.plant(-1, "signature"));
    // The fourth is much like the first, and takes its time: test:faults has it.
    const { through, planted } = tryAll(rig, rig.attacks.slice(0, 3), true);
    console.log(
      `    ${rig.statements.length} statements left out one by one: ${through.length} single points of ` +
        `failure of an update, ${planted.length} of ${rig.bootCount} in the bootloader alone`,
    );
    assert.deepEqual(through, []);
    assert.ok(planted.length <= KNOWN_PLANTED, planted.join("\n"));
  });
});
