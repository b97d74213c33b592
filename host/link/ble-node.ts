/** Web Bluetooth in Node, by the package `webbluetooth`: `--board ble:NAME`. */
import { SuitcaseError } from "../errors.js";
import { chooseBle, openBle } from "./ble.js";
import type { BleDevice, Bluetooth } from "./bluetooth.js";
import { loadHardware } from "./hardware.js";
import type { Transport } from "./transport.js";

interface Package {
  Bluetooth: new (options: {
    scanTime: number;
  }) => Bluetooth & {
    getAvailability(): Promise<boolean>;
  };
}

/** Seconds that a board is looked for. */
const SCAN_TIME = 15;

/** Boards that were found before: a restart of the board is no reason to look for it again. */
const found = new Map<string, BleDevice>();

/**
 * Finds a board by its name and connects to it.
 *
 * @throws LINK_NOT_AVAILABLE, BLE_UNAVAILABLE, BLE_NOT_CHOSEN, and what {@link openBle} throws
 */
export async function openNodeBle(name: string): Promise<Transport> {
  const before = found.get(name);
  const device = before ?? (await chooseBle(await nodeBluetooth(), name));
  found.set(name, device);
  try {
    return await openBle(device);
  } catch (error) {
    // Perhaps another board took over the name, or this one has another address now.
    found.delete(name);
    throw error;
  }
}

async function nodeBluetooth(): Promise<Bluetooth> {
  const loaded = await loadHardware<Package>("webbluetooth");
  const bluetooth = new loaded.Bluetooth({ scanTime: SCAN_TIME });
  // Without an adapter its scan ends the process with a rejection that nobody can catch.
  if (!(await bluetooth.getAvailability())) throw new SuitcaseError("BLE_UNAVAILABLE");
  return {
    requestDevice: async (options) => {
      try {
        return await bluetooth.requestDevice(options);
      } catch (error) {
        // It rejects with a text.
        const message = typeof error === "string" ? error : (error as Error).message;
        const name = /no devices found/.test(message) ? "NotFoundError" : "NotReadableError";
        throw Object.assign(new Error(message), { name });
      }
    },
  };
}
