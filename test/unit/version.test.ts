import assert from "node:assert/strict";
import { parseVersion, versionText } from "../../host/suit/version.js";

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

  it("are nothing else", () => {
    for (const text of ["", ".1", "1.", "v1", "1-", "1-gamma", "1-rc.", "1-rc.1.2", "-1", "1e3"])
      assert.equal(parseVersion(text), undefined, text);
    for (const value of [[], [-1], [1, -1, -2], [1, -4], [0.5], [-2, 1], "1", undefined, [1, "2"]])
      assert.equal(versionText(value), undefined, String(value));
  });
});
