/**
 * A bootloader's handover without a bootloader, for measurements of the agent's parts: flash is an
 * array, and every comparison looks how many variables are in use.
 */
import type { BootApi } from "../../../device/boot-api.js";
import { Bytes, characters, chars, words } from "../../../device/bytes.js";
import { SIGNATURE_VALID } from "../../../device/port/port.js";
import { signedBlock } from "../../../device/suit/sig-structure.js";

declare const global: { [name: string]: unknown };
declare const process: { memory(gc?: boolean): { usage: number; total: number } };
declare function require(name: "crypto"): { SHA256(bytes: Uint8Array): ArrayBuffer };
declare const E: { toUint8Array(bytes: string): Uint8Array; CRC32(bytes: Uint8Array): number };

/** The most variables that were in use. */
export let peak = 0;

/** Starts a measurement: what is in use now is what later figures are above. */
export const mark = (): number => {
  peak = process.memory().usage;
  return peak;
};

const sample = (): void => {
  const usage = process.memory(false).usage;
  if (usage > peak) peak = usage;
};

declare function atob(text: string): string;
/** In base64, by name: `config`, `record` and what a slot holds behind its components, from `tailAt`. */
declare const files: { [name: string]: string };
declare const tailAt: number;

export const file = (name: string): Uint8Array => E.toUint8Array(atob(files[name]));

const tail = file("tail");
const settings = file("config");
const record = file("record");
const tableAt = words(record)[5];

const read = (at: number, size: number): Uint8Array =>
  new Uint8Array(tail.subarray(at - tailAt, at - tailAt + size));

const hash = (bytes: Uint8Array): Uint8Array => {
  sample();
  // biome-ignore lint/style/useNodejsImportProtocol: a module of Espruino
  return new Uint8Array(require("crypto").SHA256(bytes));
};

const api = {
  port: {
    read: (at: number, size: number) => {
      sample();
      return read(at, size);
    },
    hash: hash,
    verify: () => {
      sample();
      return SIGNATURE_VALID;
    },
    kick: sample,
  },
  settings: settings,
  record: record,
  numbers: words(record),
  save: sample,
  slotAt: (index: number) => index * 65536,
  readTable: () => words(read(tableAt, tailAt + tail.length - tableAt)),
  signedBlock: signedBlock,
  words: words,
  chars: chars,
  Bytes: Bytes,
  characters: characters,
  same: (a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, size: number) => {
    sample();
    return chars(a, aAt, size) === chars(b, bAt, size);
  },
  running: 0,
  appRuns: true,
};
global.$ = api as unknown as BootApi;
