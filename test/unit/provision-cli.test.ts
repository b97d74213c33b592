/** `suitcase provision` and `unprovision` on a blank simulated board behind a TCP port, as processes. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { assertError, stop, Workshop } from "../support/cli-run.js";

describe("provisioning by the command line", function () {
  this.timeout(120_000);
  this.slow(20_000);
  let shop: Workshop;
  let sim: ChildProcess;
  let board: string;
  before(async () => {
    shop = new Workshop();
    await shop.prepare();
    const flash = ["--flash", "wire.bin", "--blank", "--board", "puckjs", "--quiet"];
    const { child, said } = await shop.start("sim", ...flash, "--tcp", "0");
    [sim, board] = [child, said.board];
  });
  after(async () => {
    await stop(sim, "SIGKILL");
    await shop.remove();
  });

  const trust = ["--trust", "keys/author.pub", "--deadline", "10"];
  const provision = (...more: string[]) =>
    shop.run("provision", "--board", board, ...trust, ...more);

  it("asks before it does anything, and refuses what does not fit", async () => {
    const before = shop.contents()["wire.bin"];
    const unasked = await provision();
    assertError(unasked, 998, 2);
    assert.match(unasked.stderr, /a PUCKJS with Espruino 2v29/);
    assert.match(unasked.stderr, /40960 bytes of Storage are erased: nothing of value is there/);
    assert.match(unasked.stderr, /its console is closed for good/);
    assertError(await provision("--profile", "microbit2", "--yes"), 989, 1);
    assertError(await provision("--through", "magic", "--yes"), 901, 2);
    assertError(await shop.run("provision", "--board", board, "--yes"), 936, 2);
    assertError(await shop.run("unprovision", "--board", "sim:wire.bin"), 901, 2);
    assert.equal(shop.contents()["wire.bin"], before);
  });

  it("keeps the console open when told to, and gives the board back", async () => {
    const made = await shop.json(
      "provision",
      "--board",
      board,
      ...trust,
      "--keep-console",
      "--yes",
    );
    assert.deepEqual(made.doors, ["the console is open"]);
    const { doors, secure } = await shop.status(board);
    assert.deepEqual([doors, secure], [["console"], false]);
    const again = await provision();
    assertError(again, 937, 2);
    assert.match(again.stderr, new RegExp(`device ${made.device.replaceAll("-", "")}`));
    assert.equal((await shop.json("unprovision", "--board", board, "--yes")).blank, 40960);
  });

  it("makes a board that takes signed releases only, and stays shut", async () => {
    await shop.json("provision", "--board", board, ...trust, "--yes");
    assert.deepEqual((await shop.status(board)).doors, []);
    for (const sequence of [1, 2]) {
      await shop.pack(`r${sequence}.suit`, sequence);
      const { outcome } = await shop.json("push", `r${sequence}.suit`, "--board", board);
      assert.equal(outcome, "confirmed");
    }
    assertError(await provision("--yes"), 994, 1);
    assertError(await shop.run("unprovision", "--board", board, "--yes"), 994, 1);
    assert.equal((await shop.status(board)).sequence, 2);
  });
});
