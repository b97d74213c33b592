import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cut, NorFlash, PowerCut, SimulatorError } from "../../host/board/flash.js";
import { ERASE_TEARS, PROGRAM_TEARS } from "../../host/board/tears.js";

const SIZE = 4 * 4096;
const ramp = (length: number) => Uint8Array.from({ length }, (_, i) => i & 255);
const make = (limits = {}) => new NorFlash({ size: SIZE, ...limits });

describe("NOR flash", () => {
  it("is all ones at first and reads back what was programmed", () => {
    const flash = make();
    assert.ok(flash.read(0, SIZE).every((byte) => byte === 0xff));
    flash.program(4096, ramp(256));
    assert.deepEqual(flash.read(4096, 256), ramp(256));
    assert.equal(flash.read(4095, 1)[0], 0xff);
    assert.equal(flash.read(4096 + 256, 1)[0], 0xff);
  });

  it("only clears bits", () => {
    const flash = make();
    flash.program(0, Uint8Array.of(0xf0, 0x0f, 0xff, 0));
    flash.program(0, Uint8Array.of(0x3c, 0x3c, 0x3c, 0x3c));
    assert.deepEqual([...flash.read(0, 4)], [0x30, 0x0c, 0x3c, 0]);
  });

  it("erases the one page in which an address lies", () => {
    const flash = make();
    for (const page of [0, 1, 2]) flash.program(page * 4096, new Uint8Array(4096));
    flash.erasePage(4096 + 77);
    assert.equal(flash.read(4095, 1)[0], 0);
    assert.ok(flash.read(4096, 4096).every((byte) => byte === 0xff));
    assert.equal(flash.read(8192, 1)[0], 0);
  });

  for (const [at, length] of [
    [2, 4],
    [0, 3],
    [SIZE, 4],
    [SIZE - 4, 8],
    [-4, 4],
  ]) {
    it(`refuses to program ${length} bytes at ${at}`, () => {
      assert.throws(() => make().program(at, new Uint8Array(length)), SimulatorError);
    });
  }

  it("refuses a third write to a word, until the page is erased", () => {
    const flash = make({ writesPerWord: 2 });
    flash.program(8, ramp(4));
    flash.program(8, ramp(4));
    assert.throws(() => flash.program(4, ramp(8)), /word at 8 written 3 times/);
    flash.erasePage(0);
    flash.program(8, ramp(4));
  });

  it("refuses more word writes to a 512-byte block than the nRF52832 allows", () => {
    const flash = make({ writesPerBlock: 181 });
    flash.program(512, new Uint8Array(512));
    flash.program(512, new Uint8Array(53 * 4));
    assert.throws(() => flash.program(1020, new Uint8Array(4)), /182 word writes/);
    flash.program(1024, new Uint8Array(4));
  });

  it("counts erases, words and operations", () => {
    const flash = make();
    flash.program(4096, ramp(8));
    flash.program(4096 + 8, ramp(4));
    flash.erasePage(8192);
    assert.deepEqual([...flash.wordsWrittenInPage], [0, 3, 0, 0]);
    assert.deepEqual([...flash.erasesOfPage], [0, 0, 1, 0]);
    assert.deepEqual(flash.totals, { operations: 3, programs: 2, erases: 1, words: 3 });
  });

  it("goes back to a snapshot, with the writes of each word", () => {
    const flash = make({ writesPerWord: 1 });
    flash.program(0, ramp(4));
    const snapshot = flash.snapshot();
    const digest = flash.digest();
    flash.erasePage(0);
    assert.notEqual(flash.digest(), digest);
    flash.restore(snapshot);
    assert.equal(flash.digest(), digest);
    assert.throws(() => flash.program(0, ramp(4)), SimulatorError);
  });

  it("writes every operation through to its file", () => {
    const folder = mkdtempSync(join(tmpdir(), "flash-"));
    after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "x.flash");
    const flash = NorFlash.open(path, { size: SIZE });
    assert.ok(readFileSync(path).every((byte) => byte === 0xff));
    flash.program(100, ramp(64));
    assert.deepEqual(new Uint8Array(readFileSync(path)), flash.read(0, SIZE));
    assert.equal(NorFlash.open(path, { size: SIZE }).digest(), flash.digest());
    flash.erasePage(0);
    assert.equal(readFileSync(path)[100], 0xff);
    assert.throws(() => NorFlash.open(path, { size: 4096 }), /16384 bytes.*4096/);
    flash.close();
  });
});

describe("flash faults", () => {
  const cutAt = (flash: NorFlash, index: number, cut: Cut) =>
    flash.onOperation((operation) => (operation.index === index ? cut : undefined));

  it("cuts before and after an operation", () => {
    for (const when of ["before", "after"] as const) {
      const flash = make();
      cutAt(flash, 1, { when });
      flash.program(0, ramp(16));
      assert.throws(() => flash.program(16, ramp(16)), PowerCut);
      const done = flash.read(16, 16).every((byte, i) => byte === i);
      assert.equal(done, when === "after");
    }
  });

  const torn = (program: (typeof PROGRAM_TEARS)[number], seed = 1) => {
    const flash = make();
    cutAt(flash, 0, { when: "inside", program, seed });
    assert.throws(() => flash.program(0, new Uint8Array(64)), PowerCut);
    return flash.read(0, 64);
  };
  const zeros = (bytes: Uint8Array) => bytes.filter((byte) => byte === 0).length;

  it("tears a program in each way", () => {
    assert.equal(zeros(torn("none")), 0);
    assert.equal(zeros(torn("first")), 1);
    assert.equal(zeros(torn("half")), 32);
    assert.equal(zeros(torn("all-but-last")), 63);
    const words = torn("random-words", 7);
    for (let at = 0; at < 64; at += 4)
      assert.ok([0, 4].includes(zeros(words.subarray(at, at + 4))));
    assert.ok(zeros(words) > 0 && zeros(words) < 64);
    assert.ok(torn("random-bits", 7).some((byte) => byte !== 0 && byte !== 0xff));
    assert.deepEqual(torn("random-bits", 7), torn("random-bits", 7));
    assert.notDeepEqual(torn("random-bits", 7), torn("random-bits", 8));
  });

  it("never sets a bit in a torn program nor clears one in a torn erase", () => {
    const old = ramp(4096);
    for (const program of PROGRAM_TEARS) {
      const flash = make();
      flash.program(0, old);
      cutAt(flash, 1, { when: "inside", program, seed: 3 });
      assert.throws(() => flash.program(0, new Uint8Array(4096).fill(0xa5)), PowerCut);
      assert.ok(
        flash
          .read(0, 4096)
          .every((byte, i) => (byte & ~old[i]) === 0 && (old[i] & 0xa5 & ~byte) === 0),
      );
    }
    for (const erase of ERASE_TEARS) {
      const flash = make();
      flash.program(0, old);
      cutAt(flash, 1, { when: "inside", erase, seed: 3 });
      assert.throws(() => flash.erasePage(0), PowerCut);
      const after = flash.read(0, 4096);
      assert.ok(after.every((byte, i) => (old[i] & ~byte) === 0));
      assert.equal(Buffer.compare(after, old) === 0, erase === "unchanged");
      assert.ok(!after.every((byte) => byte === 0xff));
    }
  });

  it("loses one write or one erase and reports success", () => {
    const flash = make();
    flash.failNext("write");
    flash.program(0, ramp(4));
    assert.equal(flash.read(0, 1)[0], 0xff);
    flash.program(0, ramp(4));
    assert.equal(flash.read(0, 1)[0], 0);
    flash.failNext("erase");
    flash.erasePage(0);
    assert.equal(flash.read(0, 1)[0], 0);
    flash.erasePage(0);
    assert.equal(flash.read(0, 1)[0], 0xff);
  });
});
