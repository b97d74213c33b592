/**
 * The port for Espruino: raw flash inside the reserved Storage file `.boot0`, the native module of
 * docs/native-module.md where the board has it, elsewhere Espruino's own SHA-256 or that of block 1.
 *
 * Espruino reports a failed flash operation as success (jshFlashWrite and jshFlashErasePage return
 * nothing), so everything that is written or erased here is read back.
 */
import { config } from "../board-config.js";
import { Bytes, words } from "../bytes.js";
import {
  FLASH_ERASE,
  FLASH_WRITE,
  fail,
  NATIVE_UNUSABLE,
  OUT_OF_MEMORY,
  SIGNATURE_INVALID,
} from "../errors.js";
import {
  BLANK_BLOCK,
  BLOCK,
  CONFIG_BASE,
  CONFIG_FLAGS,
  FLAG_COPY_CODE,
  FLAG_HASH,
  FLAG_NATIVE,
  NATIVE_AT,
} from "../flash/layout.js";
import { type HashBlock, type Port, SIGNATURE_VALID } from "./port.js";
import { view } from "./region.js";

/** Results of the native module: never 0 or 1, so that a call that did not happen is no success. */
const NATIVE_READY = 0x53430001;
const NATIVE_HASHED = 0x53430101;
const NATIVE_UNPACKED = 0x53430404;

type NativeCall = (op: number, a: number, b: number, c: number) => number;

// Taken before the app runs: what it puts in the place of these names later does not matter.
const addressOf = E.getAddressOf;
const memoryArea = E.memoryArea;
const Program = Function;

const flash = require("Flash");
const readFlash = flash.read;
const writeFlash = flash.write;
const erasePage = flash.erasePage;
const crc32 = E.CRC32;
const kick = E.kickWatchdog;
const base = words(config)[CONFIG_BASE / 4];
const flags = config[CONFIG_FLAGS];
const page = flash.getPage(base).length;
// Evaluated in the root scope: an app that assigns to an undeclared name must not hit a variable
// of the bootloader. `eval` inside a function would see its scopes, `Function` does not.
const evaluate = new Function("c", "return eval(c)");
const native =
  flags & FLAG_NATIVE ? E.nativeCall(base + NATIVE_AT + 1, "int(int,int,int,int)") : undefined;

/** Address of a buffer for the native module, which needs it in one piece. */
const flat = (bytes: Uint8Array | string): number =>
  addressOf(bytes, true) || fail(OUT_OF_MEMORY, bytes.length);

const nativeHash = (data: number, length: number): Uint8Array => {
  const digest = new Uint8Array(32);
  if ((native as NativeCall)(1, data, length, flat(digest)) !== NATIVE_HASHED)
    fail(NATIVE_UNUSABLE, 1);
  return digest;
};

const run = (at: number, length: number, given?: object): void => {
  let code = view(at, length);
  if (flags & FLAG_COPY_CODE) code = "".concat(code);
  if (given) new Program("$", code)(given);
  else evaluate(code);
};

// The program leaves its function where the app's interface comes to stand later.
if (flags & FLAG_HASH) run(NATIVE_AT, BLOCK);
const hashBlock = global.suitcase as HashBlock | undefined;

const foreignHash = (
  data: string | Uint8Array,
  read: (at: number, size: number) => Uint8Array,
): Uint8Array =>
  hashBlock ? hashBlock(read, data.length, kick) : new Uint8Array(require("crypto").SHA256(data));

const spent = new Uint32Array(2);

const crcAt = (at: number, length: number): number => crc32(view(at, length));

if (native && native(0, 0, 0, 0) !== NATIVE_READY) fail(NATIVE_UNUSABLE, 0);

/**
 * All of it at the top of the bundle: in Espruino each function inside of another one takes three variables
 * more, for the list of what it sees.
 */
export const port: Port = {
  read: (at, length) => readFlash(length, base + at),
  write: (at, bytes) => {
    spent[1] += bytes.length / 4;
    writeFlash(bytes, base + at);
    if (crcAt(at, bytes.length) !== crc32(bytes)) fail(FLASH_WRITE, at);
  },
  erase: (at) => {
    spent[0]++;
    for (let offset = 0; offset < BLOCK; offset += page) erasePage(base + at + offset);
    if (crcAt(at, BLOCK) !== BLANK_BLOCK) fail(FLASH_ERASE, at);
  },
  spent: spent,
  crcAt: crcAt,
  crc: crc32,
  hashAt: (at, length) =>
    native
      ? nativeHash(base + at, length)
      : foreignHash(view(at, length), (offset, size) => flash.read(size, base + at + offset)),
  hash: (bytes) =>
    native
      ? nativeHash(flat(bytes), bytes.length)
      : foreignHash(bytes, (at, size) => bytes.subarray(at, at + size)),
  verify: native
    ? (block) => {
        const verdict = native(2, flat(block), block.length - 96, 0);
        if (verdict !== SIGNATURE_VALID) fail(SIGNATURE_INVALID, 0);
        return verdict;
      }
    : undefined,
  unpack: native
    ? (packed, size, given) => {
        const text = new Bytes(size);
        if (native(4, flat(packed), size, flat(text)) !== NATIVE_UNPACKED) fail(NATIVE_UNUSABLE, 4);
        // It sees the root scope only, and its code is not copied.
        new Program("$", memoryArea(flat(text), size))(given);
        return text;
      }
    : undefined,
  run: run,
  watch: (seconds) => E.enableWatchdog(seconds, false),
  kick: kick,
  restart: E.reboot,
};
