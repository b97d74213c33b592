/**
 * The native module as it is laid on boards (docs/native-module.md), and what has to hold before a
 * board may use it: a CPU that has its instructions, and the right answers to questions whose answers
 * are known. Provisioning asks; a board trusts its configuration ever after.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NATIVE_UNUSABLE } from "../../device/errors.js";
import { BLOCK } from "../../device/flash/layout.js";
import { SuitcaseError } from "../errors.js";

/** From build/host/board/ to the committed file; a package has it in the same place. */
const FILE = fileURLToPath(new URL("../../../device/crypto/native/module.bin", import.meta.url));

/** The module's code; throws NATIVE_FILE. */
export function readNativeModule(file = FILE): Uint8Array {
  if (!existsSync(file)) throw new SuitcaseError("NATIVE_FILE", `${file} does not exist`);
  const bytes = new Uint8Array(readFileSync(file));
  if (bytes.length === 0 || bytes.length > BLOCK)
    throw new SuitcaseError("NATIVE_FILE", `${file} has ${bytes.length} bytes, not 1 to ${BLOCK}`);
  return bytes;
}

/** Addresses at which the host reads (`peek32`) what kind of CPU a board has. */
export const CPUID = 0xe000ed00;
export const ID_ISAR2 = 0xe000ed68;

const CORTEX_M4 = 0xc24;
const CORTEX_M7 = 0xc27;

/**
 * Whether a CPU has UMAAL, the one instruction of the module that not all of ARMv7-M have. The module
 * cannot find out itself: where the instruction is missing it would die of it, and outside of a
 * microcontroller these registers do not exist.
 *
 * CPUID must name ARM (0x41) and the scheme of ARMv7-M and later (0xf). Every Cortex-M4 and M7 has the
 * instruction; of others, such as the M33, bits 20 to 23 of ID_ISAR2 tell: 2 where there is UMAAL.
 */
export function hasInstructions(cpuid: number, isar2: number): boolean {
  if (cpuid >>> 24 !== 0x41 || ((cpuid >>> 16) & 15) !== 15) return false;
  const part = (cpuid >>> 4) & 0xfff;
  return part === CORTEX_M4 || part === CORTEX_M7 || ((isar2 >>> 20) & 15) >= 2;
}

/** A call of the module, and what it must come to. */
export interface KnownAnswer {
  what: string;
  op: number;
  /** What `a` points to: flat on a board, hence longer than `b` needs. */
  data: Uint8Array;
  b: number;
  result: number;
  /** What it writes to `c`. */
  digest: string;
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

const ABC = bytes("616263".padEnd(128, "0"));

/** RFC 8032, section 7.1, TEST 3: signature, public key, message of two bytes. */
const SIGNED =
  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac" +
  "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" +
  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025af82";

/** The same with S + L: the equation holds, and strict verification refuses. */
const S_PLUS_L =
  SIGNED.slice(0, 64) +
  "05d391b0a77904e98404ef037747a56e4a7c15e9716ed28dc027beceea1ec41a" +
  SIGNED.slice(128);

const check = (what: string, hex: string, result: number): KnownAnswer => ({
  ...{ what, op: 2, data: bytes(hex), b: 2, result, digest: "" },
});

/** FIPS 180-4's example "abc", and RFC 8032's third. */
export const KNOWN_ANSWERS: KnownAnswer[] = [
  { what: "identify", op: 0, data: ABC, b: 0, result: 0x53430001, digest: "" },
  {
    what: "SHA-256",
    op: 1,
    data: ABC,
    b: 3,
    result: 0x53430101,
    digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  },
  {
    what: "SHA-512",
    op: 3,
    data: ABC,
    b: 3,
    result: 0x53430303,
    digest:
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  },
  check("a good signature", SIGNED, 0x53430202),
  check("another message", SIGNED.replace(/af82$/, "af83"), 0x534302ff),
  check("another R", SIGNED.replace(/^62/, "63"), 0x534302ff),
  check("S + L", S_PLUS_L, 0x534302ff),
  {
    what: "unpacking",
    op: 4,
    // host/author/squeeze.ts made it.
    data: bytes("0b065ad03ef409a5063b742f02dc23338f3a73f536cb27d2".padEnd(128, "0")),
    b: 48,
    result: 0x53430404,
    digest: Buffer.from("a banana, a bandana, an ananas; bananas!!!!!!!!!").toString("hex"),
  },
  { what: "an unknown operation", op: 5, data: ABC, b: 3, result: -1, digest: "" },
];

/** What a board said. `digest` is what lies at `c` afterwards, at least as long as it has to be. */
export interface Answer {
  result: number;
  digest: Uint8Array;
}

/**
 * Judges a board's CPU and its answers to {@link KNOWN_ANSWERS}, in their order.
 *
 * @throws NATIVE_UNUSABLE
 */
export function requireUsable(cpu: Cpu, answers: Answer[]): void {
  requireInstructions(cpu);
  requireAnswers(answers);
}

/** What a board's CPU says of itself: the registers at {@link CPUID} and {@link ID_ISAR2}. */
export interface Cpu {
  cpuid: number;
  isar2: number;
}

/** @throws NATIVE_UNUSABLE when the module would be fatal to the CPU */
export function requireInstructions(cpu: Cpu): void {
  if (!hasInstructions(cpu.cpuid, cpu.isar2)) {
    const [cpuid, isar2] = [cpu.cpuid, cpu.isar2].map((value) => (value >>> 0).toString(16));
    throw new SuitcaseError(
      NATIVE_UNUSABLE,
      `the CPU lacks its instructions (CPUID ${cpuid}, ID_ISAR2 ${isar2})`,
    );
  }
}

/** @throws NATIVE_UNUSABLE when an answer is wrong or missing */
export function requireAnswers(answers: Answer[]): void {
  for (const [i, { what, result, digest }] of KNOWN_ANSWERS.entries()) {
    const given = answers[i];
    const written = Buffer.from(given?.digest ?? []).toString("hex");
    if (given?.result !== result || !written.startsWith(digest))
      throw new SuitcaseError(NATIVE_UNUSABLE, `its known-answer test failed: ${what}`);
  }
}

/**
 * JavaScript whose value is a board's answers to {@link KNOWN_ANSWERS}, or some of them, as JSON, one
 * `[result, digest in base64]` each. The module must be in place at `address`.
 */
export function questions(address: number, some = KNOWN_ANSWERS): string {
  const asked = some.map(({ op, data, b }) => [op, Buffer.from(data).toString("base64"), b]);
  return (
    `(function(m){return JSON.stringify(${JSON.stringify(asked)}.map(function(q){` +
    "var d=E.toUint8Array(atob(q[1])),c=new Uint8Array(64);" +
    "var r=m(q[0],E.getAddressOf(d,true),q[2],E.getAddressOf(c,true));" +
    "return[r,btoa(E.toString(c))]}))})" +
    `(E.nativeCall(${address + 1},"int(int,int,int,int)"))`
  );
}

/** The value of {@link questions} as answers. */
export function parseAnswers(json: string): Answer[] {
  return (JSON.parse(json) as [number, string][]).map(([result, digest]) => ({
    result,
    digest: new Uint8Array(Buffer.from(digest, "base64")),
  }));
}
