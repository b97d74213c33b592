/**
 * The committed native module inside the real interpreter for ARM, called in place from the flash of a
 * board as the bootloader calls it, and whole updates of such a board with the bundles that are shipped.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { BLOCK, HEADER, NATIVE_AT } from "../../device/flash/layout.js";
import { generateKey } from "../../host/author/keys.js";
import { SIMULATED_CPU } from "../../host/board/native.js";
import {
  parseAnswers,
  questions,
  readNativeModule,
  requireUsable,
} from "../../host/board/native-module.js";
import { loadProfile } from "../../host/board/profiles.js";
import { describeEngine, ENGINE_ARM, EngineRig, type Offer } from "../support/engine-rig.js";
import { cases, inJavaScript } from "../support/signature-cases.js";

/** Without Bluetooth, which a process does not have. */
const PROFILE = { ...loadProfile("puckjs"), links: ["Serial1"] };
const ENTRY = PROFILE.baseAddress + NATIVE_AT;
const MODULE = `E.nativeCall(${ENTRY + 1},"int(int,int,int,int)")`;
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

const describeArm = (what: string, tests: (this: Mocha.Suite) => void) =>
  describeEngine(what, tests, ENGINE_ARM, "ESPRUINO_ARM");

const rigs: EngineRig[] = [];
function makeRig(): EngineRig {
  const rig = new EngineRig(ENGINE_ARM, PROFILE);
  rigs.push(rig);
  return rig;
}
async function removeRigs(): Promise<void> {
  for (const rig of rigs.splice(0)) await rig.remove();
}

/** Switches a board with an open console on: asks for the value of an expression, and all it said. */
function openConsole(native?: Uint8Array) {
  const rig = makeRig();
  rig.provision({ keepConsole: true, native });
  let said = "";
  rig.powerOn().onData((bytes) => {
    said += Buffer.from(bytes).toString("latin1");
  });
  const value = async (expression: string): Promise<string> => {
    const from = said.length;
    rig.board.write(Buffer.from(`\x10print("<"+(${expression})+">")\n`, "latin1"));
    const end = Date.now() + 20_000;
    for (;;) {
      const found = /<([^<>]*)>\r?\n/.exec(said.slice(from))?.[1];
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`no value: ${said.slice(-300)}`);
      await pause(10);
    }
  };
  return { value, said: () => said };
}

describeArm("native module in the interpreter for ARM", function () {
  this.slow(30_000);
  let value: (expression: string) => Promise<string>;
  before(() => {
    value = openConsole().value;
  });
  after(removeRigs);

  it("is a board of the size of a Puck.js", async () => {
    const memory = await value("[process.memory().total,process.memory().blocksize]");
    assert.equal(memory, `${PROFILE.jsvars},${PROFILE.jsvarBytes}`);
    const page = await value(`JSON.stringify(require("Flash").getPage(${PROFILE.baseAddress}))`);
    assert.deepEqual(JSON.parse(page), { addr: PROFILE.baseAddress, length: PROFILE.pageSize });
  });

  it("gives the known answers, called in place from the flash", async () => {
    // A process has no registers to read: the CPU is taken to be the board's.
    requireUsable(SIMULATED_CPU, parseAnswers(await value(questions(ENTRY))));
    const code = readNativeModule();
    const crc = `E.CRC32(require("Storage").read(".boot0",${NATIVE_AT - HEADER},${code.length}))`;
    assert.equal(Number(await value(crc)) >>> 0, crc32(code));
  });

  it("hashes flash without a copy in RAM, at any offset", async () => {
    await value(`n=${MODULE},d=new Uint8Array(32),q=E.getAddressOf(d,true),0`);
    const code = readNativeModule();
    for (const [at, length] of [
      [0, code.length],
      [1, 1000],
      [2, 65],
      [3, 119],
      [8, 0],
    ]) {
      const hashed = await value(`[n(1,${ENTRY + at},${length},q),btoa(E.toString(d))]`);
      const expected = createHash("sha256").update(code.subarray(at, at + length));
      assert.equal(hashed, `${0x53430101},${expected.digest("base64")}`);
    }
    // More than the variables of the board could hold.
    const whole = await value(`n(1,${PROFILE.baseAddress},${PROFILE.blocks * BLOCK},q)`);
    assert.equal(Number(whole), 0x53430101);
  });

  it("gives the verdicts of the verifier in JavaScript", async () => {
    await value(`n=${MODULE},0`);
    const some = cases(60, 7).filter(({ block }) => block.length < 500);
    const counts = [0, 0];
    for (const { kind, block } of some) {
      const base64 = Buffer.from(block).toString("base64");
      const code = `d=E.toUint8Array(atob("${base64}"))`;
      const said = Number(
        await value(`(${code},n(2,E.getAddressOf(d,true),${block.length - 96},0))`),
      );
      const expected = inJavaScript(block);
      assert.equal(said, expected ? 0x53430202 : 0x534302ff, kind);
      counts[expected ? 0 : 1]++;
    }
    assert.ok(Math.min(...counts) > 20, `${counts}`);
    console.log(`      ${counts[0]} accepted, ${counts[1]} refused`);
  });
});

describeArm("a whole update in the interpreter for ARM", function () {
  this.slow(30_000);
  afterEach(removeRigs);

  const app = "suitcase.trial()&&suitcase.confirm();";

  /** A board that runs this release; 0 is the agent alone, as it was provisioned. */
  const boardWith = async (sequence: number): Promise<EngineRig> => {
    const rig = makeRig();
    rig.provision();
    rig.powerOn();
    if (sequence > 0)
      assert.equal((await rig.push(rig.release(sequence, app))).outcome, "confirmed");
    return rig;
  };

  const refuses = async (rig: EngineRig, offer: Offer, ...codes: number[]) => {
    const before = rig.digest();
    const { outcome, error } = await rig.push(offer);
    assert.equal(outcome, "refused");
    assert.ok(codes.includes(error?.code as number), `${error?.code} at ${error?.at}`);
    assert.equal(rig.digest(), before);
  };

  it("the agent alone runs on a new board, the console is closed", async () => {
    const rig = await boardWith(0);
    const state = await rig.state();
    assert.deepEqual([state.sequence, state.slot, state.doors], [0, 0, 0]);
    assert.equal(state.board, "puckjs");
    console.log(`      ${state.free} of ${PROFILE.jsvars} variables are free`);
  });

  it("v1 and v2 are installed and confirm themselves", async () => {
    const rig = await boardWith(0);
    for (const sequence of [1, 2]) {
      const start = Date.now();
      const result = await rig.push(rig.release(sequence, app));
      assert.equal(result.outcome, "confirmed", `${result.error}`);
      const { sequence: running, slot, trial } = await rig.state();
      assert.deepEqual([running, slot, trial], [sequence, sequence % 2, 0]);
      console.log(`      v${sequence} in ${((Date.now() - start) / 1000).toFixed(1)} s under qemu`);
    }
  });

  it("G7: an app that has the memory of an update is held back while it lasts", async () => {
    const rig = await boardWith(2);
    const greedy = `${app}global.hoard=new Uint8Array(13*1000)`;
    assert.equal((await rig.push(rig.release(3, greedy))).outcome, "confirmed");
    const before = await rig.state();
    const events: string[] = [];
    const result = await rig.push(rig.release(4, app), {
      onEvent: ({ type }) => events.push(type),
    });
    assert.equal(result.outcome, "confirmed");
    assert.ok(events.includes("holding"));
    const after = await rig.state();
    assert.ok(after.free > before.free + 900, `${before.free}, ${after.free}`);
  });

  it("refuses what was tampered with, another author, an older release", async () => {
    const rig = await boardWith(2);
    const { envelope, payloads } = rig.release(3, app);
    const at = Buffer.from(envelope).indexOf("agent");
    for (const place of [at, 60, 120]) {
      const tampered = envelope.slice();
      tampered[place] ^= 1;
      await refuses(rig, { envelope: tampered, payloads }, 203, 205);
    }
    const other = makeRig();
    (other as { key: EngineRig["key"] }).key = generateKey();
    await refuses(rig, other.release(3, app), 203);
    await refuses(rig, rig.release(1, app), 401);
  });

  it("goes back when the app throws", async () => {
    const rig = await boardWith(2);
    const result = await rig.push(rig.release(3, "throw new Error('bad day')"));
    assert.deepEqual([result.outcome, result.error?.code], ["reverted", 802]);
    const { sequence, floor } = await rig.state();
    assert.deepEqual([sequence, floor], [2, 3]);
  });

  it("H6 G8: does not come up with a module that does not answer: it is this one that is called", async () => {
    // -1, 1 and 0: bx lr behind mov r0, #n. What is true, or an address, is no answer either.
    for (const answer of ["4ff0ff307047", "01207047", "00207047"]) {
      const mute = readNativeModule();
      mute.set(Buffer.from(answer, "hex"));
      const { value, said } = openConsole(mute);
      assert.equal(await value("typeof suitcase"), "undefined");
      assert.match(said(), /Uncaught/);
    }
    const whole = openConsole();
    assert.equal(await whole.value("typeof suitcase"), "object");
    assert.doesNotMatch(whole.said(), /Uncaught/);
  });
});
