/** A serial device as the board's code sees it: `Bluetooth`, `Serial1` or `USB`. */
import { toBytes, toText } from "./bytes.js";
import type { Espruino } from "./espruino.js";
import { guarded, type Machine } from "./hardware.js";

export interface Serial {
  /** The object in the board's global scope. */
  object: Record<string, unknown>;
  /** Hands bytes to the `data` listeners; without one they are lost. */
  receive(text: string): void;
}

export function createSerial(machine: Machine, espruino: Espruino, name: string): Serial {
  let listeners: unknown[] = [];
  const write = (...args: unknown[]) => {
    for (const data of args) {
      const bytes = toBytes(data);
      if (bytes) machine.write(name, toText(bytes));
    }
  };
  const object = guarded(machine, {
    name,
    on: (event: string, listener: unknown) => {
      if (event === "data") listeners.push(listener);
    },
    removeListener: (_event: string, listener: unknown) => {
      listeners = listeners.filter((known) => known !== listener);
    },
    removeAllListeners: () => {
      listeners = [];
    },
    write,
    print: (text: unknown) => machine.write(name, String(text)),
    println: (text: unknown) => machine.write(name, `${text}\r\n`),
    setup: () => undefined,
    setConsole: (force?: boolean) => espruino.console.set(name, force === true),
  });
  return {
    object,
    receive: (text) => {
      for (const listener of listeners.slice()) {
        machine.enter(() => machine.realm.call(listener, [text]));
      }
    },
  };
}
