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
  /** Espruino keeps them where scripts can see them. */
  const attach = (all: unknown[]) => {
    listeners = all;
    object["#ondata"] = all.length > 1 ? machine.realm.array(all) : all[0];
  };
  const object: Record<string, unknown> = guarded(machine, {
    name,
    on: (event: string, listener: unknown) => {
      if (event === "data") attach([...listeners, listener]);
    },
    removeListener: (_event: string, listener: unknown) => {
      attach(listeners.filter((known) => known !== listener));
    },
    removeAllListeners: () => attach([]),
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
