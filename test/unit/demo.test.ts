import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../host/demo/main.js", import.meta.url));

/** The steps of draft-moran-suit-architecture-00, section 7, in its order. */
const FLOW = [
  "Create Firmware",
  "Upload Firmware",
  "Create Manifest",
  "Sign Manifest",
  "Upload Manifest",
  "Query Manifest",
  "Send Manifest",
  "Validate Manifest",
  "Request Firmware",
  "Send Firmware",
  "Verify Firmware",
  "Store Firmware",
  "Reboot",
  "Bootloader validates Firmware",
  "Bootloader activates Firmware",
  "Bootloader transfers control to new Firmware",
];

const steps = FLOW.map((name, i) => new RegExp(`^ +${i + 1}  ${name}(  |$)`, "m"));

describe("npm start", function () {
  this.slow(15_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-demo-test-"));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const run = (...args: string[]) =>
    spawnSync(process.execPath, [MAIN, ...args], {
      encoding: "utf8",
      cwd: folder,
      timeout: 50_000,
      env: { ...process.env, TMPDIR: folder, NO_COLOR: "" },
    });

  it("plays every step of the example flow, refuses what it must, and ends with 0", () => {
    const { status, stdout, stderr } = run();
    assert.equal(status, 0, stdout + stderr);
    assert.equal(stderr, "");
    const places = steps.map((step) => stdout.search(step));
    assert.ok(!places.includes(-1), stdout);
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
      "in the order of the draft",
    );
    for (const code of [205, 203, 401, 320, 323, 802, 404])
      assert.match(stdout, new RegExp(`^ +error ${code} +[a-z-]+: [A-Z].*`, "m"));
    assert.match(stdout, /^ +state +confirmed$/m);
    assert.match(stdout, /^ +All \d+ expectations held, in [\d.]+ s\.$/m);
    assert.doesNotMatch(stdout, /FAILED/);
    assert.ok(!stdout.includes("\x1b"), "no colours in a pipe");
    assert.deepEqual(fs.readdirSync(folder), [], "the temporary folder is removed");
  });
});
