/** Findings of the second review that show in the real interpreter only. */
import assert from "node:assert/strict";
import { verifyEnvelope } from "../../host/verify.js";
import { type EngineVerdict, envelopeCase, runCases } from "../support/engine-cases.js";
import { describeEngine } from "../support/engine-rig.js";
import {
  checked,
  commands,
  device,
  INSTALL,
  override,
  shared,
  update,
} from "../support/envelopes.js";

describeEngine("review 2", () => {
  const cases = {
    "a condition whose code is 2^32 + 1": shared(...checked(), 4294967297, 15),
    "a directive whose code is 2^32 + 21": update({ 20: commands(...INSTALL, 4294967317, 2) }),
    "a parameter whose code is 2^32 + 14": update({
      20: commands(...override({ 4294967310: 5 }), ...INSTALL),
    }),
    "a reference URI of 300 characters": update({ 4: "u".repeat(300) }),
  };

  it("R16 R17: numbers beyond 2^32 and long texts get the verdict that Node gives", async () => {
    const verdicts = await runCases(
      Object.entries(cases).map(([id, envelope]) =>
        envelopeCase(id.replace(/ /g, "_"), envelope, device(), []),
      ),
    );
    const different: string[] = [];
    for (const [id, envelope] of Object.entries(cases)) {
      const node = verifyEnvelope(envelope, device(), () => undefined);
      const want = node.accepted ? "accept 7" : `refuse ${node.error.code}`;
      const { text } = verdicts.get(id.replace(/ /g, "_")) as EngineVerdict;
      if (!text.startsWith(want)) different.push(`${id}: ${want}, on the board ${text}`);
    }
    assert.deepEqual(different, []);
  });
});
