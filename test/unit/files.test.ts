import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createOnce, writeAll } from "../../host/author/files.js";

describe("output files", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-files-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const at = (name: string) => path.join(folder, name);

  it("writes all files or none", () => {
    fs.writeFileSync(at("a"), "old");
    const unwritable = new Proxy(Buffer.from("x"), {
      get() {
        throw new Error("the disk is full");
      },
    });
    assert.throws(
      () =>
        writeAll([
          { path: at("a"), bytes: Buffer.from("new") },
          { path: at("b"), bytes: unwritable },
        ]),
      { name: "output-unwritable" },
    );
    assert.deepEqual(fs.readdirSync(folder), ["a"]);
    assert.equal(fs.readFileSync(at("a"), "utf8"), "old");
  });

  it("replaces a file in one step: whoever has it open keeps the old one", () => {
    fs.writeFileSync(at("a"), "old");
    const reader = fs.openSync(at("a"), "r");
    writeAll([{ path: at("a"), bytes: Buffer.from("new") }]);
    assert.equal(fs.readFileSync(reader, "utf8"), "old");
    fs.closeSync(reader);
    assert.equal(fs.readFileSync(at("a"), "utf8"), "new");
    assert.deepEqual(fs.readdirSync(folder), ["a"]);
  });

  it("checks every output before it writes the first", () => {
    fs.mkdirSync(at("taken"));
    const bytes = Buffer.from("x");
    for (const [wrong, name] of [
      ["taken", "output-is-directory"],
      ["none/b", "output-unwritable"],
    ])
      assert.throws(
        () =>
          writeAll([
            { path: at("a"), bytes },
            { path: at(wrong), bytes },
          ]),
        { name },
      );
    assert.deepEqual(fs.readdirSync(folder), ["taken"]);
  });

  it("creates a file once, with its mode from the start", () => {
    assert.equal(createOnce(at("k"), Buffer.from("1"), 0o600), true);
    assert.equal(createOnce(at("k"), Buffer.from("2"), 0o600), false);
    assert.equal(fs.readFileSync(at("k"), "utf8"), "1");
    assert.equal(fs.statSync(at("k")).mode & 0o777, 0o600);
    assert.throws(() => createOnce(at("none/k"), Buffer.from("1"), 0o600), {
      name: "output-unwritable",
    });
    const dangling = at("link");
    fs.symlinkSync(at("target"), dangling);
    assert.equal(createOnce(dangling, Buffer.from("1"), 0o600), false);
    assert.equal(fs.existsSync(at("target")), false);
  });
});
