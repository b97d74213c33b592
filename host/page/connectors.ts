/** The browser's ways to boards: Web Bluetooth, and Web Serial where there is a cable. */
import { SuitcaseError } from "../errors.js";
import { chooseBle, openBle } from "../link/ble.js";
import { type BleDevice, type Bluetooth, SMP_SERVICE } from "../link/bluetooth.js";
import { framedTransport } from "../link/stream.js";
import { openWebSerial, type WebSerial, type WebSerialPort } from "../link/web-serial.js";
import type { Chosen, Connector } from "./chosen.js";
import { shown } from "./shown.js";

/** A browser as far as it has them. */
export interface Browser {
  bluetooth?: Bluetooth & { getDevices?: () => Promise<BleDevice[]> };
  serial?: WebSerial;
}

export function connectorsOf({ bluetooth, serial }: Browser): Connector[] {
  return [
    ...(bluetooth ? [bleConnector(bluetooth)] : []),
    ...(serial ? [serialConnector(serial)] : []),
  ];
}

function bleConnector(bluetooth: NonNullable<Browser["bluetooth"]>): Connector {
  return {
    kind: "ble",
    choose: ({ everything } = {}) =>
      chosenOrNull(async () =>
        chosenBle(await (everything ? chooseAny(bluetooth) : chooseBle(bluetooth))),
      ),
    known: async () => (await bluetooth.getDevices?.().catch(() => []))?.map(chosenBle) ?? [],
  };
}

/** For boards that call themselves otherwise than Espruino's do. */
function chooseAny(bluetooth: Bluetooth): Promise<BleDevice> {
  return bluetooth.requestDevice({ acceptAllDevices: true, optionalServices: [SMP_SERVICE] });
}

const chosenBle = (device: BleDevice): Chosen => ({
  kind: "ble",
  key: device.id,
  name: shown(device.name || "Board without a name", 40),
  open: () => openBle(device),
});

function serialConnector(serial: WebSerial): Connector {
  const chosen = (port: WebSerialPort, i: number): Chosen => {
    const name = `Cable ${i + 1}`;
    const open = async () => framedTransport(await openWebSerial(port, name), name);
    return { kind: "serial", key: `port ${i}`, name, open };
  };
  return {
    kind: "serial",
    choose: () =>
      chosenOrNull(async () => {
        const port = await serial.requestPort();
        const ports = await serial.getPorts();
        return chosen(port, Math.max(ports.indexOf(port), 0));
      }),
    known: async () => (await serial.getPorts().catch(() => [])).map(chosen),
  };
}

/** To choose nothing is no error; browsers give the same name to an adapter that is not there. */
async function chosenOrNull(choose: () => Promise<Chosen>): Promise<Chosen | null> {
  try {
    return await choose();
  } catch (error) {
    const { name, cause } = error as Error;
    const reason = cause instanceof Error ? cause : (error as Error);
    if (/adapter/i.test(reason.message))
      throw new SuitcaseError("BLE_UNAVAILABLE", "Bluetooth is switched off, or not there.", {
        cause,
      });
    if (name === "NotFoundError" || name === "ble-not-chosen") return null;
    if (error instanceof SuitcaseError) throw error;
    throw new SuitcaseError("LINK_NOT_AVAILABLE", (error as Error).message, { cause: error });
  }
}
