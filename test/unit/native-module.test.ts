/** The committed native module without running it: what it is, what provisioning does with it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { NATIVE_UNUSABLE } from "../../device/errors.js";
import { BLOCK, NATIVE_AT } from "../../device/flash/layout.js";
import { answerOnHost, SIMULATED_CPU } from "../../host/board/native.js";
import {
  hasInstructions,
  KNOWN_ANSWERS,
  parseAnswers,
  questions,
  readNativeModule,
  requireUsable,
} from "../../host/board/native-module.js";
import { profileOf, SimBoard } from "../support/sim-board.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const read = (name: string) => readFileSync(path.join(ROOT, name), "utf8");
const unusable = (detail: string) => (error: { code?: number; message?: string }) =>
  error.code === NATIVE_UNUSABLE && String(error.message).includes(detail);

describe("native module: the committed file", () => {
  const code = readNativeModule();

  it("fits its block and is what its record names", () => {
    const record = read("device/crypto/native/module.txt");
    const sha256 = createHash("sha256").update(code).digest("hex");
    assert.ok(code.length > 2048 && code.length <= BLOCK, `${code.length}`);
    assert.match(record, new RegExp(`^size ${code.length}\nsha256 ${sha256}\ntools .+\n$`));
  });

  it("begins with an instruction that saves registers, and holds the constants of its work", () => {
    // PUSH with LR, 16 or 32 bits long: the entry is a function in Thumb code.
    const [first, second] = [code[0] | (code[1] << 8), code[2] | (code[3] << 8)];
    assert.ok(first >> 8 === 0xb5 || (first === 0xe92d && second & 0x4000), first.toString(16));
    const holds = (hex: string) => Buffer.from(code).includes(Buffer.from(hex, "hex"));
    // The last round constant of SHA-512, and d of the curve, lowest byte first.
    assert.ok(holds("1758474a8c19446c"));
    assert.ok(holds("a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352"));
  });

  it("travels with the package", () => {
    assert.ok(JSON.parse(read("package.json")).files.includes("device/crypto/native"));
  });

  it("is missed with words", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "native-module-"));
    const file = path.join(folder, "module.bin");
    const wrong = { name: "native-file" };
    assert.throws(() => readNativeModule(file), wrong);
    for (const size of [0, BLOCK + 1]) {
      writeFileSync(file, new Uint8Array(size));
      assert.throws(() => readNativeModule(file), wrong);
    }
    rmSync(folder, { recursive: true });
  });
});

describe("native module: provisioning", () => {
  it("lays the code into block 1 of a board that has it, and leaves the rest of the block blank", () => {
    const code = readNativeModule();
    for (const name of ["puckjs", "joltjs"]) {
      const { flash } = new SimBoard(profileOf(name, 10));
      const block = flash.read(NATIVE_AT, BLOCK);
      assert.deepEqual(block.subarray(0, code.length), code);
      assert.ok(block.subarray(code.length).every((byte) => byte === 255));
    }
    const { flash } = new SimBoard(profileOf("linux"));
    assert.ok(flash.read(NATIVE_AT, BLOCK).every((byte) => byte === 255));
  });

  it("knows the CPUs that have the instructions", () => {
    // CPUID and ID_ISAR2 of Cortex-M4, M7, M33 with DSP; of M3, M33 without DSP, M0+; of nothing at all.
    assert.ok(hasInstructions(0x410fc241, 0x21232231));
    assert.ok(hasInstructions(0x411fc272, 0x20232231));
    // qemu's Cortex-M4 has the instructions, but the register of an M3.
    assert.ok(hasInstructions(0x410fc240, 0x21112231));
    assert.ok(hasInstructions(0x410fd214, 0x20232232));
    assert.ok(!hasInstructions(0x412fc230, 0x21112231));
    assert.ok(!hasInstructions(0x410fd214, 0x20112232));
    assert.ok(!hasInstructions(0x410cc601, 0));
    for (const nothing of [0, -1]) assert.ok(!hasInstructions(nothing, nothing));
  });

  it("takes a board whose answers are right, and says what is wrong with others", () => {
    const answers = () => KNOWN_ANSWERS.map(answerOnHost);
    requireUsable(SIMULATED_CPU, answers());
    const m3 = { cpuid: 0x412fc230, isar2: 0x21112231 };
    assert.throws(
      () => requireUsable(m3, answers()),
      unusable("CPUID 412fc230, ID_ISAR2 21112231"),
    );
    assert.throws(() => requireUsable(SIMULATED_CPU, []), unusable("test failed: identify"));
    for (const [i, { what, digest }] of KNOWN_ANSWERS.entries()) {
      const wrong = answers();
      wrong[i].result ^= 1;
      assert.throws(() => requireUsable(SIMULATED_CPU, wrong), unusable(`test failed: ${what}`));
      if (digest === "") continue;
      const written = answers();
      written[i].digest[digest.length / 2 - 1] ^= 1;
      assert.throws(() => requireUsable(SIMULATED_CPU, written), unusable(`test failed: ${what}`));
    }
  });

  it("asks in words that a board understands, and reads what it says", () => {
    const { board, profile } = new SimBoard(profileOf("puckjs"), { keepConsole: true });
    const link = profile.links[0];
    let said = "";
    board.onData(link, (bytes) => {
      said += Buffer.from(bytes).toString("latin1");
    });
    const question = questions(profile.baseAddress + NATIVE_AT);
    board.send(link, Buffer.from(`print("<"+${question}+">")\n`));
    const [, json] = /<(\[\[.*\]\])>/.exec(said) ?? [];
    assert.ok(json, said.slice(0, 300));
    requireUsable(SIMULATED_CPU, parseAnswers(json));
  });
});
