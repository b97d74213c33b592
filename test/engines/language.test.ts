import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEngine, ENGINE } from "../support/engine-rig.js";
import { ALLOWED, FORBIDDEN } from "../unit/snippets.js";

describeEngine("language of the boards", () => {
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "language-"));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  /** Whether the interpreter calls `ok(true)`, and only that. */
  const runs = (code: string): boolean => {
    const text = `function ok(x) { print("ok:" + (x === true)) }\n${code}\n`;
    writeFileSync(join(directory, "program.js"), text);
    const options = { cwd: directory, encoding: "latin1", timeout: 10000 } as const;
    const { stdout, error } = spawnSync(ENGINE, ["program.js"], options);
    if (error) throw error;
    const calls = [...stdout.matchAll(/ok:(true|false)/g)].map(([, value]) => value);
    return calls.length > 0 && calls.every((value) => value === "true");
  };

  it("runs everything that the guard lets through", () => {
    assert.deepEqual(
      ALLOWED.filter((code) => !runs(code)),
      [],
    );
  });

  it("does not run what the guard refuses", () => {
    assert.deepEqual(
      FORBIDDEN.filter(([, code]) => runs(code)),
      [],
    );
  });
});
