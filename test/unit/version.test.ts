import assert from "node:assert/strict";
import { inspectEnvelope } from "../../host/author/inspect.js";
import { inspectLines } from "../../host/cli/inspect.js";
import { parseVersion, versionText } from "../../host/suit/version.js";
import { bstr, type Node } from "../support/cbor.js";
import { update } from "../support/envelopes.js";

describe("versions", () => {
  const pairs: [text: string, numbers: number[]][] = [
    ["1", [1]],
    ["0.0.0", [0, 0, 0]],
    ["1.2.0", [1, 2, 0]],
    ["1.2.0-rc", [1, 2, 0, -1]],
    ["1.2.0-rc.1", [1, 2, 0, -1, 1]],
    ["1.2-beta.12", [1, 2, -2, 12]],
    ["3-alpha", [3, -3]],
  ];
  for (const [text, numbers] of pairs)
    it(`${text} is ${JSON.stringify(numbers)}, both ways`, () => {
      assert.deepEqual(parseVersion(text), numbers);
      assert.equal(versionText(numbers), text);
    });

  it("sort by their numbers: a pre-release before its release, rc behind beta behind alpha", () => {
    const order = ["1.1", "1.2-alpha", "1.2-beta", "1.2-rc", "1.2-rc.1", "1.2.0", "1.2.1"];
    const numbers = order.map((text) => parseVersion(text) as number[]);
    for (let i = 1; i < numbers.length; i++) {
      const [before, after] = [numbers[i - 1], numbers[i]];
      const length = Math.max(before.length, after.length);
      const differing = Array.from({ length }, (_, n) => (after[n] ?? 0) - (before[n] ?? 0));
      assert.ok((differing.find((d) => d !== 0) ?? 1) > 0, `${order[i - 1]} < ${order[i]}`);
    }
  });

  it("are shown by inspect in words, and what is none as it stands", () => {
    const versioned = (value: Node) => inspectEnvelope(update({ 6: value }));
    const { manifest, structure } = versioned(bstr([1, 2, 0, -1, 3]));
    assert.equal(manifest.setVersion, "1.2.0-rc.3");
    assert.deepEqual([manifest.others, structure], [{}, []]);
    assert.ok(inspectLines(versioned(bstr([2]))).includes("set version 2"));
    for (const odd of [bstr([-1, 2]), bstr([]), bstr([1, -4]), bstr("1.2"), 7] as Node[]) {
      const view = versioned(odd);
      assert.equal(view.manifest.setVersion, undefined);
      assert.deepEqual(Object.keys(view.manifest.others), ["set-version"]);
    }
  });

  it("are nothing else", () => {
    for (const text of ["", ".1", "1.", "v1", "1-", "1-gamma", "1-rc.", "1-rc.1.2", "-1", "1e3"])
      assert.equal(parseVersion(text), undefined, text);
    for (const value of [[], [-1], [1, -1, -2], [1, -4], [0.5], [-2, 1], "1", undefined, [1, "2"]])
      assert.equal(versionText(value), undefined, String(value));
  });
});
