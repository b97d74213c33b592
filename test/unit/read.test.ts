import assert from "node:assert/strict";
import { generateKey } from "../../host/author/keys.js";
import { packRelease } from "../../host/author/pack.js";
import { unorderedMaps } from "../../host/suit/order.js";
import { readCbor, readSequence } from "../../host/suit/read.js";

describe("tolerant reading", () => {
  it("finds the sequence number of an envelope, and only of one", () => {
    const { envelope, manifest } = packRelease({
      vendor: new Uint8Array(16),
      class: new Uint8Array(16),
      sequence: 4294967294,
      components: [{ name: "app", bytes: Buffer.from("x") }],
      key: generateKey(),
    });
    assert.equal(readSequence(envelope), 4294967294);
    assert.equal(readSequence(Buffer.from("hello")), undefined);
    assert.equal(readSequence(manifest), undefined);
  });

  it("names what is odd about an item and reads it all the same", () => {
    const read = (hex: string) => readCbor(Buffer.from(hex, "hex"));
    assert.deepEqual(read("05"), { value: 5, oddities: [] });
    assert.deepEqual(read("1805"), { value: 5, oddities: ["not in canonical form"] });
    assert.deepEqual(read("0500"), { value: 5, oddities: ["1 bytes follow the end"] });
    assert.deepEqual(read("9f05ff"), { value: [5], oddities: ["not in canonical form"] });
    assert.deepEqual(read("a202010101")?.oddities, []);
    assert.match(read("a201010102")?.oddities[0] ?? "", /^a map holds a key twice/);
    assert.equal(read("42ff"), undefined);
    assert.equal(read(""), undefined);
  });

  it("finds the maps whose keys do not rise bytewise", () => {
    const paths = (hex: string) => {
      const reading = readCbor(Buffer.from(hex, "hex"));
      assert.deepEqual(reading?.oddities, []);
      return unorderedMaps(reading?.value, "x");
    };
    assert.deepEqual(paths("a201010201"), []);
    assert.deepEqual(paths("a202010101"), ["x"]);
    assert.deepEqual(paths("81a101a220010301"), ["x[0].1"]);
    assert.deepEqual(paths("d86ba1616280"), []);
    // Shorter texts first; texts behind numbers; arrays behind texts.
    assert.deepEqual(paths("a261620162616102"), []);
    assert.deepEqual(paths("a262616102616201"), ["x"]);
    assert.deepEqual(paths("a26161010101"), ["x"]);
    assert.deepEqual(paths("a28101016161a202010101"), ["x", "x.a"]);
    // Twice the same array as key, which does not count as a key twice in JavaScript.
    assert.deepEqual(paths("a2810101810102"), ["x"]);
  });
});
