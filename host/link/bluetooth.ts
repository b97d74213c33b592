/**
 * The part of Web Bluetooth that the link uses. `navigator.bluetooth` in a browser, the package
 * `webbluetooth` in Node and the emulated peripheral of the tests all have this shape.
 */

/** SMP over BLE: one service with one characteristic, written without response and notified. */
export const SMP_SERVICE = "8d53dc1d-1db7-4cd3-868b-8a527460aa84";
export const SMP_CHARACTERISTIC = "da2e7828-fbce-4e01-ae9e-261174997c48";

export interface Bluetooth {
  /** Rejects with `NotFoundError` when nothing was chosen. In a browser only within a click. */
  requestDevice(options: BleRequest): Promise<BleDevice>;
}

export type BleFilter = { name: string } | { namePrefix: string } | { services: string[] };

export interface BleRequest {
  filters?: BleFilter[];
  acceptAllDevices?: boolean;
  /** Without the service in this list a browser does not let the page use it. */
  optionalServices: string[];
}

export interface BleDevice {
  readonly id: string;
  readonly name?: string | undefined;
  readonly gatt?: BleServer | undefined;
  addEventListener(type: "gattserverdisconnected", listener: () => void): void;
  removeEventListener(type: "gattserverdisconnected", listener: () => void): void;
}

export interface BleServer {
  readonly connected: boolean;
  connect(): Promise<BleServer>;
  disconnect(): void;
  getPrimaryService(uuid: string): Promise<BleService>;
}

export interface BleService {
  getCharacteristic(uuid: string): Promise<BleCharacteristic>;
}

export interface BleCharacteristic {
  readonly properties: { readonly write: boolean };
  readonly value?: DataView | null | undefined;
  startNotifications(): Promise<unknown>;
  writeValueWithResponse(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  writeValueWithoutResponse(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  addEventListener(type: "characteristicvaluechanged", listener: () => void): void;
  removeEventListener(type: "characteristicvaluechanged", listener: () => void): void;
}
