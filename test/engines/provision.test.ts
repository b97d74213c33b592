/** Provisioning of the real interpreter over TCP, a pseudo terminal, and for ARM with the native module. */
import assert from "node:assert/strict";
import { SIMULATED_CPU } from "../../host/board/native.js";
import { loadProfile } from "../../host/board/profiles.js";
import { consoleOf } from "../../host/cli/provision-wire.js";
import { isLinkFailure } from "../../host/errors.js";
import { openLink } from "../../host/link/open.js";
import { SmpClient } from "../../host/link/smp.js";
import { ROLE_RUNNING, type RunningState } from "../../host/link/state.js";
import { losses } from "../../host/provision/inspect-board.js";
import { openConsole } from "../../host/provision/open.js";
import type { ProvisionStep } from "../../host/provision/provision-board.js";
import { BlankEngine } from "../support/blank-engine.js";
import { describeEngine, ENGINE, ENGINE_ARM } from "../support/engine-rig.js";
import { provisionAt } from "../support/provision-at.js";
import { openPty, type Pty, withoutPty } from "../support/pty.js";

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const noSimulator = async () => assert.fail("no simulator here");

/** What the agent at an address says, as soon as it is there. */
async function stateAt(address: string): Promise<RunningState> {
  for (const end = Date.now() + 60_000; ; await pause(300)) {
    try {
      const client = new SmpClient(await openLink(address, noSimulator));
      try {
        const state = await client.state(ROLE_RUNNING);
        assert.ok(state);
        return state;
      } finally {
        await client.close();
      }
    } catch (error) {
      if (!isLinkFailure(error) || Date.now() > end) throw error;
    }
  }
}

describeEngine("provisioning of a blank board", function () {
  this.slow(60_000);
  let blank: BlankEngine;
  let address: string;
  const linux = loadProfile("linux");
  beforeEach(async () => {
    blank = new BlankEngine(ENGINE, linux);
    address = await blank.start();
  });
  afterEach(() => blank.remove());

  for (const through of ["own", "espruino"] as const)
    it(`H1: over tcp:, ${through === "own" ? "by our packets" : "by the package espruino"}`, async () => {
      const made = await provisionAt(address, linux, { through });
      const state = await stateAt(address);
      assert.deepEqual([state.sequence, state.doors, state.board], [0, 0, "linux"]);
      assert.equal(Buffer.from(state.digest).toString("hex"), made.digest);
      await pause(300);
      await assert.rejects(consoleOf(address, "own"), { name: "console-closed" });
    });

  it("names the files of others, and touches none of them without a yes", async () => {
    const console = await openConsole(address, "own");
    await console.evaluate('require("Storage").write("mine","seven b")');
    await console.close();
    await pause(200);
    const consent = async (facts: Parameters<typeof losses>[0]) => {
      assert.deepEqual(losses(facts), ['file "mine", 7 bytes']);
      throw new Error("no");
    };
    await assert.rejects(provisionAt(address, linux, { consent }), /^Error: no$/);
    await pause(200);
    const again = await openConsole(address, "own");
    assert.equal(await again.evaluate('require("Storage").read("mine")'), "seven b");
    await again.close();
  });

  it("is refused with another profile", async () => {
    const never = { consent: async () => assert.fail() };
    await assert.rejects(provisionAt(address, loadProfile("puckjs"), never), {
      name: "wrong-board",
    });
  });

  it("A1: killed at any step, it can be done again", async function () {
    this.timeout(600_000);
    const steps: [ProvisionStep, number][] = [
      ["erase", 0],
      ["reserve", 0],
      ["write", 0],
      ["write", 50],
      ["check", 0],
      ["commit", 0],
    ];
    for (const [step, at] of steps) {
      let isKilled = false;
      const onStep = (now: ProvisionStep, done: number) => {
        if (now !== step || done !== at || isKilled) return;
        isKilled = true;
        // After what begins now was sent.
        setTimeout(() => void blank.board.kill(), step === "erase" ? 300 : 5);
      };
      await assert.rejects(
        provisionAt(address, linux, { onStep, patience: 1000 }),
        isLinkOrSilence,
      );
      assert.ok(isKilled, step);
      await blank.stop();
      address = await blank.start();
    }
    await provisionAt(address, linux, {});
    assert.equal((await stateAt(address)).sequence, 0);
  });
});

const isLinkOrSilence = (error: Error) =>
  isLinkFailure(error) || error.name === "console-silent" || assert.fail(String(error));

describeEngine("provisioning through a pseudo terminal", function () {
  this.slow(60_000);
  const reason = withoutPty();
  if (reason !== undefined) {
    it(`not run: ${reason}`, () => {});
    return;
  }
  const linux = loadProfile("linux");
  let blank: BlankEngine;
  let pty: Pty;
  before(async () => {
    blank = new BlankEngine(ENGINE, linux);
    await blank.start();
    pty = await openPty(blank.board);
  });
  after(async () => {
    await pty.close();
    await blank.remove();
  });

  it("H1: leaves a board whose console is shut", async () => {
    const address = `serial:${pty.path}`;
    await provisionAt(address, linux, {});
    assert.equal((await stateAt(address)).doors, 0);
    await assert.rejects(consoleOf(address, "own"), { name: "console-closed" });
  });
});

describeEngine(
  "provisioning with the native module",
  function () {
    this.slow(60_000);
    // A process names itself, has no Bluetooth, and no registers to read.
    const profile = { ...loadProfile("puckjs"), links: ["Serial1"], board: "LINUX" };
    let blank: BlankEngine;
    after(() => blank.remove());

    it("A18: lays it down, asks it what it knows, and boots with it", async () => {
      blank = new BlankEngine(ENGINE_ARM, profile);
      const address = await blank.start();
      const console = await openConsole(address, "own");
      const board = String(await console.evaluate("process.env.BOARD"));
      await console.close();
      await pause(300);
      await provisionAt(address, { ...profile, board }, { readCpu: async () => SIMULATED_CPU });
      assert.deepEqual([(await stateAt(address)).sequence], [0]);
    });
  },
  ENGINE_ARM,
  "ESPRUINO_ARM",
);
