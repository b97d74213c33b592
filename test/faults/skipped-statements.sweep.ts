/** Boards whose agent verifies in JavaScript: their bootloader checks digests, not signatures. */
import assert from "node:assert/strict";
import { makeRig, tryAll } from "./skip-rig.js";

describe("a verifier in JavaScript without one of its statements", () => {
  it("H5: single points of failure, counted; all of them are in the agent", async function () {
    this.timeout(0);
    const rig = await makeRig("linux");
    for (const attack of rig.attacks) assert.equal(rig.attempt(-1, attack, true), false);
    const { through } = tryAll(rig, rig.attacks, false);
    console.log(
      `    ${rig.statements.length} statements left out one by one: ${through.length} single points ` +
        `of failure of an update\n${through.map((each) => `      ${each}`).join("\n")}`,
    );
    // The bootloader finds by digests what is not of the signed manifest.
    for (const each of through) assert.match(each, /=> (a signature|the signature)/);
  });
});
