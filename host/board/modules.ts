/** `require("Flash")`, `require("Storage")` and `require("crypto")` of a simulated interpreter. */
import { createHash } from "node:crypto";
import { HEADER } from "../../device/flash/layout.js";
import { toBytes, toText } from "./bytes.js";
import { SimulatorError } from "./flash.js";
import { BoardError, guarded, type Machine } from "./hardware.js";
import { createFile, findFile, listFiles } from "./storage.js";

/** Programs any bytes anywhere: the words at the ends are read, changed and written back. */
export function programBytes(machine: Machine, at: number, bytes: Uint8Array): void {
  const { flash } = machine;
  if (bytes.length === 0) return;
  const start = at & ~3;
  const words = flash.read(start, ((at + bytes.length + 3) & ~3) - start);
  words.set(bytes, at - start);
  flash.program(start, words);
}

function flashModule(machine: Machine): Record<string, unknown> {
  const { flash, realm, profile } = machine;
  const offset = (address: number): number => {
    const at = address - profile.baseAddress;
    if (at >= 0 && at < flash.size) return at;
    throw new SimulatorError(`address 0x${address.toString(16)} lies outside of Storage`);
  };
  return {
    read: (length: number, address: number) => realm.bytes(flash.read(offset(address), length)),
    write: (data: unknown, address: number) => {
      const bytes = toBytes(data);
      if (!bytes) throw new BoardError("Expecting something iterable");
      programBytes(machine, offset(address), bytes);
    },
    erasePage: (address: number) => flash.erasePage(offset(address)),
    getPage: (address: number) => {
      const at = address - profile.baseAddress;
      if (at < 0 || at >= flash.size) return undefined;
      const addr = profile.baseAddress + Math.floor(at / flash.pageSize) * flash.pageSize;
      return realm.object({ addr, length: flash.pageSize });
    },
    getFree: () => realm.array([]),
  };
}

function storageModule(machine: Machine): Record<string, unknown> {
  const { flash, realm } = machine;
  return {
    read: (name: string, offset = 0, length?: number) => {
      const file = findFile(flash, name);
      if (!file) return undefined;
      const start = Math.min(offset, file.size);
      const size = Math.min(length || file.size, file.size - start);
      return toText(flash.read(file.at + start, size));
    },
    write: (name: string, data: unknown, offset = 0, size = 0) => {
      const bytes = toBytes(data) ?? new Uint8Array(0);
      let file = findFile(flash, name);
      if (!file || (size > 0 && size !== file.size)) {
        if (file) flash.program(file.at - HEADER + 4, new Uint8Array(4));
        file = createFile(flash, name, size || bytes.length);
      }
      if (!file) throw new BoardError("Unable to find or create file");
      if (offset + bytes.length > file.size) throw new BoardError("Unable to find or create file");
      programBytes(machine, file.at + offset, bytes);
      return true;
    },
    erase: (name: string) => {
      const file = findFile(flash, name);
      if (file) flash.program(file.at - HEADER + 4, new Uint8Array(4));
    },
    list: () => realm.array(listFiles(flash).map((file) => file.name)),
    eraseAll: () => {
      for (let at = 0; at < flash.size; at += flash.pageSize) flash.erasePage(at);
    },
    getFree: () => {
      const last = listFiles(flash).at(-1);
      return last ? flash.size - ((last.at + last.size + 3) & ~3) : flash.size;
    },
  };
}

function cryptoModule(machine: Machine): Record<string, unknown> {
  const hash = (name: string) => (data: unknown) => {
    const bytes = toBytes(data) ?? new Uint8Array(0);
    return machine.realm.buffer(createHash(name.toLowerCase()).update(bytes).digest());
  };
  return Object.fromEntries(machine.profile.crypto.map((name) => [name, hash(name)]));
}

/** The board's `require`. */
export function requireOf(machine: Machine): (name: string) => Record<string, unknown> {
  const modules: Record<string, Record<string, unknown>> = {
    Flash: guarded(machine, flashModule(machine)),
    Storage: guarded(machine, storageModule(machine)),
  };
  if (machine.profile.crypto.length > 0) modules.crypto = guarded(machine, cryptoModule(machine));
  return (name) => {
    if (!Object.hasOwn(modules, name)) throw new BoardError(`Module "${name}" not found`);
    return modules[name];
  };
}
