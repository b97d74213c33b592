/** What the build packs, unpacked by the committed module, run for real. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { squeeze } from "../../host/author/squeeze.js";
import { callModule, describeNative } from "../support/native-rig.js";
import { squeezable } from "../support/squeezable.js";

describeNative("native module: unpacking", function () {
  this.slow(20_000);

  const texts = squeezable();
  const calls = texts.map(({ bytes }) => ({ op: 4, data: squeeze(bytes), b: bytes.length }));
  const answers = callModule(calls);

  it(`gives back ${texts.length} texts, and writes nothing behind them`, () => {
    for (const [i, { name, bytes }] of texts.entries()) {
      assert.equal(answers[i].result, 0x53430404, name);
      const expected = createHash("sha256").update(bytes).digest("hex");
      assert.equal(answers[i].digest.subarray(0, 32).toString("hex"), expected, name);
    }
  });

  it("takes at most 512 bytes of stack", () => {
    const deepest = Math.max(...answers.map(({ stack }) => stack));
    assert.ok(deepest > 384 && deepest <= 512, `${deepest}`);
  });
});
