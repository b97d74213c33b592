/**
 * What an app finds on a board: the part of Espruino that most apps use, and `suitcase`. Included in
 * every `suitcase build`; an app declares what else it needs with `declare` in a .d.ts of its own.
 */

interface Pin {
  read(): boolean;
  write(value: boolean | number): void;
  set(): void;
  reset(): void;
  toggle(): boolean;
  mode(mode?: PinMode): PinMode;
  analog(): number;
  pwm(value: number, options?: { freq?: number }): void;
}
type PinMode =
  | "auto"
  | "analog"
  | "input"
  | "input_pullup"
  | "input_pulldown"
  | "output"
  | "opendrain"
  | "af_output"
  | "af_opendrain";

declare const LED: Pin;
declare const LED1: Pin;
declare const LED2: Pin;
declare const LED3: Pin;
declare const BTN: Pin;
declare const BTN1: Pin;
declare const BTN2: Pin;
declare const BTN3: Pin;

declare function pinMode(pin: Pin, mode: PinMode): void;
declare function digitalRead(pin: Pin | Pin[]): number;
declare function digitalWrite(pin: Pin | Pin[], value: boolean | number): void;
declare function digitalPulse(pin: Pin, value: boolean | number, time: number | number[]): void;
declare function analogRead(pin: Pin): number;
declare function analogWrite(pin: Pin, value: number, options?: { freq?: number }): void;

interface WatchEvent {
  state: boolean;
  time: number;
  lastTime: number;
  pin: Pin;
}
declare function setWatch(
  listener: (event: WatchEvent) => void,
  pin: Pin,
  options?: { repeat?: boolean; edge?: "rising" | "falling" | "both"; debounce?: number },
): number;
declare function clearWatch(id?: number): void;

declare function setTimeout(callback: () => void, milliseconds: number): number;
declare function setInterval(callback: () => void, milliseconds: number): number;
declare function changeInterval(id: number, milliseconds: number): void;
// Without an id they would clear the timers of the agent too: the watchdog's, the trial's.
declare function clearTimeout(id: number): void;
declare function clearInterval(id: number): void;
declare function getTime(): number;
declare function setTime(seconds: number): void;

declare function print(...values: unknown[]): void;
declare const console: {
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
  debug(...values: unknown[]): void;
};
declare function atob(text: string): string;
declare function btoa(bytes: string): string;
declare function peek8(address: number): number;
declare function peek16(address: number): number;
declare function peek32(address: number): number;
declare const global: { [name: string]: unknown };
declare const process: {
  version: string;
  env: { BOARD: string; VERSION: string; SERIAL: string; [name: string]: unknown };
  memory(): { free: number; usage: number; total: number; history: number };
  on(event: "uncaughtException", listener: (error: unknown) => void): void;
};

declare const E: {
  getTemperature(): number;
  getBattery(): number;
  hwRand(): number;
  toString(bytes: Uint8Array | number[]): string;
  toUint8Array(bytes: string | number[]): Uint8Array;
  toArrayBuffer(bytes: string): ArrayBuffer;
  CRC32(data: string | Uint8Array): number;
  on(event: "init" | "kill" | "errorFlag", listener: (...values: unknown[]) => void): void;
  [name: string]: unknown;
};

interface Serial {
  setup(baud: number, options?: { [name: string]: unknown }): void;
  print(text: string): void;
  println(text: string): void;
  write(bytes: string | Uint8Array | number[]): void;
  on(event: "data", listener: (bytes: string) => void): void;
}
declare const Bluetooth: Serial;
declare const Serial1: Serial;
declare const USB: Serial;

declare const NRF: {
  getAddress(): string;
  getBattery(): number;
  setAdvertising(data: unknown, options?: { [name: string]: unknown }): void;
  setScan(listener?: (device: { [name: string]: unknown }) => void, options?: object): void;
  on(event: "connect" | "disconnect", listener: (value: unknown) => void): void;
  disconnect(): void;
  [name: string]: unknown;
};

interface Module {
  // biome-ignore lint/suspicious/noExplicitAny: a board's modules are typed nowhere
  [name: string]: any;
}
/** A module that is part of the board's firmware, such as "Storage" or "crypto". */
declare function require(name: string): Module;

/** What the agent says of the firmware that runs (docs/wire-format.md, 66/1); texts and byte arrays. */
interface SuitcaseStatus {
  /** The slot that runs, 0 or 1. */
  slot: number;
  sequence_number: number;
  /** SHA-256 of the manifest, 32 bytes. */
  digest: Uint8Array;
  /** Bit 0: the console is open. */
  doors: number;
  /** Free memory, in variables. */
  free: number;
  /** The last refusal since the board started: a number of the error table, or 0. */
  refused: number;
  /** Of the agent. */
  version: number;
}

/** Put in place by the update agent before the app starts. */
declare const suitcase: {
  /**
   * Says that this firmware works; the agent confirms it half a second later, when the health rule of the
   * release holds too. Without it a new firmware is reverted after its trial. No trial: no effect.
   */
  confirm(): void;
  /** True until a new firmware is confirmed. */
  trial(): boolean;
  /** What runs, and what was refused last. */
  status(): SuitcaseStatus;
  /**
   * Asked when a release wants to be authorised: is one of this priority welcome now? The smaller the
   * number, the more urgent it is. Without this function such a release is refused, or waits.
   */
  allow?: (priority: number) => boolean;
  /**
   * Told how an update goes: `state` is one of the poll states (2 a file arrives, 3 staged, 4 refused, 5
   * nothing to do), `bytes` how much of the file is there.
   */
  progress?: (state: number, bytes: number) => void;
  /**
   * Asked before the restart into a new firmware, again and again while it is true, for ten minutes at most:
   * is this a bad moment?
   */
  busy?: () => boolean;
  /** Asked by every host that polls: does the app want an update? A host may then offer one. */
  wants?: () => boolean;
};
