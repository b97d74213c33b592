/** SHA-256 and SHA-512 of the committed module, run for real. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { callModule, describeNative } from "../support/native-rig.js";
import { random, randomBytes } from "../support/signature-cases.js";

const ALGORITHMS = [
  { op: 1, name: "sha256", size: 32, done: 0x53430101 },
  { op: 3, name: "sha512", size: 64, done: 0x53430303 },
];

/** Around the ends of blocks and of the room for the length; up to a large image. */
const LENGTHS = [
  ...[0, 1, 2, 3, 4, 5, 31, 32, 33, 36, 55, 56, 57, 60, 63, 64, 65, 111, 112, 113, 119, 120],
  ...[127, 128, 129, 191, 192, 239, 240, 241, 255, 256, 1000, 4095, 4096, 65_537, 500_000],
];

describeNative("native module: hashes", function () {
  this.slow(10_000);

  for (const { op, name, size, done } of ALGORITHMS)
    it(`${name} is that of Node for ${LENGTHS.length} lengths at all alignments`, () => {
      const next = random(op);
      const texts = LENGTHS.map((length) => randomBytes(next, length));
      const answers = callModule(texts.map((data) => ({ op, data })));
      for (const [i, { result, digest }] of answers.entries()) {
        const expected = createHash(name).update(texts[i]).digest();
        assert.equal(result, done);
        assert.deepEqual(digest.subarray(0, size), expected, `${texts[i].length} bytes`);
      }
    });

  it("identifies itself and refuses other operations", () => {
    const ops = [0, 5, 6, 255, 256, -1, 0x7fffffff, -0x80000000];
    const answers = callModule(ops.map((op) => ({ op, data: new Uint8Array(0) })));
    assert.equal(answers[0].result, 0x53430001);
    for (const { result, digest } of answers.slice(1)) {
      assert.equal(result, -1);
      assert.ok(digest.every((byte) => byte === 0));
    }
  });
});
