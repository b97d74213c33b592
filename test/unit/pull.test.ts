import assert from "node:assert/strict";
import { manifestUri, pulledLocation } from "../../host/storage/manifest-uri.js";
import { type Result, stop, Workshop } from "../support/cli-run.js";
import { app, profileOf, release, SimBoard } from "../support/sim-board.js";

const refusedAs = (name: string) => ({ name });

describe("where a board's next manifest is", () => {
  it("is the reference URI of the manifest that runs", () => {
    const jolt = profileOf("joltjs", 60);
    const [one, two] = [1, 2].map((sequence) =>
      release(jolt, sequence, String(sequence), { referenceUri: `lamp-${sequence + 1}.suit` }),
    );
    const board = new SimBoard(jolt, { firmware: one });
    assert.equal(board.link.poll().manifest, "lamp-2.suit");
    board.update(two as typeof one & object);
    assert.equal(board.link.poll().manifest, "lamp-3.suit");
  });

  it("is not told by a manifest without one, nor while an update is offered", () => {
    const jolt = profileOf("joltjs", 60);
    const silent = new SimBoard(jolt, { firmware: release(jolt, 1, "one") });
    assert.deepEqual(silent.link.poll(), { state: 0 });
    const firmware = release(jolt, 1, "one", { referenceUri: "x.suit" });
    const board = new SimBoard(jolt, { firmware });
    const reply = board.offer(release(jolt, 2, "two", { app: app("two") }).envelope);
    assert.equal(reply.state, 2);
    assert.equal(reply.manifest, undefined);
  });

  it("may be 96 plain characters", () => {
    assert.equal(manifestUri("https://x.example/a.suit"), "https://x.example/a.suit");
    assert.equal(manifestUri("a".repeat(96)).length, 96);
    for (const uri of ["", "a".repeat(97), "a b", "ä"])
      assert.throws(() => manifestUri(uri), refusedAs("bad-usage"), uri);
    for (const uri of ["../a", "/etc/passwd", "file:///etc/passwd", "data:x"])
      assert.throws(() => manifestUri(uri), refusedAs("storage-address"), uri);
  });

  const from = "https://x.example/releases";
  it("is looked for in the storage that the host names", () => {
    assert.equal(pulledLocation("a.suit", from), `${from}/a.suit`);
    assert.equal(pulledLocation(`${from}/b/a.suit`, from), `${from}/b/a.suit`);
    assert.equal(pulledLocation("http://y.example/a.suit"), "http://y.example/a.suit");
  });

  for (const uri of [
    "http://169.254.169.254/latest",
    "https://x.example/other/a.suit",
    "https://x.example/releases-of-others/a.suit",
    "https://x.example@y.example/releases/a.suit",
    "%2e%2e/a.suit",
    "../a.suit",
    "//y.example/a.suit",
    "file:///etc/passwd",
    "",
  ])
    it(`E18: ${JSON.stringify(uri)} of a hostile board is not fetched from elsewhere`, () => {
      assert.throws(() => pulledLocation(uri, from), refusedAs("storage-address"));
    });

  it("relative without a storage, or of another kind, is refused", () => {
    for (const uri of ["a.suit", "file:///etc/passwd", "ftp://x/a"])
      assert.throws(() => pulledLocation(uri), refusedAs("storage-address"), uri);
  });
});

describe("push without an envelope", function () {
  this.slow(15_000);
  let shop: Workshop;
  let storage: Awaited<ReturnType<Workshop["start"]>>;
  const board = (file: string, ...more: string[]) => shop.provision(file, ...more);
  const pull = (file: string, ...more: string[]): Promise<Result> =>
    shop.run("push", "--board", `sim:${file}`, ...more, "--json");

  before(async () => {
    shop = new Workshop();
    await shop.prepare();
    await shop.pack("app.suit", 2, ["--manifest-uri", "next.suit"]);
    shop.put("secret.txt", "not for boards");
    storage = await shop.start("serve", ".", "--port", "0");
  });
  after(async () => {
    await stop(storage.child, "SIGTERM");
    shop.remove();
  });

  it("asks the board, fetches what it names and installs it", async () => {
    await board("asks.bin", "--manifest-uri", "app.suit");
    const { status, stdout, stderr } = await pull("asks.bin", "--from", storage.said.url);
    assert.equal(status, 0, stderr);
    const { outcome, sequence } = JSON.parse(stdout);
    assert.deepEqual([outcome, sequence], ["confirmed", 2]);
    assert.match(stderr, /app\.suit/);
    const next = await pull("asks.bin", "--from", storage.said.url);
    assert.deepEqual([next.status, JSON.parse(next.stdout).error.name], [2, "storage-not-found"]);
    assert.match(JSON.parse(next.stdout).error.message, /next\.suit/);
  });

  it("says so when the board names nothing, or what is no release", async () => {
    await board("silent.bin");
    const silent = await pull("silent.bin", "--from", storage.said.url);
    assert.deepEqual([silent.status, JSON.parse(silent.stdout).error.name], [2, "no-manifest-uri"]);
    await board("curious.bin", "--manifest-uri", "secret.txt");
    const curious = await pull("curious.bin", "--from", storage.said.url);
    assert.equal(JSON.parse(curious.stdout).error.name, "storage-answer");
  });
});
