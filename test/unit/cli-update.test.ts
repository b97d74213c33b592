import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import { createServer } from "node:net";
import { AGENT_SIZE, assertError, type Result, stop, Workshop } from "../support/cli-run.js";

const TRUST = ["--trust", "keys/author.pub"];

describe("an update by hand", function () {
  this.slow(15_000);
  let shop: Workshop;
  before(async () => {
    shop = new Workshop();
    await shop.prepare();
    await shop.pack("app.suit", 2);
  });
  after(() => shop.remove());

  it("goes from keygen to a confirmed release over HTTP and TCP", async () => {
    const storage = await shop.start("serve", ".", "--port", "0");
    const trust = [...TRUST, "--deadline", "10", "--quiet"];
    const sim = await shop.start("sim", "--flash", "tcp.bin", "--tcp", "0", ...trust);
    const board = sim.said.board;
    assert.match(board, /^tcp:127\.0\.0\.1:\d+$/);
    const pushed = await shop.json("push", `${storage.said.url}app.suit`, "--board", board);
    assert.deepEqual([pushed.outcome, pushed.sequence], ["confirmed", 2]);
    assert.ok(pushed.bytes > AGENT_SIZE);
    const status = await shop.status(board);
    assert.deepEqual(
      [status.sequence, status.state, status.slot, status.secure, status.doors],
      [2, "confirmed", 1, true, []],
    );
    const again = await shop.json("push", "app.suit", "--board", board);
    assert.equal(again.outcome, "already");
    await stop(sim.child, "SIGTERM");
    assert.ok(!fs.existsSync(shop.path("tcp.bin.lock")));
    assert.equal((await shop.status("sim:tcp.bin")).sequence, 2);
  });

  it("is decided the same way by verify, with exit codes 0, 1 and 2", async () => {
    const { vendor, class: classId } = await shop.pack("judged.suit", 5);
    const { key } = await shop.json("keygen", "--out", "others");
    const trusted = fs.readFileSync(shop.path("keys/author.pub"), "utf8");
    const device = { vendor, class: classId, device: "0".repeat(32), keys: [], slot: 0 };
    shop.put("device.json", JSON.stringify({ ...device, sequence: 4, slotSize: 12288 }));
    shop.put("newer.json", JSON.stringify({ ...device, sequence: 6, slotSize: 12288 }));
    shop.put("bad.json", JSON.stringify({ ...device, keys: 1 }));
    assert.match(trusted, /BEGIN PUBLIC KEY/);
    const verify = (file: string, ...trust: string[]) =>
      shop.run("verify", "judged.suit", "--device", file, "--trust", ...trust, "--json");
    const accepted = await verify("device.json", "keys/author.pub");
    assert.equal(accepted.status, 0, accepted.stderr);
    const verdict = JSON.parse(accepted.stdout);
    assert.deepEqual([verdict.accepted, verdict.sequence], [true, 5]);
    assert.deepEqual(Object.keys(verdict.components).sort(), ["8143617070", "81456167656e74"]);
    for (const [file, trust, code, name] of [
      ["newer.json", "keys/author.pub", 401, "rollback"],
      ["device.json", key, 203, "signature-invalid"],
    ] as const) {
      const { status, stdout } = await verify(file, trust);
      assert.equal(status, 1);
      const { accepted: isAccepted, error } = JSON.parse(stdout);
      assert.deepEqual([isAccepted, error.code, error.name], [false, code, name]);
      assert.ok(error.at && error.message);
    }
    assertError(await verify("bad.json", "keys/author.pub"), 935, 2);
  });

  describe("with wrong input", () => {
    /** The command must fail so and leave every file as it is. */
    const fails = async (code: number, exit: number, ...args: string[]): Promise<Result> => {
      const before = shop.contents();
      const result = await shop.run(...args);
      assertError(result, code, exit);
      assert.deepEqual(shop.contents(), before, args.join(" "));
      return result;
    };
    const push = (envelope: string, board = "sim:board.bin") => [
      "push",
      envelope,
      "--board",
      board,
    ];

    before(async () => {
      await shop.provision("board.bin");
      const pushed = await shop.json(...push("app.suit"));
      assert.equal(pushed.outcome, "confirmed");
    });

    it("says what is wrong with a release, and the flash stays as it is", async () => {
      await shop.pack("old.suit", 1);
      await shop.pack("same.suit", 2, [], "other.js");
      await shop.pack("other.suit", 9, ["--vendor-domain", "other.example"]);
      await shop.pack("class.suit", 9, ["--class-name", "fan"]);
      shop.put("large.bin", new Uint8Array(6000));
      await shop.pack("large.suit", 9, ["--board", "joltjs", "--component", "data=large.bin"]);
      const tampered = shop.get("large.suit");
      tampered[tampered.length - 5] ^= 1;
      shop.put("tampered.suit", tampered);
      await fails(401, 1, ...push("old.suit"));
      await fails(402, 1, ...push("same.suit"));
      await fails(320, 1, ...push("other.suit"));
      await fails(321, 1, ...push("class.suit"));
      await fails(503, 1, ...push("large.suit"));
      await fails(205, 1, ...push("tampered.suit"));
      await fails(201, 1, ...push("app.js"));
      const { stdout } = await fails(205, 1, ...push("tampered.suit"), "--json");
      const { outcome, error } = JSON.parse(stdout);
      assert.deepEqual([outcome, error.code, error.name], ["refused", 205, "manifest-digest"]);
      const status = await shop.status("sim:board.bin");
      assert.deepEqual([status.sequence, status.state], [2, "confirmed"]);
    });

    it("says what is missing or out of reach", async () => {
      await fails(971, 2, ...push("none.suit"));
      await fails(970, 2, ...push("http://127.0.0.1:1/app.suit"));
      await fails(952, 2, ...push("app.suit", "tcp:127.0.0.1:1"));
      await fails(950, 2, ...push("app.suit", "board.bin"));
      await fails(938, 2, ...push("app.suit", "sim:none.bin"));
      await fails(903, 2, "verify", "app.suit", "--device", "none.json");
      await fails(903, 2, "pack", "--key", "none.key", "--out", "x.suit", "--sequence", "3");
      await fails(947, 1, "build", "none.ts", "--out", "x.js");
      shop.put("wrong.ts", "let a: number = 'text';");
      await fails(947, 1, "build", "wrong.ts", "--out", "x.js");
    });

    it("says what is wrong with a key, an output, a sequence number, a size", async () => {
      const pem = { type: "spki", format: "pem" } as const;
      shop.put(
        "rsa.pub",
        generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export(pem),
      );
      const provision = (...more: string[]) => ["provision", "--board", "sim:new.bin", ...more];
      await fails(912, 2, ...provision("--trust", "rsa.pub"));
      await fails(918, 2, ...provision("--trust", "keys/author.key"));
      await fails(911, 2, ...provision("--trust", "app.js"));
      await fails(936, 2, ...provision());
      await fails(929, 2, ...provision(...TRUST, "--profile", "toaster"));
      await fails(901, 2, ...provision(...TRUST, "--deadline", "soon"));
      await fails(939, 2, "provision", "--board", "sim:app.js", ...TRUST);
      await fails(903, 2, ...provision(...TRUST, "--firmware", "none.suit"));
      await fails(928, 1, ...provision(...TRUST, "--firmware", "large.suit"));
      const pack = ["pack", "--key", "keys/author.key", "--component", "app=app.js"];
      await fails(921, 1, ...pack, "--out", "app.suit", "--sequence", "2");
      shop.put("huge.js", new Uint8Array(12_288));
      const huge = ["--out", "x.suit", "--sequence", "3", "--component", "data=huge.js"];
      await fails(928, 1, ...pack, ...huge);
      fs.chmodSync(shop.path("keys/author.key"), 0o644);
      const warned = await shop.run(...pack, "--out", "warned.suit", "--sequence", "3");
      assert.equal(warned.status, 0);
      assert.match(warned.stderr, /^warning 915 key-readable: .+\nadvice: .+$/m);
      fs.chmodSync(shop.path("keys/author.key"), 0o600);
    });

    it("says that a port is taken", async () => {
      const server = createServer();
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      const { port } = server.address() as { port: number };
      await fails(976, 2, "serve", ".", "--port", `${port}`);
      await fails(976, 2, "sim", "--flash", "board.bin", "--tcp", `${port}`);
      server.close();
    });

    it("refuses a payload that the storage swapped, and what runs stays", async () => {
      await shop.pack("swapped.suit", 3, [], "other.js");
      const app = shop.get("swapped.app.bin");
      app[0] ^= 1;
      shop.put("swapped.app.bin", app);
      const before = await shop.status("sim:board.bin");
      assertError(await shop.run(...push("swapped.suit")), 323, 1);
      shop.put("swapped.app.bin", app.subarray(1));
      assertError(await shop.run(...push("swapped.suit")), 602, 1);
      fs.rmSync(shop.path("swapped.app.bin"));
      assertError(await shop.run(...push("swapped.suit")), 971, 2);
      const after = await shop.status("sim:board.bin");
      assert.deepEqual(after.running, before.running);
      assert.deepEqual([after.state, after.floor], ["confirmed", 2]);
    });
  });
});
