import assert from "node:assert/strict";
import { squeeze, unsqueeze } from "../../host/author/squeeze.js";
import { squeezable, type Text } from "../support/squeezable.js";

describe("squeeze", function () {
  this.slow(5000);

  for (const { name, bytes } of squeezable())
    it(`gives back ${name}`, () => {
      const packed = squeeze(bytes);
      assert.deepEqual(unsqueeze(packed, bytes.length), bytes);
      // The unpacker reads no byte beyond the last.
      assert.deepEqual(unsqueeze(Uint8Array.of(...packed, 255, 255), bytes.length), bytes);
    });

  it("packs a program to less than seven tenths, and always to the same", () => {
    const { bytes } = squeezable().find(({ name }) => name === "the bootloader") as Text;
    const packed = squeeze(bytes);
    assert.ok(packed.length < 0.7 * bytes.length, `${packed.length} of ${bytes.length}`);
    assert.deepEqual(squeeze(bytes), packed);
  });
});
