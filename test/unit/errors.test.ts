import assert from "node:assert/strict";
import * as board from "../../device/errors.js";
import { HOST_TEXTS } from "../../host/error-texts-host.js";
import { allErrors, describeError, SuitcaseError } from "../../host/errors.js";

const numbers = Object.entries<unknown>(board).filter(
  (entry): entry is [string, number] => typeof entry[1] === "number",
);

describe("error table", () => {
  it("has words for every number of the board", () => {
    assert.ok(numbers.length > 60);
    for (const [constant, code] of numbers) {
      const { name, message, advice } = describeError(code);
      assert.equal(name, constant.toLowerCase().replaceAll("_", "-"));
      assert.match(message, /^[A-Z].*\.$/, constant);
      assert.match(advice, /^[A-Z].*\.$/, constant);
    }
  });

  it("uses every number once, board and host together", () => {
    const all = [
      ...numbers.map(([, code]) => code),
      ...Object.values(HOST_TEXTS).map(({ code }) => code),
    ];
    assert.equal(new Set(all).size, all.length);
    assert.equal(allErrors().length, all.length);
  });

  it("keeps 9xx for the host and 1xx to 8xx for the board", () => {
    for (const [constant, code] of numbers) assert.ok(code > 100 && code < 900, constant);
    for (const { code } of Object.values(HOST_TEXTS)) assert.ok(code > 900 && code < 1000);
  });

  it("gives every host error its own sentence", () => {
    const sentences = Object.values(HOST_TEXTS).map(({ sentence }) => sentence);
    assert.equal(new Set(sentences).size, sentences.length);
  });

  it("names the place when there is one", () => {
    assert.match(describeError(board.CBOR_TYPE, 17).message, / \(at 17\)\.$/);
    assert.doesNotMatch(describeError(board.CBOR_TYPE, 0).message, /\(at/);
  });

  it("puts an unknown number into words instead of failing", () => {
    assert.deepEqual(
      { ...describeError(299), message: "", advice: "" },
      { code: 299, name: "unknown", message: "", advice: "" },
    );
    assert.match(describeError(299).message, /299/);
  });

  it("carries code, name, advice and exit in the exception", () => {
    const refused = new SuitcaseError(board.SIGNATURE_INVALID);
    assert.equal(refused.exit, 1);
    assert.equal(refused.name, "signature-invalid");
    const usage = new SuitcaseError("FILE_MISSING", "app.js does not exist");
    assert.equal(usage.exit, 2);
    assert.deepEqual(usage.toJSON(), {
      code: 903,
      name: "file-missing",
      message: "app.js does not exist",
      advice: "Check the path.",
    });
  });
});
