import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getBytes } from "../../host/storage/fetch.js";
import { payloadLocation } from "../../host/storage/resolve.js";
import { serveFolder } from "../../host/storage/serve.js";

const DATA = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) & 0xff);
const OTHER = Uint8Array.from({ length: 5000 }, (_, i) => (i * 11) & 0xff);

describe("fetch", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const serve = async (listener: RequestListener) => {
    server = createServer(listener);
    await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/app.bin`;
  };

  /** Sends `size` bytes of `data`, then breaks the connection off. */
  const breakOff =
    (size: number, data = DATA, etag = '"one"'): RequestListener =>
    (_, response) => {
      response.writeHead(200, { "content-length": data.length, etag });
      response.write(data.subarray(0, size), () => setTimeout(() => response.destroy(), 5));
    };

  it("reads files and whole bodies from the real storage", async () => {
    const folder = await mkdtemp(join(tmpdir(), "suitcase-fetch-"));
    const storage = await serveFolder({ folder, port: 0, host: "127.0.0.1" });
    try {
      const path = join(folder, "app.bin");
      await writeFile(path, DATA);
      assert.deepEqual(await getBytes(path), DATA);
      assert.deepEqual(await getBytes(pathToFileURL(path).href), DATA);
      assert.deepEqual(await getBytes(`${storage.url}app.bin`), DATA);
      for (const where of [join(folder, "none"), `${storage.url}none`]) {
        await assert.rejects(getBytes(where), { name: "storage-not-found" });
      }
      await assert.rejects(getBytes(folder), { name: "storage-not-a-file" });
      for (const where of [path, `${storage.url}app.bin`]) {
        await assert.rejects(getBytes(where, { limit: 4999 }), { name: "storage-too-large" });
        assert.equal((await getBytes(where, { limit: 5000 })).length, 5000);
      }
    } finally {
      await storage.close();
      await rm(folder, { recursive: true });
    }
  });

  it("F3: goes on by Range when the body breaks off", async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      const { range } = request.headers;
      ranges.push(range);
      if (range === undefined) return breakOff(2000)(request, response);
      assert.equal(request.headers["if-range"], '"one"');
      const start = Number(/\d+/.exec(range)?.[0]);
      response.writeHead(206, { etag: '"one"', "content-range": `bytes ${start}-4999/5000` });
      response.end(DATA.subarray(start));
    });
    assert.deepEqual(await getBytes(url), DATA);
    assert.deepEqual(ranges, [undefined, "bytes=2000-"]);
  });

  it("F4: starts again at byte 0 when the server ignores Range (esp-idf#17960)", async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      if (++requests === 1) return breakOff(2000)(request, response);
      assert.equal(request.headers.range, "bytes=2000-");
      response.writeHead(200, { etag: '"one"' }).end(DATA);
    });
    assert.deepEqual(await getBytes(url), DATA);
    assert.equal(requests, 2);
  });

  it("F4: never mixes two files, whatever the server claims", async () => {
    const lies: Record<string, string>[] = [
      { etag: '"two"', "content-range": "bytes 2000-4999/5000" },
      { "content-range": "bytes 2000-4999/5000" },
      { etag: '"one"', "content-range": "bytes 1000-4999/5000" },
      { etag: '"one"' },
    ];
    for (const lie of lies) {
      let requests = 0;
      const url = await serve((request, response) => {
        if (++requests === 1) return breakOff(2000)(request, response);
        response.writeHead(206, lie).end(OTHER.subarray(2000));
      });
      await assert.rejects(getBytes(url), { name: "storage-answer" });
      server?.close();
    }
    let requests = 0;
    const url = await serve((request, response) => {
      if (++requests === 1) return breakOff(2000)(request, response);
      response.writeHead(200, { etag: '"two"' }).end(OTHER);
    });
    assert.deepEqual(await getBytes(url), OTHER);
  });

  it("does not ask for a rest without a strong ETag", async () => {
    for (const etag of ['W/"one"', ""]) {
      const ranges: (string | undefined)[] = [];
      const url = await serve((request, response) => {
        ranges.push(request.headers.range);
        if (ranges.length === 1) return breakOff(2000, DATA, etag)(request, response);
        response.end(DATA);
      });
      assert.deepEqual(await getBytes(url), DATA);
      assert.deepEqual(ranges, [undefined, undefined]);
      server?.close();
    }
  });

  it("gives up on a body that breaks off again and again", async () => {
    const url = await serve(breakOff(100));
    await assert.rejects(getBytes(url), { name: "storage-unreachable" });
  });

  it("E11: stops an endless body at the limit", async () => {
    let sent = 0;
    const url = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16384))) sent += 16384;
      };
      response.on("drain", more);
      more();
    });
    await assert.rejects(getBytes(url, { limit: 100_000 }), { name: "storage-too-large" });
    assert.ok(sent < 50_000_000);
  });

  it("E11: believes a length that is too large and reads nothing", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-length": 10 ** 9 }).write("x");
    });
    await assert.rejects(getBytes(url), { name: "storage-too-large" });
  });

  it("E12: does not wait for a silent or a dripping storage", async () => {
    const silent = await serve(() => {});
    await assert.rejects(getBytes(silent, { idle: 30 }), { name: "storage-unreachable" });
    server?.closeAllConnections();
    server?.close();
    const dripping = await serve((_, response) => {
      response.writeHead(200, { etag: '"one"' });
      const timer = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(timer));
    });
    const options = { idle: 1000, total: 80 };
    await assert.rejects(getBytes(dripping, options), { name: "storage-unreachable" });
  });

  it("follows redirects to http(s) only, and not for ever", async () => {
    const url = await serve((request, response) => {
      const to: Record<string, string> = {
        "/app.bin": "/there",
        "/loop": "/loop",
        "/file": "file:///etc/passwd",
      };
      const target = to[request.url as string];
      if (target) response.writeHead(302, { location: target }).end();
      else response.end(DATA);
    });
    assert.deepEqual(await getBytes(url), DATA);
    await assert.rejects(getBytes(url.replace("app.bin", "loop")), { name: "storage-answer" });
    await assert.rejects(getBytes(url.replace("app.bin", "file")), { name: "storage-address" });
  });

  it("says what kind of trouble it is", async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === "/gone" ? 410 : 500).end();
    });
    await assert.rejects(getBytes(url), { name: "storage-answer", message: /500/ });
    await assert.rejects(getBytes(url.replace("app.bin", "gone")), { name: "storage-not-found" });
    server?.close();
    await assert.rejects(getBytes("http://127.0.0.1:1/x"), { name: "storage-unreachable" });
  });
});

describe("payload locations", () => {
  const cases: [string, string, string][] = [
    ["out/x.suit", "app.bin", join("out", "app.bin")],
    ["out/x.suit", "file://app.bin", join("out", "app.bin")],
    ["x.suit", "parts/app.bin", join("parts", "app.bin")],
    ["http://h/a/x.suit", "app.bin", "http://h/a/app.bin"],
    ["http://h/a/x.suit?v=1", "file://app.bin", "http://h/a/app.bin"],
    ["out/x.suit", "https://cdn/app.bin", "https://cdn/app.bin"],
    ["http://h/a/x.suit", "HTTP://other/app.bin", "HTTP://other/app.bin"],
  ];
  for (const [envelope, uri, expected] of cases) {
    it(`${uri} beside ${envelope} is ${expected}`, () => {
      assert.equal(payloadLocation(envelope, uri), expected);
    });
  }

  const refused = [
    "../app.bin",
    "a/../../app.bin",
    "..",
    "/etc/passwd",
    "//evil/app.bin",
    "file:///etc/passwd",
    "file://../app.bin",
    "file://file:///etc/passwd",
    "file:/etc/passwd",
    "..\\app.bin",
    "C:\\app.bin",
    "ftp://h/app.bin",
    "coap://h/app.bin",
    "data:,x",
    "javascript:x",
    "",
    "a\nb",
    "http://",
  ];
  for (const uri of refused) {
    it(`C35: ${JSON.stringify(uri)} is not fetched`, () => {
      for (const envelope of ["out/x.suit", "http://h/a/x.suit"]) {
        assert.throws(() => payloadLocation(envelope, uri), { name: "storage-address" });
      }
    });
  }

  it("C35: an encoded step up does not leave the folder of an address", () => {
    for (const uri of ["%2e%2e/app.bin", ".%2E/app.bin", "a/%2e%2e/%2e%2e/b", "\t../b"]) {
      assert.throws(() => payloadLocation("http://h/a/x.suit", uri), { name: "storage-address" });
    }
  });
});
