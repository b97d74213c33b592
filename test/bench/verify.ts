/** What a verification costs, in all the ways there are, in an interpreter whose code lies in flash. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { COMB_SIZE } from "../../device/crypto/comb.js";
import { BLOCK, HEADER, NATIVE_AT } from "../../device/flash/layout.js";
import { sha256, signatureInput } from "../../host/author/encode.js";
import { readBundle } from "../../host/board/bundles.js";
import { combTables, xOf } from "../../host/board/comb-tables.js";
import { readNativeModule } from "../../host/board/native-module.js";
import { openFlash } from "../../host/board/open.js";
import type { Profile } from "../../host/board/profiles.js";
import { provisionRegion } from "../../host/board/storage.js";
import { signed } from "../support/signature-cases.js";
import type { Counter } from "./counter.js";

export interface Cost {
  name: string;
  instructions: number;
  /** The most variables in use beyond those before. */
  variables: number;
  verdict: string;
}

const CODE_AT = 2 * BLOCK;
const TABLES_AT = 6 * BLOCK;

const padded = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3, 255)]);
const base64 = (bytes: Uint8Array) =>
  `E.toUint8Array(atob("${Buffer.from(bytes).toString("base64")}"))`;
const read = (at: number, length: number) =>
  `require("Storage").read(".boot0",${at - HEADER},${length})`;

/** The signature of a manifest: what a board verifies. */
export const BLOCK_SIGNED = signed(
  new Uint8Array(32).fill(9),
  signatureInput(sha256(Uint8Array.of(1))),
);

export interface Machine {
  /** Program and arguments in front of the script. */
  command: string[];
  env: Record<string, string>;
  profile: Profile;
  /** The count is in its memory. */
  byMemory: boolean;
}

/** Runs dist/test/bench.js and, where the profile has it, the native module. */
export function measureVerify(counter: Counter, machine: Machine): Cost[] {
  const folder = mkdtempSync(path.join(counter.folder, "verify-"));
  const { profile } = machine;
  const code = readBundle("test/bench.js");
  const tables = combTables([BLOCK_SIGNED.subarray(64, 96)], 2 * COMB_SIZE);
  const flash = openFlash(path.join(folder, "espruino.flash"), profile);
  for (let at = 0; at < flash.size; at += flash.pageSize) flash.erasePage(at);
  provisionRegion(flash, profile);
  flash.program(NATIVE_AT, padded(readNativeModule()));
  flash.program(CODE_AT, padded(code));
  flash.program(TABLES_AT, tables);
  flash.close();
  const native = profile.nativeModule
    ? `E.nativeCall(${profile.baseAddress + NATIVE_AT + 1},"int(int,int,int,int)")`
    : "undefined";
  writeFileSync(
    path.join(folder, "main.js"),
    `${counter.script(machine.byMemory)}
var block=${base64(BLOCK_SIGNED)},hint=${base64(xOf(BLOCK_SIGNED.subarray(0, 32)))},tablesAt=${COMB_SIZE};
var tables=E.toArrayBuffer(${read(TABLES_AT, tables.length)}),nativeModule=${native};
eval(${read(CODE_AT, code.length)});
`,
  );
  counter.reset();
  const [program, ...args] = machine.command;
  const { stdout } = spawnSync(program, [...args, "main.js"], {
    cwd: folder,
    env: { ...process.env, ...machine.env },
    input: "",
    encoding: "latin1",
    timeout: 1_800_000,
    killSignal: "SIGKILL",
  });
  rmSync(folder, { recursive: true, force: true });
  const found = [...stdout.matchAll(/^@(\S+) (\d+) (-?\d+) (\S+)\r?$/gm)];
  const empty = Number(found[0]?.[2] ?? 0);
  return found.slice(1).map(([, name, instructions, variables, verdict]) => ({
    name,
    instructions: Number(instructions) - empty,
    variables: Number(variables),
    verdict,
  }));
}

/** tweetnacl's own verification, for real: minutes. */
export function measureTweetnacl(counter: Counter, machine: Machine, file: string): number {
  const folder = mkdtempSync(path.join(counter.folder, "nacl-"));
  writeFileSync(path.join(folder, "nacl.js"), readFileSync(file));
  writeFileSync(
    path.join(folder, "main.js"),
    `${counter.script(machine.byMemory)}
var module={exports:{}},self={},block=${base64(BLOCK_SIGNED)};
eval(require("fs").readFileSync("nacl.js"));var nacl=module.exports;
var a=count(),v=nacl.sign.detached.verify(new Uint8Array(block.slice(96)),new Uint8Array(block.slice(0,64)),new Uint8Array(block.slice(64,96)));
print("@tweetnacl "+(count()-a)+" "+v);
`,
  );
  counter.reset();
  const [program, ...args] = machine.command;
  const { stdout } = spawnSync(program, [...args, "main.js"], {
    cwd: folder,
    env: { ...process.env, ...machine.env },
    input: "",
    encoding: "latin1",
    killSignal: "SIGKILL",
    timeout: 5_400_000,
  });
  const found = /^@tweetnacl (\d+) true/m.exec(stdout);
  if (!found) throw new Error(`tweetnacl did not verify: ${stdout.slice(-300)}`);
  return Number(found[1]);
}
