/** The object `NRF` of a simulated board with Bluetooth, after `jswrap_bluetooth.c` and `bluetooth.c`. */
import { toBytes } from "./bytes.js";
import type { Espruino } from "./espruino.js";
import { BoardError, guarded, type Machine } from "./hardware.js";
import type { Characteristic, Services } from "./radio.js";

type Members = Record<string, unknown>;

const BASE = "-0000-1000-8000-00805f9b34fb";
const LONG = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID as `setServices` takes it, in full. */
function uuidOf(key: string, what: string): string {
  const number = /^\d+$/.test(key) ? Number(key) : Number.NaN;
  const short = number <= 0xffff ? number.toString(16).padStart(4, "0") : key.toLowerCase();
  if (/^[0-9a-f]{4}$/.test(short)) return `0000${short}${BASE}`;
  if (LONG.test(short)) return short;
  throw new BoardError(`Invalid ${what} UUID: ${key}`);
}

function requireObject(data: unknown): Members {
  if (typeof data === "object" && data !== null) return data as Members;
  if (data === undefined) return {};
  throw new BoardError(`Expecting Object or undefined, got ${typeof data}`);
}

export function createNrf(machine: Machine, espruino: Espruino): Members {
  const { radio, realm } = machine;
  const listeners = new Map<string, unknown[]>();
  let hasUart = true;

  const emit = (event: string, ...args: unknown[]) => {
    for (const listener of (listeners.get(event) ?? []).slice())
      machine.enter(() => realm.call(listener, args));
  };
  radio.attach({
    connected: (address) => {
      if (hasUart) espruino.console.connected("Bluetooth");
      emit("connect", address);
    },
    disconnected: () => emit("disconnect", 19),
  });

  const characteristic = (given: Members): Characteristic => {
    const write = (given.security as { write?: Members } | undefined)?.write;
    const initial = toBytes(given.value ?? "")?.length ?? 0;
    const { onWrite } = given;
    return {
      maxLength: Math.max(Number(given.maxLen) || 1, initial),
      canWrite: given.writable === true,
      canNotify: given.notify === true,
      needsEncryption: Boolean(write?.encrypted || write?.lesc || write?.mitm),
      onWrite:
        typeof onWrite === "function"
          ? (bytes) =>
              machine.enter(() =>
                realm.call(onWrite, [realm.object({ data: realm.buffer(bytes) })]),
              )
          : undefined,
    };
  };

  const setServices = (data: unknown, options: unknown) => {
    const services: Services = new Map();
    for (const [key, value] of Object.entries(requireObject(data))) {
      const members = Object.entries(value as Members).map(
        ([id, given]): [string, Characteristic] => [
          uuidOf(id, "Characteristic"),
          characteristic(given as Members),
        ],
      );
      services.set(uuidOf(key, "Service"), new Map(members));
    }
    const uart = (requireObject(options).uart ?? true) !== false;
    if (uart !== hasUart) radio.restart();
    hasUart = uart;
    radio.setServices(services);
    if (radio.needsRestart) machine.print("BLE Connected, queueing BLE restart for later");
  };

  const updateServices = (data: unknown) => {
    if (radio.needsRestart) throw new BoardError("Can't update services until BLE restart");
    for (const [key, value] of Object.entries(requireObject(data))) {
      const service = uuidOf(key, "Service");
      for (const [id, given] of Object.entries(value as Members)) {
        const uuid = uuidOf(id, "Characteristic");
        const found = radio.services.get(service)?.get(uuid);
        if (!found) throw new BoardError(`Unable to find service with UUID ${id}`);
        const bytes = toBytes((given as Members).value ?? "");
        if (!bytes?.length) continue;
        if (bytes.length > found.maxLength) throw new BoardError("ERR 0xc (DATA_SIZE)");
        if ((given as Members).notify === true && found.canNotify)
          radio.notify(service, uuid, bytes);
      }
    }
  };

  return guarded(machine, {
    setServices,
    updateServices,
    disconnect: () => radio.disconnect(),
    restart: () => radio.restart(),
    on: (event: string, listener: unknown) => {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    removeListener: (event: string, listener: unknown) => {
      const rest = (listeners.get(event) ?? []).filter((known) => known !== listener);
      listeners.set(event, rest);
    },
    removeAllListeners: (event?: string) =>
      event === undefined ? listeners.clear() : void listeners.delete(event),
    getSecurityStatus: () => realm.object({ connected: radio.isConnected }),
    getAddress: () => "c0:ff:ee:00:00:00",
    setAdvertising: () => undefined,
    setScanResponse: () => undefined,
    setConnectionInterval: () => undefined,
    setSecurity: () => undefined,
    setTxPower: () => undefined,
    sleep: () => radio.disconnect(),
    wake: () => undefined,
  });
}
