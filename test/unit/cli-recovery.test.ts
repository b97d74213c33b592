import assert from "node:assert/strict";
import fs from "node:fs";
import { AGENT_SIZE, assertError, stop, Workshop } from "../support/cli-run.js";

/** Framed bytes to the board after which something dies: most of the agent has arrived. */
const LIMIT = 16_500;
const TRUST = ["--trust", "keys/author.pub"];

describe("boards in files, cut off and taken up again", function () {
  this.slow(15_000);
  let shop: Workshop;
  before(async () => {
    shop = new Workshop();
    await shop.prepare();
    await shop.pack("app.suit", 2);
  });
  after(() => shop.remove());

  const sim = (file: string, port = 0) =>
    shop.start("sim", "--flash", file, "--tcp", `${port}`, "--quiet");
  const portOf = (board: string) => Number(board.split(":").pop());
  const tcp = (port: number) => `tcp:127.0.0.1:${port}`;

  it("a blank flash without --trust says how to provision", async () => {
    shop.put("blank.bin", new Uint8Array(40_960).fill(255));
    for (const file of ["none.bin", "blank.bin"]) {
      const result = await shop.run("sim", "--flash", file, "--tcp", "0");
      assertError(result, 938, 2);
      assert.match(result.stderr, /^advice: .*suitcase provision --board sim:FILE --trust/m);
    }
    assert.ok(!fs.existsSync(shop.path("none.bin")));
  });

  it("provisions once, and again only with --yes", async () => {
    await shop.provision("twice.bin");
    const before = shop.get("twice.bin");
    const again = ["provision", "--board", "sim:twice.bin", ...TRUST];
    assertError(await shop.run(...again), 937, 2);
    assert.deepEqual(shop.get("twice.bin"), before);
    assert.equal((await shop.run(...again, "--yes")).status, 0);
    assert.notDeepEqual(shop.get("twice.bin"), before);
  });

  it("lets one process have a flash file, and takes over from one that was killed", async () => {
    await shop.provision("busy.bin");
    const first = await sim("busy.bin");
    const before = shop.get("busy.bin");
    assertError(await shop.run("sim", "--flash", "busy.bin", "--tcp", "0"), 909, 2);
    assertError(await shop.run("status", "--board", "sim:busy.bin"), 909, 2);
    assertError(await shop.run("provision", "--board", "sim:busy.bin", ...TRUST, "--yes"), 909, 2);
    assert.deepEqual(shop.get("busy.bin"), before);
    await stop(first.child, "SIGKILL");
    assert.ok(fs.existsSync(shop.path("busy.bin.lock")), "the lock of a dead process stays");
    const second = await sim("busy.bin");
    assert.equal((await shop.status(second.said.board)).sequence, 0);
    await stop(second.child, "SIGTERM");
    assert.ok(!fs.existsSync(shop.path("busy.bin.lock")));
  });

  it("resumes a push when the board died in mid-transfer, and ends confirmed", async () => {
    await shop.provision("died.bin");
    const board = await sim("died.bin");
    let died: Promise<void> = Promise.resolve();
    const port = await shop.tap(portOf(board.said.board), LIMIT, () => {
      died = stop(board.child, "SIGKILL");
      push.child.kill("SIGINT");
    });
    const push = shop.begin("push", "app.suit", "--board", tcp(port));
    assertError(await push.result, 961, 2);
    await died;
    const restarted = await sim("died.bin");
    const { sequence, state, trial } = await shop.status(restarted.said.board);
    assert.deepEqual([sequence, state, trial], [0, "confirmed", null]);
    const pushed = await shop.json("push", "app.suit", "--board", restarted.said.board);
    assert.equal(pushed.outcome, "confirmed");
    assert.ok(pushed.bytes < AGENT_SIZE * 0.6, `${pushed.bytes} bytes were sent again`);
    assert.equal((await shop.status(restarted.said.board)).sequence, 2);
    await stop(restarted.child, "SIGKILL");
  });

  it("a push that keeps running sees the board come back and goes on by itself", async () => {
    await shop.provision("back.bin");
    const board = await sim("back.bin");
    const real = portOf(board.said.board);
    let came: Promise<unknown> = Promise.resolve();
    const port = await shop.tap(real, LIMIT, () => {
      came = stop(board.child, "SIGKILL").then(() => sim("back.bin", real));
    });
    const push = shop.begin("push", "app.suit", "--board", tcp(port), "--json");
    const { status, stdout, stderr } = await push.result;
    assert.equal(status, 0, stderr);
    assert.equal(JSON.parse(stdout).outcome, "confirmed");
    await came;
    assert.equal((await shop.status(tcp(real))).sequence, 2);
  });

  it("resumes when the pushing process died in mid-transfer, and ends confirmed", async () => {
    await shop.provision("host.bin");
    const board = await sim("host.bin");
    const port = await shop.tap(portOf(board.said.board), LIMIT, () => {
      push.child.kill("SIGKILL");
    });
    const push = shop.begin("push", "app.suit", "--board", tcp(port));
    assert.equal((await push.result).status, null);
    const pushed = await shop.json("push", "app.suit", "--board", board.said.board);
    assert.equal(pushed.outcome, "confirmed");
    assert.ok(pushed.bytes < AGENT_SIZE * 0.6, `${pushed.bytes} bytes were sent again`);
    await stop(board.child, "SIGTERM");
  });
});
