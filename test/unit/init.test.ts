/** From nothing to a running update in five commands, as `suitcase init` promises. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../../host/author/config.js";
import { createProject } from "../../host/author/project.js";
import { loadProfile } from "../../host/board/profiles.js";

const MAIN = fileURLToPath(new URL("../../host/cli/main.js", import.meta.url));

describe("suitcase init", function () {
  this.slow(20_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "suitcase-init-"));
    // What an installation puts into the path.
    const command = path.join(folder, "suitcase");
    fs.writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    fs.chmodSync(command, 0o755);
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const run = (line: string, at = "") => {
    const [command, ...args] = line.split(" ");
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: path.join(folder, at),
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` },
    });
    return { status, stdout, stderr, all: `${line}: ${stdout}${stderr}` };
  };
  const succeeds = (line: string, at?: string) => {
    const result = run(line, at);
    assert.equal(result.status, 0, result.all);
    return result.stdout;
  };

  it("leads to a running update in five commands", () => {
    succeeds("suitcase init lamp --vendor acme.org");
    succeeds("npm run build", "lamp");
    succeeds("npm run pack -- --sequence 1", "lamp");
    succeeds("npm run provision", "lamp");
    assert.match(succeeds("npm run push", "lamp"), /Sequence 1 .*confirmed/i);
    const status = JSON.parse(succeeds("npm run -s status -- --json", "lamp"));
    assert.deepEqual([status.sequence, status.state, status.secure], [1, "confirmed", true]);
    // And on: what the author does from then on.
    succeeds("npm run pack -- --sequence 2", "lamp");
    succeeds("npm run push", "lamp");
  });

  it("makes a project whose types hold and whose private key stays out of git", () => {
    const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
    succeeds(`${process.execPath} ${tsc} --project .`, "lamp");
    assert.equal(fs.statSync(path.join(folder, "lamp/keys/author.key")).mode & 0o777, 0o600);
    if (run("git --version").status !== 0) return;
    succeeds("git init -q", "lamp");
    succeeds("git add -A", "lamp");
    const kept = succeeds("git ls-files", "lamp").trim().split("\n").sort();
    assert.deepEqual(kept, [
      ".gitignore",
      "build/.gitignore",
      "keys/author.pub",
      "package.json",
      "releases/.gitignore",
      "src/app.ts",
      "suitcase.json",
      "tsconfig.json",
      "types/device.d.ts",
    ]);
  });

  it("changes no file that is there", () => {
    const before = fs.readFileSync(path.join(folder, "lamp/suitcase.json"));
    const result = run("suitcase init lamp --vendor acme.org");
    assert.equal(result.status, 2);
    assert.match(
      result.stderr,
      /^error 943 project-exists: lamp holds suitcase.json, package.json/m,
    );
    assert.deepEqual(fs.readFileSync(path.join(folder, "lamp/suitcase.json")), before);
    fs.mkdirSync(path.join(folder, "half"));
    fs.writeFileSync(path.join(folder, "half/package.json"), "{}");
    assert.equal(run("suitcase init half").status, 2);
    assert.deepEqual(fs.readdirSync(path.join(folder, "half")), ["package.json"]);
  });

  it("refuses what no project can have", () => {
    for (const args of ["a --board none", "a --storage x", "a --vendor", "a --class ", ""])
      assert.equal(run(`suitcase init ${args}`).status, 2, args);
    assert.ok(!fs.existsSync(path.join(folder, "a")));
  });

  it("makes an app for every board, and settings with paths of its own", () => {
    for (const name of ["linux", "joltjs"]) {
      const at = path.join(folder, name);
      const common = { vendor: "acme.org", class: "x", storage: "http://h/" };
      createProject({ folder: at, profile: loadProfile(name), ...common });
      const { config } = loadConfig(path.join(at, "suitcase.json"));
      assert.equal(config.key, path.join(at, "keys/author.key"));
      assert.deepEqual(config.trust, [path.join(at, "keys/author.pub")]);
      const app = fs.readFileSync(path.join(at, "src/app.ts"), "utf8");
      assert.equal(app.includes("LED1"), name !== "linux");
    }
  });
});
