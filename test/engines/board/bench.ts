/**
 * Runs in the real interpreter, from flash: verifies the signed block `block` in one of several ways and
 * prints what it took, as `@name instructions variables verdict`. The globals come from the loader that
 * test/bench/verify.ts writes.
 */
import { type Shortcut, verifyEd25519 } from "../../../device/crypto/ed25519.js";
import { sha512 } from "../../../device/crypto/sha512.js";

declare function print(text: string): void;
declare const process: { memory(collect: boolean): { usage: number } };
/** Instructions so far. */
declare const count: () => number;
declare const block: Uint8Array;
declare const tables: ArrayBuffer;
declare const tablesAt: number;
declare const hint: Uint8Array;
declare const nativeModule: ((op: number, a: number, b: number, c: number) => number) | undefined;
declare const E: { getAddressOf(bytes: Uint8Array, flat: boolean): number };

const base = process.memory(true).usage;
let peak = 0;
const watch = (): void => {
  peak = Math.max(peak, process.memory(false).usage);
};
const idle = (): void => {};

const measure = (name: string, work: (kick: () => void) => void): void => {
  let verdict = "valid";
  const before = count();
  try {
    work(idle);
  } catch (e) {
    verdict = `${(e as { c?: number }).c || e}`;
  }
  const after = count();
  peak = 0;
  try {
    work(watch);
  } catch (_) {}
  print(`@${name} ${after - before} ${peak - base} ${verdict}`);
};

const shortcut = (x: Uint8Array | undefined): Shortcut => ({
  tables: tables,
  at: tablesAt,
  hint: x,
});

measure("nothing", () => {});
if (nativeModule)
  measure("native", (kick) => {
    kick();
    const address = E.getAddressOf(block, true);
    if (nativeModule(2, address, block.length - 96, 0) !== 0x53430202) throw { c: 203 };
  });
measure("sha512", (kick) => {
  sha512(block);
  kick();
});
measure("hint", (kick) => verifyEd25519(block, sha512, kick, shortcut(hint)));
measure("tables", (kick) => verifyEd25519(block, sha512, kick, shortcut(undefined)));
measure("plain", (kick) => verifyEd25519(block, sha512, kick));
