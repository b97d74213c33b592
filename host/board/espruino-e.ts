/** The object `E` of a simulated interpreter. */

import { randomInt } from "node:crypto";
import { isAnyArrayBuffer } from "node:util/types";
import { crc32 } from "node:zlib";
import { NATIVE_AT } from "../../device/flash/layout.js";
import { join, toBytes, toText } from "./bytes.js";
import type { Console } from "./console.js";
import { SimulatorError } from "./flash.js";
import { BoardError, guarded, type Machine } from "./hardware.js";
import { AddressSpace, callNative, type Memory } from "./native.js";
import { blank } from "./storage.js";

function memoryOf(machine: Machine, space: AddressSpace): Memory {
  const { flash, profile } = machine;
  return {
    load: (address, length) => {
      const at = address - profile.baseAddress;
      return length !== undefined && at >= 0 && at + length <= flash.size
        ? flash.read(at, length)
        : space.view(address, length);
    },
    store: (address, bytes) => space.view(address, bytes.length).set(bytes),
  };
}

function native(machine: Machine, memory: Memory, address: number, signature: string) {
  const { flash, profile } = machine;
  const entry = (profile.baseAddress + NATIVE_AT) | 1;
  if (!profile.nativeModule) throw new SimulatorError(`${profile.name} runs no native code`);
  if (address !== entry) {
    throw new SimulatorError(`native call to 0x${address.toString(16)}: no code is there`);
  }
  if (signature !== "int(int,int,int,int)") throw new SimulatorError(`signature ${signature}`);
  if (blank(flash.read(NATIVE_AT, 64))) throw new SimulatorError("native call into blank flash");
  return machine.guard((op: number, a: number, b: number, c: number) => {
    machine.nativeCalled(op, b);
    return callNative(memory, op | 0, a >>> 0, b | 0, c >>> 0);
  });
}

/** All arguments one after the other; throws for what holds no bytes, like the real one. */
function all(args: unknown[]): Uint8Array {
  const parts = args.map(toBytes);
  if (parts.includes(undefined)) {
    throw new BoardError("If specifying an object, it must be of the form {data : ..., count : N}");
  }
  return join(parts as Uint8Array[]);
}

export function createE(machine: Machine, console: Console): Record<string, unknown> {
  const { realm } = machine;
  const space = new AddressSpace();
  const memory = memoryOf(machine, space);
  const flags = realm.object({ deepSleep: 0, unsafeFlash: 0, unsyncFiles: 0, pretokenise: 0 });
  return guarded(machine, {
    CRC32: (data: unknown) =>
      typeof data === "number" || data === undefined ? undefined : crc32(all([data])),
    toString: (...args: unknown[]) => toText(all(args)),
    toUint8Array: (...args: unknown[]) => realm.bytes(all(args)),
    toArrayBuffer: (text: unknown) =>
      typeof text === "string" ? realm.buffer(all([text])) : undefined,
    // A long literal of a program that runs in place from flash lies there in one piece, too.
    getAddressOf: (value: unknown, flat?: boolean) => {
      if (typeof value === "string" && flat && value.length >= 32)
        return space.addressOfText(value);
      if (isAnyArrayBuffer(value)) return space.addressOf(value as ArrayBuffer);
      if (!ArrayBuffer.isView(value)) {
        // Where Espruino keeps a string is unknown here: take it for a chain of variables.
        if (flat) return 0;
        throw new SimulatorError("E.getAddressOf takes typed arrays only, and flat = true");
      }
      const start = space.addressOf(value.buffer as ArrayBuffer);
      return start && start + value.byteOffset;
    },
    memoryArea: (address: number, length: number) => {
      const text = toText(memory.load(address, length));
      realm.unpacked.add(text);
      return text;
    },
    nativeCall: (address: number, signature: string) => native(machine, memory, address, signature),
    setConsole: (device: unknown, options?: { force?: boolean }) =>
      console.set(device, options?.force === true),
    getConsole: () => console.device,
    enableWatchdog: (seconds: number, isAuto?: boolean) => {
      if (machine.profile.watchdog) machine.watchdog.start(seconds, isAuto !== false);
    },
    kickWatchdog: () => machine.watchdog.kick(),
    reboot: () => machine.reset("reboot"),
    hwRand: () => randomInt(-(2 ** 31), 2 ** 31),
    // What they tell they forget.
    getErrorFlags: () => realm.array(machine.errorFlags.splice(0)),
    getSizeOf: () => 1,
    getFlags: () => flags,
    setFlags: (changes: Record<string, unknown>) => void Object.assign(flags, changes),
    on: () => undefined,
    removeAllListeners: () => undefined,
    sum: (data: ArrayLike<number>) => Array.from(data).reduce((sum, value) => sum + value, 0),
    convolve: (a: ArrayLike<number>, b: ArrayLike<number>, offset: number) => {
      let sum = 0;
      for (let i = 0; i < a.length; i++) {
        sum += a[i] * b[(((i + offset) % b.length) + b.length) % b.length];
      }
      return sum;
    },
  });
}
