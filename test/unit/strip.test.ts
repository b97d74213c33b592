import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { decode, encode } from "cborg";
import { manifestFacts, stripIntegrated } from "../../host/link/strip.js";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** 107({2: h'41', 3: h'A20101 0207', "#a": h'01020304', "#b": h''}) written out. */
const MANIFEST = "45 a2 01 01 02 07";
const INTEGRATED = hex(`d86b a4 02 41 41 03 ${MANIFEST} 62 2361 44 01020304 62 2362 40`);
const PLAIN = hex(`d86b a2 02 41 41 03 ${MANIFEST}`);

describe("integrated payloads", () => {
  it("are taken out and nothing else changes", () => {
    const { envelope, members } = stripIntegrated(INTEGRATED);
    assert.deepEqual(Uint8Array.from(envelope), PLAIN);
    assert.deepEqual([...members.keys()], ["#a", "#b"]);
    assert.deepEqual(Uint8Array.from(members.get("#a") as Uint8Array), hex("01020304"));
    assert.equal(members.get("#b")?.length, 0);
  });

  it("leave an envelope without them as it is, byte for byte", () => {
    const { envelope, members } = stripIntegrated(PLAIN);
    assert.equal(envelope, PLAIN);
    assert.equal(members.size, 0);
  });

  it("are found in the middle, and between members of any shape", () => {
    // {2: [1, {2: 3.5}], "#x": h'aa', 24: 1("t"), -1: null}
    const mixed = hex("d86b a4 02 82 01 a1 02 f9 4300 62 2378 41 aa 1818 c1 61 74 20 f6");
    const stripped = hex("d86b a3 02 82 01 a1 02 f9 4300 1818 c1 61 74 20 f6");
    assert.deepEqual(Uint8Array.from(stripIntegrated(mixed).envelope), stripped);
  });

  it("may number more than 23, and the shorter head is written", () => {
    const names = Array.from({ length: 30 }, (_, i) => `#${String(i).padStart(2, "0")}`);
    const body = Buffer.concat(
      names.flatMap((name) => [encode(name), encode(new Uint8Array(300))]),
    );
    const many = Buffer.concat([hex("d86b b820 02 41 41"), hex(`03 ${MANIFEST}`), body]);
    const { envelope, members } = stripIntegrated(many);
    assert.deepEqual(Uint8Array.from(envelope), PLAIN);
    assert.deepEqual([...members.keys()], names);
  });

  const untouched: [string, string][] = [
    ["nothing", ""],
    ["another tag", "d86c a1 62 2361 41 00"],
    ["no tag", "a1 62 2361 41 00"],
    ["an array", "d86b 82 62 2361 41 00"],
    ["an indefinite map", "d86b bf 62 2361 41 00 ff"],
    ["bytes behind the map", "d86b a1 62 2361 41 00 00"],
    ["a count too high", "d86b a2 62 2361 41 00"],
    ["a length past the end", "d86b a1 62 2361 5a ffffffff 00"],
    ["a length past 2^53", "d86b a1 62 2361 5b ffffffffffffffff 00"],
    ["the same name twice", "d86b a2 62 2361 41 00 62 2361 41 01"],
    ["a payload that is no byte string", "d86b a1 62 2361 61 78"],
    ["a name that is not UTF-8", "d86b a1 62 23ff 41 00"],
    ["reserved length bits", "d86b a1 62 2361 5c 00"],
    ["depth without end", `d86b a1 62 2361 ${"81".repeat(5000)}00`],
    ["a huge array", "d86b a1 01 9b 001fffffffffffff"],
  ];
  for (const [what, text] of untouched) {
    it(`leaves ${what} for the board to judge`, () => {
      const bytes = hex(text);
      const { envelope, members } = stripIntegrated(bytes);
      assert.equal(envelope, bytes);
      assert.equal(members.size, 0);
    });
  }

  it("leave every truncation of an envelope alone", () => {
    for (let size = 0; size < INTEGRATED.length; size++) {
      const cut = INTEGRATED.subarray(0, size);
      assert.equal(stripIntegrated(cut).envelope, cut);
    }
  });
});

describe("what the host knows of a manifest", () => {
  it("is its sequence number and its digest with the bstr head", async () => {
    const digest = createHash("sha256").update(hex(MANIFEST)).digest();
    assert.deepEqual(await manifestFacts(INTEGRATED), {
      digest: Uint8Array.from(digest),
      sequence: 7,
    });
    assert.equal(
      (decode(hex(MANIFEST).subarray(1), { useMaps: true }) as Map<number, number>).get(2),
      7,
    );
  });

  it("is nothing when there is no manifest", async () => {
    assert.equal(await manifestFacts(hex("d86b a1 02 41 41")), null);
    assert.equal(await manifestFacts(hex("d86b a1 03 01")), null);
    assert.equal(await manifestFacts(hex("00")), null);
  });
});
