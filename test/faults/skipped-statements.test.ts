import assert from "node:assert/strict";
import { makeRig, type Rig } from "./skip-rig.js";

/** Statements of the bootloader that alone keep a slot from running that was changed in flash. */
const KNOWN_PLANTED = 0;

/** What runs when one statement of the verifier is left out. */
function tryAll(rig: Rig): { through: string[]; planted: string[] } {
  const through: string[] = [];
  const planted: string[] = [];
  for (const { id, module, line, text } of rig.statements) {
    const where = `${id < rig.bootCount ? "boot" : "agent"} ${module}:${line} ${text}`;
    for (const attack of rig.attacks)
      if (rig.attempt(id, attack, true)) through.push(`${where} => ${attack.name}`);
    if (id < rig.bootCount && (rig.plant(id, "app") || rig.plant(id, "signature")))
      planted.push(where);
  }
  return { through, planted };
}

describe("a verifier without one of its statements", () => {
  it("H5: lets nothing with a bad signature run that comes as an update", async function () {
    this.timeout(1_200_000);
    const rig = await makeRig("joltjs");
    for (const attack of rig.attacks) assert.equal(rig.attempt(-1, attack, true), false);
    assert.ok(!rig.plant(-1, "app") && !rig.plant(-1, "signature"));
    const { through, planted } = tryAll(rig);
    console.log(
      `    ${rig.statements.length} statements left out one by one: ${through.length} single points of ` +
        `failure of an update, ${planted.length} of ${rig.bootCount} in the bootloader alone`,
    );
    assert.deepEqual(through, []);
    assert.ok(planted.length <= KNOWN_PLANTED, planted.join("\n"));
  });
});
