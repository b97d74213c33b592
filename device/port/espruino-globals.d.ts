/** The part of Espruino that the port uses. Nothing outside device/port may rely on it. */

interface EspruinoFlash {
  read(length: number, address: number): Uint8Array;
  write(bytes: Uint8Array, address: number): void;
  erasePage(address: number): void;
  getPage(address: number): { addr: number; length: number };
}

interface EspruinoStorage {
  /** A byte string that lies in flash: one variable, whatever its length. */
  read(name: string, offset: number, length: number): string;
}

interface EspruinoCrypto {
  SHA256(data: string | Uint8Array): ArrayBuffer;
  SHA512?(data: string | Uint8Array): ArrayBuffer;
}

interface EspruinoSerial {
  on(event: "data", listener: (bytes: string) => void): void;
  write(bytes: string): void;
}

/** Services by UUID, each with its characteristics by UUID. */
interface EspruinoServices {
  [service: string]: unknown;
}

interface EspruinoNrf {
  setServices(services: EspruinoServices, options?: { uart?: boolean }): void;
  updateServices(services: EspruinoServices): void;
  on(event: "disconnect", listener: () => void): void;
  disconnect(): void;
}

interface EspruinoUtility {
  CRC32(data: string | Uint8Array): number;
  getAddressOf(value: Uint8Array, flat: boolean): number;
  nativeCall(
    address: number,
    signature: string,
  ): (op: number, a: number, b: number, c: number) => number;
  setConsole(device: null, options: { force: boolean }): void;
  getConsole(): string | null | undefined;
  toString(bytes: Uint8Array | ArrayBuffer): string;
  toArrayBuffer(bytes: string): ArrayBuffer;
  toUint8Array(bytes: string): Uint8Array;
  enableWatchdog(seconds: number, auto: boolean): void;
  kickWatchdog(): void;
  reboot(): void;
}

declare const E: EspruinoUtility;
/** Only on boards with Bluetooth. */
declare const NRF: EspruinoNrf;
declare function require(name: "Flash"): EspruinoFlash;
declare function require(name: "Storage"): EspruinoStorage;
declare function require(name: "crypto"): EspruinoCrypto;
declare const global: { [name: string]: unknown };
declare const process: { memory(): { free: number } };
declare function getTime(): number;
declare function atob(text: string): string;
declare function btoa(bytes: string): string;
declare function setTimeout(callback: () => void, milliseconds: number): number;
declare function setInterval(callback: () => void, milliseconds: number): number;
declare function clearTimeout(timer: number): void;
