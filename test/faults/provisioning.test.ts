/** Provisioning of simulated boards through their console: what it says, what it refuses, cuts. */
import assert from "node:assert/strict";
import { CONFIG_AT, CONFIG_MAGIC } from "../../device/flash/layout.js";
import { PowerCut } from "../../host/board/flash.js";
import { loadProfile } from "../../host/board/profiles.js";
import { requirePackets } from "../../host/provision/console.js";
import { losses } from "../../host/provision/inspect-board.js";
import { evalPacket, ReplyParser } from "../../host/provision/packets.js";
import { unprovisionBoard } from "../../host/provision/unprovision.js";
import { BlankBoard, WAITS } from "../support/blank-board.js";

const puckjs = loadProfile("puckjs");

describe("packets of Espruino's console", () => {
  const reply = (...parts: string[]) => {
    const parser = new ReplyParser();
    return parts.map((text) => parser.push(Buffer.from(text, "latin1"))).at(-1);
  };

  it("carry an expression with its type and length", () => {
    assert.deepEqual([...evalPacket("1+1")], [16, 1, 0x20, 5, ...Buffer.from("1+1  ")]);
    assert.equal(evalPacket("x".repeat(8000)).length, 8004);
    assert.throws(() => evalPacket("x".repeat(8192)), RangeError);
  });

  it("hold no length that means something on the way", () => {
    for (let size = 1; size < 600; size++) {
      const [, , high, low] = evalPacket("x".repeat(size));
      for (const byte of [high, low])
        assert.ok(byte < 128 && ![3, 4, 17, 19].includes(byte), `${size}: ${byte}`);
    }
  });

  it("are read in pieces, with text and flow control around them", () => {
    assert.equal(reply("\r\n>pr", "int\x06\x10"), undefined);
    assert.deepEqual(reply(">\x06\x10\x01\x00\x03", "4\x132", "2"), { value: "422" });
    assert.deepEqual(reply("\x15Uncaught Error: a\r\n at b", "\r\n>"), {
      exception: "Uncaught Error: a",
    });
  });

  it("are not sent to a firmware that does not know them", () => {
    for (const version of ["2v24", "1v99", "2v24.300", "x"])
      assert.throws(() => requirePackets({ version, board: "PUCKJS" }, "tcp:x"), {
        name: "firmware-too-old",
        message: `tcp:x is a PUCKJS with Espruino ${version}, and 2v25 is needed`,
      });
    for (const version of ["2v25", "2v29.277", "3v00"])
      requirePackets({ version, board: "PUCKJS" }, "tcp:x");
  });
});

describe("provisioning through the console", function () {
  this.slow(1000);

  for (const name of ["puckjs", "linux", "joltjs"])
    it(`H1: makes a blank ${name} a board that runs, with its console closed`, async () => {
      const blank = new BlankBoard(loadProfile(name));
      const steps: string[] = [];
      const made = await blank.provision({ onStep: (step) => void steps.push(step) });
      const state = await blank.state();
      assert.deepEqual([state.sequence, state.board, state.doors], [0, name, 0]);
      assert.equal(Buffer.from(state.digest).toString("hex"), made.digest);
      assert.equal(blank.board.console, null);
      blank.type("require('Storage').eraseAll()");
      assert.equal((await blank.state()).sequence, 0);
      const order = ["inspect", "erase", "reserve", "native", "write", "check", "commit"];
      const expected = blank.profile.nativeModule ? order : order.filter((s) => s !== "native");
      assert.deepEqual([...new Set(steps)], expected);
    });

  it("H1: leaves the console open when told to, for ever after shown as a door", async () => {
    const blank = new BlankBoard(puckjs);
    await blank.provision({ keepConsole: true });
    assert.equal((await blank.state()).doors, 1);
    // For the agent to be heard it stepped aside until the next reset.
    assert.equal(blank.board.console, null);
    blank.restart();
    assert.equal(blank.board.console, "Serial1");
  });

  it("frees a board whose console is open, and provisions it again", async () => {
    const blank = new BlankBoard(puckjs);
    await blank.provision({ keepConsole: true });
    await blank.state();
    blank.restart();
    const { consent, asked } = blank.refusing();
    const options = { open: blank.open, profile: puckjs, waits: WAITS };
    const before = blank.flash.digest();
    await assert.rejects(unprovisionBoard({ ...options, consent }), /^Error: no$/);
    assert.deepEqual(losses(asked[0]), [`the provisioned puckjs with device ${"33".repeat(16)}`]);
    assert.equal(blank.flash.digest(), before);
    assert.equal(await unprovisionBoard({ ...options, consent: async () => {} }), 40960);
    assert.ok(blank.flash.read(0, blank.flash.size).every((byte) => byte === 255));
    await blank.provision();
    assert.equal((await blank.state()).sequence, 0);
  });

  it("names the files of others, and loses none of them without a yes", async () => {
    const blank = new BlankBoard(puckjs, { ".bootcde": 900, "da\x01ta": 12 });
    const before = blank.flash.digest();
    const { consent, asked } = blank.refusing();
    await assert.rejects(blank.provision({ consent }), /^Error: no$/);
    assert.deepEqual(losses(asked[0]), [
      'file ".bootcde", 900 bytes',
      'file "da\\u0001ta", 12 bytes',
    ]);
    assert.equal(blank.flash.digest(), before);
    await blank.provision();
    assert.equal((await blank.state()).sequence, 0);
  });

  it("A17: takes a board whose Storage is full, after a yes", async () => {
    const blank = new BlankBoard(puckjs, { big: 40960 - 32 });
    await blank.provision();
    assert.equal((await blank.state()).sequence, 0);
  });

  it("refuses another board, another Storage, and another CPU, and touches nothing", async () => {
    const blank = new BlankBoard(puckjs, { mine: 7 });
    const before = blank.flash.digest();
    const cases: [change: object, message: RegExp][] = [
      [{ as: loadProfile("mdbt42q") }, /is a PUCKJS, and the profile mdbt42q is for a MDBT42Q/],
      [{ as: { ...puckjs, blocks: 12 } }, /has 40960 bytes of Storage in pages of 4096/],
      [
        { as: { ...puckjs, pageSize: 1024 } },
        /and the profile puckjs is for 40960 in pages of 1024/,
      ],
      [{ readCpu: async () => ({ cpuid: 0x410cc200, isar2: 0 }) }, /CPU lacks its instructions/],
    ];
    for (const [change, message] of cases)
      await assert.rejects(blank.provision({ ...change, consent: async () => assert.fail() }), {
        message,
      });
    assert.equal(blank.flash.digest(), before);
  });

  it("says that there is no console where there is none", async () => {
    const blank = new BlankBoard(puckjs);
    await blank.provision();
    await blank.state();
    await assert.rejects(blank.provision(), { name: "console-silent" });
  });

  it("A18, A8: sees a write and an erasure that did not happen", async () => {
    for (const kind of ["write", "erase"] as const) {
      const blank = new BlankBoard(puckjs, { other: 5000 });
      const failing = blank.provision({
        onStep: (step, done) => {
          if (step === (kind === "write" ? "write" : "erase") && done === 0)
            blank.flash.failNext(kind);
        },
      });
      await assert.rejects(failing, { name: "flash-readback" });
      await blank.provision();
      assert.equal((await blank.state()).sequence, 0);
    }
  });

  it("can be done again when the link was lost at any step", async () => {
    const steps = ["inspect", "erase", "reserve", "native", "write", "check", "commit"];
    for (const lost of steps) {
      const blank = new BlankBoard(puckjs, { other: 100 });
      const before = blank.flash.digest();
      const broken = blank.provision({
        onStep: (step, done) => {
          if (step === lost && (step !== "write" || done === 5)) setImmediate(() => blank.unplug());
        },
      });
      await assert.rejects(broken, { name: "link-lost" }, lost);
      blank.replug();
      if (lost === "inspect") assert.equal(blank.flash.digest(), before);
      await new Promise((done) => setTimeout(done, WAITS.begun));
      // What was written whole needs nothing more: the board is as it was to be.
      if (blank.flash.read(CONFIG_AT, 1)[0] === CONFIG_MAGIC) {
        blank.restart();
      } else await blank.provision();
      assert.equal((await blank.state()).sequence, 0, lost);
    }
  });
});

describe("a power cut during provisioning", function () {
  this.timeout(300_000);
  this.slow(60_000);

  /** Provisions, with a cut at an operation of the flash; then again, if that is still possible. */
  async function cutAt(index: number, when: "before" | "inside"): Promise<void> {
    const blank = new BlankBoard(puckjs, { other: 9000 });
    const first = blank.flash.totals.operations;
    blank.flash.onOperation((operation) =>
      operation.index === first + index ? { when, seed: index } : undefined,
    );
    const outcome = await blank.provision().catch((error) => error);
    assert.ok(outcome instanceof Error && !(outcome instanceof PowerCut), `${index}`);
    assert.equal(blank.board.isOn, false);
    blank.board.powerOn();
    blank.replug();
    const isDone = blank.board.console === null;
    if (!isDone) await blank.provision();
    const state = await blank.state();
    assert.deepEqual([state.sequence, state.doors, blank.board.console], [0, 0, null], `${index}`);
  }

  /** The flash operations at which to cut: all with PROVISION_CUTS=all, else the steps and some writes. */
  async function places(): Promise<number[]> {
    const blank = new BlankBoard(puckjs, { other: 9000 });
    const first = blank.flash.totals.operations;
    await blank.provision();
    const all = blank.flash.totals.operations - first;
    // 10 pages, the file, and the pieces of module, journal, slot, bootloader and configuration.
    assert.ok(all > 50, `${all}`);
    const isChosen = (i: number) =>
      process.env.PROVISION_CUTS === "all" || i % 6 === 0 || (i > 8 && i < 13) || i > all - 4;
    return Array.from({ length: all }, (_, i) => i).filter(isChosen);
  }

  for (const when of ["before", "inside"] as const)
    it(`A1, A3, A7: ${when} an operation leaves a board that can be provisioned again`, async () => {
      for (const index of await places()) await cutAt(index, when);
    });
});
