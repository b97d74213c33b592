/**
 * Simulated boards behind an object of the shape of `navigator.bluetooth`: what host/link/ble.ts meets
 * in a browser, without a radio.
 */
import type {
  BleCharacteristic,
  BleDevice,
  BleRequest,
  BleServer,
  Bluetooth,
} from "../link/bluetooth.js";
import { type Central, type CentralOptions, GattError } from "./radio.js";
import type { SimulatedBoard } from "./simulator.js";

export interface EmulationOptions extends CentralOptions {
  /** By which it is found, and which other boards may have, too. */
  name?: string;
  /** What the system does with a write that is too long: some refuse, Android cuts off. */
  overlong?: "refuse" | "cut";
  /** The user agrees when a board wants to be paired with. */
  pairs?: boolean;
  /** Called with each new connection. */
  onConnect?: (central: Central) => void;
}

/** `navigator.bluetooth` with these boards in reach; a request gets the first that it describes. */
export function emulateBluetooth(...devices: BleDevice[]): Bluetooth {
  return {
    requestDevice: async ({ filters, acceptAllDevices }: BleRequest) => {
      const found = devices.find(
        ({ name = "" }) =>
          acceptAllDevices ||
          filters?.some(
            (filter) =>
              ("name" in filter && filter.name === name) ||
              ("namePrefix" in filter && name.startsWith(filter.namePrefix)),
          ),
      );
      if (!found) throw domError("NotFoundError", "User cancelled the requestDevice() chooser.");
      return found;
    },
  };
}

/** One simulated board as a device of Web Bluetooth. */
export function emulateDevice(board: SimulatedBoard, options: EmulationOptions = {}): BleDevice {
  return new Device(board, options);
}

class Events<Type extends string> {
  readonly #listeners: [Type, () => void][] = [];

  addEventListener(type: Type, listener: () => void): void {
    this.#listeners.push([type, listener]);
  }

  removeEventListener(type: Type, listener: () => void): void {
    const at = this.#listeners.findIndex(([t, l]) => t === type && l === listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }

  dispatch(type: Type): void {
    for (const [each, listener] of this.#listeners.slice()) if (each === type) listener();
  }
}

class Device extends Events<"gattserverdisconnected"> implements BleDevice, BleServer {
  readonly id: string;
  readonly name: string;
  readonly gatt = this;
  readonly options: EmulationOptions;
  readonly #board: SimulatedBoard;
  #central: Central | undefined;

  constructor(board: SimulatedBoard, options: EmulationOptions) {
    super();
    this.#board = board;
    this.options = options;
    this.name = options.name ?? "Puck.js 0000";
    this.id = `emulated ${this.name}`;
  }

  get connected(): boolean {
    return this.#central?.isConnected === true;
  }

  async connect(): Promise<BleServer> {
    await turn();
    if (this.connected) return this;
    try {
      const central = this.#board.radio.connect(this.options);
      this.#central = central;
      central.onDisconnect(() => this.dispatch("gattserverdisconnected"));
      this.options.onConnect?.(central);
      return this;
    } catch (error) {
      throw toDomError(error);
    }
  }

  disconnect(): void {
    this.#central?.disconnect();
  }

  async getPrimaryService(service: string) {
    await turn();
    const characteristics = this.#services().get(service);
    if (!characteristics) throw domError("NotFoundError", `No Services matching UUID ${service}.`);
    return {
      getCharacteristic: async (uuid: string): Promise<BleCharacteristic> => {
        await turn();
        if (!characteristics.has(uuid))
          throw domError("NotFoundError", `No Characteristics matching UUID ${uuid}.`);
        return new RemoteCharacteristic(this, this.#central as Central, service, uuid);
      },
    };
  }

  #services() {
    if (!this.connected) throw domError("NetworkError", "GATT Server is disconnected.");
    return this.#board.radio.services;
  }
}

class RemoteCharacteristic
  extends Events<"characteristicvaluechanged">
  implements BleCharacteristic
{
  readonly properties = { write: true };
  value: DataView | null = null;
  readonly #device: Device;
  readonly #central: Central;
  readonly #service: string;
  readonly #uuid: string;

  constructor(device: Device, central: Central, service: string, uuid: string) {
    super();
    this.#device = device;
    this.#central = central;
    this.#service = service;
    this.#uuid = uuid;
  }

  async startNotifications(): Promise<this> {
    await turn();
    try {
      this.#central.subscribe(this.#service, this.#uuid, (bytes) => {
        this.value = new DataView(bytes.slice().buffer);
        this.dispatch("characteristicvaluechanged");
      });
      return this;
    } catch (error) {
      throw toDomError(error);
    }
  }

  async writeValueWithResponse(bytes: Uint8Array): Promise<void> {
    const copy = bytes.slice();
    await turn();
    try {
      this.#write(copy, true);
    } catch (error) {
      const wantsPairing = error instanceof GattError && error.reason === "encryption";
      if (!wantsPairing || !this.#device.options.pairs) throw toDomError(error);
      this.#central.isEncrypted = true;
      this.#write(copy, true);
    }
  }

  async writeValueWithoutResponse(bytes: Uint8Array): Promise<void> {
    const isCut = this.#device.options.overlong === "cut";
    const copy = isCut ? bytes.slice(0, this.#central.mtu - 3) : bytes.slice();
    await turn();
    try {
      this.#write(copy, false);
    } catch (error) {
      throw toDomError(error);
    }
  }

  #write(bytes: Uint8Array, hasResponse: boolean): void {
    this.#central.write(this.#service, this.#uuid, bytes, hasResponse);
  }
}

function toDomError(error: unknown): unknown {
  if (!(error instanceof GattError)) return error;
  const name = error.reason === "not-permitted" ? "NotSupportedError" : "NetworkError";
  return domError(name, `GATT operation failed (${error.reason}).`);
}

function domError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** The answer of a browser never comes from within the call. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
