import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selectRange } from "../../host/storage/range.js";
import { type Storage, serveFolder } from "../../host/storage/serve.js";

const APP = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);
const ETAG = `"${createHash("sha256").update(APP).digest("hex").slice(0, 32)}"`;

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

describe("storage server", () => {
  let folder: string;
  let storage: Storage;
  const log: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "suitcase-serve-"));
    const root = join(folder, "public");
    await mkdir(join(root, "sub"), { recursive: true });
    await writeFile(join(root, "app.bin"), APP);
    await writeFile(join(root, "root.suit"), "envelope");
    await writeFile(join(root, "empty"), "");
    await writeFile(join(root, "sub", "a b&<i>.bin"), "inner");
    await writeFile(join(root, "author.key"), "private");
    await writeFile(join(root, ".hidden"), "private");
    await writeFile(join(folder, "secret"), "private");
    await mkdir(join(folder, "public-too"));
    await writeFile(join(folder, "public-too", "secret"), "private");
    await symlink(join(folder, "secret"), join(root, "leak.bin"));
    await symlink(join(folder), join(root, "leakdir"));
    await symlink("app.bin", join(root, "latest.bin"));
    await symlink("author.key", join(root, "renamed.bin"));
    const options = { folder: root, port: 0, host: "127.0.0.1" };
    storage = await serveFolder({ ...options, log: (line) => log.push(line) });
  });

  after(async () => {
    await storage.close();
    await rm(folder, { recursive: true });
  });

  /** Paths go out as they are: fetch() would tidy `..` away. */
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<Reply>((resolve, reject) => {
      const options = { port: storage.port, path, headers, method, agent: false };
      const outgoing = request(options, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => {
          const { statusCode, headers } = response;
          resolve({ status: statusCode as number, headers, body: Buffer.concat(parts) });
        });
      });
      outgoing.on("error", reject);
      outgoing.end();
    });

  it("serves a file with its type, ETag and size, to any page", async () => {
    const { status, headers, body } = await ask("/app.bin?x=1");
    assert.equal(status, 200);
    assert.deepEqual(Uint8Array.from(body), APP);
    assert.equal(headers.etag, ETAG);
    assert.equal(headers["content-length"], "1000");
    assert.equal(headers["content-type"], "application/octet-stream");
    assert.equal(headers["accept-ranges"], "bytes");
    assert.equal(headers["access-control-allow-origin"], "*");
    const suit = await ask("/root.suit");
    assert.equal(suit.headers["content-type"], "application/suit-envelope+cose");
    assert.equal((await ask("/latest.bin")).headers.etag, ETAG);
  });

  it("answers HEAD with the head alone", async () => {
    const { status, headers, body } = await ask("/app.bin", { range: "bytes=0-1" }, "HEAD");
    assert.deepEqual([status, headers["content-length"], body.length], [200, "1000", 0]);
  });

  const ranges: [string, number, number][] = [
    ["bytes=0-0", 0, 0],
    ["bytes=100-199", 100, 199],
    ["bytes=990-", 990, 999],
    ["bytes=990-5000", 990, 999],
    ["bytes=-10", 990, 999],
    ["bytes=-5000", 0, 999],
  ];
  for (const [range, start, end] of ranges) {
    it(`answers ${range} with 206`, async () => {
      const { status, headers, body } = await ask("/app.bin", { range });
      assert.equal(status, 206);
      assert.equal(headers["content-range"], `bytes ${start}-${end}/1000`);
      assert.deepEqual(Uint8Array.from(body), APP.slice(start, end + 1));
    });
  }

  for (const range of ["bytes=1000-", "bytes=5000-6000", "bytes=-0"]) {
    it(`answers ${range} with 416`, async () => {
      const { status, headers } = await ask("/app.bin", { range });
      assert.deepEqual([status, headers["content-range"]], [416, "bytes */1000"]);
    });
  }

  for (const range of ["bytes=0-1,4-5", "bytes=5-2", "lines=0-1", "bytes=-", "bytes=a-b", ""]) {
    it(`ignores the range "${range}"`, async () => {
      const { status, body } = await ask("/app.bin", { range });
      assert.deepEqual([status, body.length], [200, 1000]);
    });
  }

  it("has no range in an empty file", async () => {
    assert.equal((await ask("/empty", { range: "bytes=0-" })).status, 416);
    assert.deepEqual((await ask("/empty")).body.length, 0);
    assert.equal(selectRange("bytes=-1", 0), "unsatisfiable");
  });

  it("answers 304 to the ETag it gave", async () => {
    for (const value of [ETAG, `W/${ETAG}`, `"x", ${ETAG}`, "*"]) {
      const { status, headers, body } = await ask("/app.bin", { "if-none-match": value });
      assert.deepEqual([status, headers.etag, body.length], [304, ETAG, 0]);
    }
    assert.equal((await ask("/app.bin", { "if-none-match": '"x"' })).status, 200);
  });

  it("F4: gives a range only of the very file that If-Range names", async () => {
    const range = "bytes=500-";
    assert.equal((await ask("/app.bin", { range, "if-range": ETAG })).status, 206);
    for (const other of ['"x"', `W/${ETAG}`, "Wed, 21 Oct 2015 07:28:00 GMT"]) {
      const { status, body } = await ask("/app.bin", { range, "if-range": other });
      assert.deepEqual([status, body.length], [200, 1000]);
    }
  });

  const outside = [
    "/../secret",
    "/..%2fsecret",
    "/%2e%2e/secret",
    "/%2e%2e%2fsecret",
    "/..%5csecret",
    "/sub/../../secret",
    "/sub/%2e%2e/%2e%2e/secret",
    "/../public-too/secret",
    "/leak.bin",
    "/leakdir/secret",
    "/leakdir/",
    "//etc/passwd",
    "/%2fetc/passwd",
    "/app.bin%00.suit",
    "/.hidden",
    "/author.key",
    "/AUTHOR.KEY",
    "/renamed.bin",
    "/sub",
    "/nothing",
    "/%zz",
    "/%ff",
  ];
  for (const path of outside) {
    it(`does not serve ${path}`, async () => {
      const { status, body } = await ask(path);
      assert.ok(status === 404 || status === 400, `${status}`);
      assert.doesNotMatch(body.toString(), /private|root:/);
    });
  }

  it("lists what it serves, as text", async () => {
    const { headers, body } = await ask("/");
    const html = body.toString();
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    for (const name of ["app.bin", "root.suit", "latest.bin", "sub/"]) {
      assert.ok(html.includes(`href="./${name}">${name}</a>`), name);
    }
    assert.doesNotMatch(html, /author|hidden|leak|renamed/);
    const inner = (await ask("/sub/")).body.toString();
    assert.match(inner, /href="\.\/a%20b%26%3Ci%3E\.bin">a b&#38;&#60;i&#62;\.bin</);
    assert.equal((await ask("/sub/a%20b%26%3Ci%3E.bin")).body.toString(), "inner");
  });

  it("refuses other methods and lets browsers ask beforehand", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const { status, headers } = await ask("/app.bin", {}, method);
      assert.deepEqual([status, headers.allow], [405, "GET, HEAD, OPTIONS"]);
    }
    const { status, headers } = await ask("/app.bin", {}, "OPTIONS");
    assert.equal(status, 204);
    assert.match(String(headers["access-control-allow-headers"]), /Range/);
  });

  it("writes a line per request", async () => {
    log.length = 0;
    await ask("/app.bin", { range: "bytes=0-9" });
    await new Promise((done) => setTimeout(done, 5));
    assert.equal(log.length, 1);
    assert.match(log[0] as string, /^127\.0\.0\.1 GET \/app\.bin 206 10 [\d.]+ ms$/);
  });

  it("says when the port is busy, or the folder is none", async () => {
    const options = { folder, port: storage.port, host: "127.0.0.1" };
    await assert.rejects(serveFolder(options), { name: "port-busy", code: 976 });
    const elsewhere = { ...options, host: "192.0.2.1", port: 0 };
    await assert.rejects(serveFolder(elsewhere), { name: "port-unusable" });
    const missing = { ...options, folder: join(folder, "nowhere") };
    await assert.rejects(serveFolder(missing), { name: "file-missing" });
    const file = { ...options, folder: join(folder, "secret") };
    await assert.rejects(serveFolder(file), { name: "file-missing" });
  });
});
