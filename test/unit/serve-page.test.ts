/** The phone page and the list of releases: served, and written for static hosts. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { publicKeyToPem } from "../../host/author/keys.js";
import { publishCommand } from "../../host/cli/publish.js";
import { listReleases } from "../../host/storage/list-releases.js";
import { type Storage, serveFolder } from "../../host/storage/serve.js";
import { KEY } from "../support/sim-board.js";

const HEX = Buffer.from(KEY.publicKey).toString("hex");

describe("storage: the page", () => {
  let folder: string;
  let storage: Storage;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "suitcase-serve-page-"));
    mkdirSync(path.join(folder, "lamps", "old"), { recursive: true });
    const files: [string, number][] = [
      ["a.suit", 3],
      ["lamps/b & c.suit", 5],
      ["lamps/old/d.SUIT", 1],
      ["app.bin", 9],
      [".hidden.suit", 9],
    ];
    for (const [name, time] of files) {
      writeFileSync(path.join(folder, name), name);
      utimesSync(path.join(folder, name), time, time);
    }
    symlinkSync(tmpdir(), path.join(folder, "out"));
    writeFileSync(path.join(tmpdir(), path.basename(`${folder}-x.suit`)), "outside");
    symlinkSync(`${folder}-x.suit`, path.join(folder, "leak.suit"));
    storage = await serveFolder({ folder, port: 0, host: "127.0.0.1", keys: [HEX] });
  });

  afterEach(async () => {
    await storage.close();
    rmSync(folder, { recursive: true });
    rmSync(`${folder}-x.suit`);
  });

  const get = (name: string) => fetch(storage.url + name, { redirect: "manual" });

  const RELEASES = [
    { envelope: "lamps/b%20%26%20c.suit", bytes: 16, modified: 5 },
    { envelope: "a.suit", bytes: 6, modified: 3 },
    { envelope: "lamps/old/d.SUIT", bytes: 16, modified: 1 },
  ];

  it("lists the releases, the newest first, and nothing hidden or outside", async () => {
    const response = await get("releases.json");
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.deepEqual(await response.json(), { version: 1, keys: [HEX], releases: RELEASES });
  });

  it("lists no more than a page can show", async () => {
    for (let i = 0; i < 80; i++) writeFileSync(path.join(folder, `r${i}.suit`), "x");
    assert.equal((await listReleases(folder, [])).releases.length, 50);
  });

  it("serves the page one level below, with its policy", async () => {
    const redirect = await get("update");
    assert.deepEqual([redirect.status, redirect.headers.get("location")], [301, "/update/"]);
    const page = await get("update/");
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.match(
      page.headers.get("content-security-policy") ?? "",
      /default-src 'self'.*frame-ancestors/,
    );
    assert.match(await page.text(), /<title>suitcase/);
    const types: [string, string][] = [
      ["main.js", "text/javascript; charset=utf-8"],
      ["style.css", "text/css; charset=utf-8"],
      ["manifest.webmanifest", "application/manifest+json"],
      ["icon.svg", "image/svg+xml"],
    ];
    for (const [name, type] of types)
      assert.equal((await get(`update/${name}`)).headers.get("content-type"), type);
    for (const name of [
      "update/nothing",
      "update/%2e%2e/agent.js",
      "update/../agent.js",
      "update/.x",
    ])
      assert.ok([400, 404].includes((await get(name)).status), name);
    assert.match(await (await get("")).text(), /href="\.\/update\/"/);
  });

  it("gives only files of the page a type that a browser runs", async () => {
    writeFileSync(path.join(folder, "evil.html"), "<script>1</script>");
    assert.equal((await get("evil.html")).headers.get("content-type"), "application/octet-stream");
  });

  it("writes both into a folder, which is then served as it is", async () => {
    writeFileSync(path.join(folder, "author.pub"), publicKeyToPem(KEY.publicKey));
    const command = publishCommand();
    const trust = ["--trust", path.join(folder, "author.pub")];
    await command.parseAsync([folder, ...trust], { from: "user" });
    const index = JSON.parse(readFileSync(path.join(folder, "releases.json"), "utf8"));
    assert.deepEqual(index, { version: 1, keys: [HEX], releases: RELEASES });
    for (const name of ["index.html", "main.js", "worker.js", "boards.json"])
      assert.ok(existsSync(path.join(folder, "update", name)), name);
    writeFileSync(path.join(folder, "update", "index.html"), "own");
    assert.equal(await (await get("update/")).text(), "own");
    writeFileSync(path.join(folder, "releases.json"), "own");
    assert.equal(await (await get("releases.json")).text(), "own");
  });

  it("refuses a folder that is not there, and a key that is none", async () => {
    const run = (...args: string[]) =>
      publishCommand().exitOverride().parseAsync(args, { from: "user" });
    await assert.rejects(run(path.join(folder, "nowhere")), { name: "file-missing" });
    await assert.rejects(run(folder, "--trust", path.join(folder, "a.suit")), {
      name: "not-a-key",
    });
  });
});
