import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { claim } from "../../host/board/open.js";

describe("the lock of a flash file", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-lock-"));
    file = path.join(folder, "board.bin");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const busy = { name: "flash-busy", code: 909, exit: 2 };

  it("is held once, and free again afterwards", () => {
    const release = claim(file);
    assert.throws(() => claim(path.relative(".", file)), busy);
    release();
    claim(file)();
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it("of a living process is respected", () => {
    fs.writeFileSync(`${file}.lock`, String(process.ppid));
    assert.throws(() => claim(file), busy);
    assert.equal(fs.readFileSync(`${file}.lock`, "utf8"), String(process.ppid));
  });

  it("of a dead process, of an earlier one with our number, and one without a number are taken over", () => {
    for (const owner of ["4194305", String(process.pid), "", "nobody"]) {
      fs.writeFileSync(`${file}.lock`, owner);
      const release = claim(file);
      assert.equal(fs.readFileSync(`${file}.lock`, "utf8"), String(process.pid));
      release();
    }
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it("in a folder that is not there says so", () => {
    assert.throws(() => claim(path.join(folder, "none", "board.bin")), { code: 906, exit: 2 });
  });
});
