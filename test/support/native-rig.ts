/**
 * The committed native module, and parts of its source, run for real under qemu-arm. Debian has what
 * this needs as qemu-user and gcc-arm-linux-gnueabi; what cannot run without says so in one line.
 */
import { spawnSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const SOURCE = path.join(ROOT, "device/crypto/native");
export const MODULE = path.join(SOURCE, "module.bin");

const QEMU = "qemu-arm";
const COMPILER = "arm-linux-gnueabi-gcc";
const FLAGS = "-static -mthumb -march=armv7-a -Wall -Wextra -Werror".split(" ");

/** The page where the harness puts the module, 0x20000000, as the log writes its number. */
const MODULE_PAGE = "20000";

function absent(): string | undefined {
  return [QEMU, COMPILER].find((tool) => spawnSync(tool, ["--version"]).error);
}

/** A group of tests that run ARM code; where that is impossible, one that says what is missing. */
export function describeNative(what: string, tests: (this: Mocha.Suite) => void): void {
  const tool = absent();
  if (tool === undefined) describe(what, tests);
  else
    describe(what, () => {
      it.skip(`not run: there is no ${tool} (Debian: qemu-user, gcc-arm-linux-gnueabi)`);
    });
}

const programs = new Map<string, string>();

/** Compiles a program from test/native, once in a run. */
function program(name: string, flags: string[] = [], sources: string[] = []): string {
  const known = programs.get(name);
  if (known) return known;
  const folder = mkdtempSync(path.join(tmpdir(), "native-rig-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, name);
  const source = path.join(ROOT, "test/native", `${name}.c`);
  const { status, stderr, error } = spawnSync(
    COMPILER,
    [...FLAGS, ...flags, source, ...sources.map((each) => path.join(SOURCE, each)), "-o", file],
    { encoding: "utf8" },
  );
  if (error || status !== 0) throw new Error(`${name}.c: ${error?.message ?? stderr}`);
  programs.set(name, file);
  return file;
}

function emulate(args: string[], input: Buffer): Buffer {
  const { status, signal, stdout, stderr, error } = spawnSync(QEMU, args, {
    input,
    maxBuffer: 1 << 30,
  });
  if (error || status !== 0)
    throw new Error(`${args.at(-1)} ended with ${error?.message ?? signal ?? status}: ${stderr}`);
  return stdout;
}

const words = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * i);
  return bytes;
};

/** A call of the module's entry: `a` is the address of `data`. */
export interface Call {
  op: number;
  data: Uint8Array;
  /** The length that is passed on; by default that of the data, for op 2 without its first 96 bytes. */
  b?: number;
}

export interface Answer {
  result: number;
  /** Bytes of stack, from the stack pointer at the call down to the lowest word that was changed. */
  stack: number;
  digest: Buffer;
}

const ANSWER = 72;

function encodeCall({ op, data, b }: Call): Buffer {
  const length = b ?? (op === 2 ? data.length - 96 : data.length);
  return Buffer.concat([words(op, length, data.length, 0), data]);
}

export function callModule(calls: Call[]): Answer[] {
  const bytes = emulate(
    [program("harness", ["-O1"]), MODULE],
    Buffer.concat(calls.map(encodeCall)),
  );
  if (bytes.length !== ANSWER * calls.length)
    throw new Error(`${bytes.length / ANSWER} answers to ${calls.length} calls`);
  return calls.map((_, i) => ({
    result: bytes.readInt32LE(ANSWER * i),
    stack: bytes.readUInt32LE(ANSWER * i + 4),
    digest: bytes.subarray(ANSWER * i + 8, ANSWER * (i + 1)),
  }));
}

export const VALID = 0x53430202;
export const INVALID = 0x534302ff;

/** The verdicts of the module on blocks: signature, public key, message. */
export function verdicts(blocks: Uint8Array[]): boolean[] {
  return callModule(blocks.map((data) => ({ op: 2, data }))).map(({ result }) => {
    if (result !== VALID && result !== INVALID) throw new Error(`result ${result.toString(16)}`);
    return result === VALID;
  });
}

/** What a part of the module makes of bytes: test/native/parts.c names the parts. */
export function callParts(requests: [what: number, bytes: Uint8Array][]) {
  const sources = ["field.S", "field.c", "scalar.c", "programs.c", "point.c", "verify.c"];
  const bytes = emulate(
    [program("parts", ["-Os", "-fno-strict-aliasing"], sources)],
    Buffer.concat(requests.flatMap(([what, data]) => [words(what, data.length), data])),
  );
  if (bytes.length !== 36 * requests.length) throw new Error("answers are missing");
  return requests.map((_, i) => ({
    verdict: bytes.readUInt32LE(36 * i),
    bytes: bytes.subarray(36 * i + 4, 36 * (i + 1)),
  }));
}

/**
 * Instructions that one call retires inside the module. qemu translates one instruction at a time and
 * logs each block that it runs, which then is an instruction, with its address.
 */
export async function countInstructions(call: Call): Promise<number> {
  const help = spawnSync(QEMU, ["-h"], { encoding: "utf8" }).stdout;
  const single = /-one-insn-per-tb/.test(help) ? "-one-insn-per-tb" : "-singlestep";
  const harness = program("harness", ["-O1"]);
  const log = path.join(path.dirname(harness), "log");
  emulate([single, "-d", "nochain,exec", "-D", log, harness, MODULE], encodeCall(call));
  const inModule = new RegExp(`\\[[0-9a-f]+/${MODULE_PAGE}[0-9a-f]{3}/`, "g");
  let count = 0;
  let rest = "";
  for await (const chunk of createReadStream(log, { encoding: "latin1", highWaterMark: 1 << 20 })) {
    const text: string = rest + chunk;
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    count += text.slice(0, end).match(inModule)?.length ?? 0;
  }
  rmSync(log);
  return count;
}
