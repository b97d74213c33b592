/**
 * What the agent alone needs of Espruino. Everything is taken before the app runs: what the app
 * redefines later does not matter to the agent.
 */
import { HEADER, LINK_NAMES } from "../flash/layout.js";

const getConsole = E.getConsole;
const memory = process.memory;
const storage = /* @__PURE__ */ require("Storage");
const toArrayBuffer = E.toArrayBuffer;

/** Calls back a little later, so that an answer goes out first. */
export const later = setTimeout;
export const every = setInterval;
export const cancel = clearTimeout;
/** Gives a timer another period, milliseconds. */
export const change = changeInterval;
/** A byte string as bytes. */
export const toBytes = E.toUint8Array;
/** Bytes as a byte string. */
export const toText = E.toString;
/** Bit 0: the console is open. */
export const doors = (): number => (getConsole() ? 1 : 0);
/**
 * Bluetooth, where the board has it. By its name: as a member of `global` it would be another object
 * than the app's, and no event would reach it.
 */
export const nrf = typeof NRF !== "undefined" && NRF;
/** Seconds since 1970, if the clock was ever set. */
export const now = getTime;
/** Bytes of the region, where the chip maps its flash without a copy in RAM. */
export const inPlace = (at: number, length: number): ArrayBuffer =>
  toArrayBuffer(storage.read(".boot0", at - HEADER, length));
/** Free memory in variables. */
export const free = (): number => memory().free;
/** What went wrong since this was asked last: "MEMORY" and others. */
export const troubles = E.getErrorFlags;
/** Tells of every error that nothing catches; the listener throws it again, so that it is printed. */
export const onError = (listener: (error: unknown) => void): void =>
  process.on("uncaughtException", listener);

/** What was attached, and to what. */
const attached: [device: EspruinoSerial, listener: unknown][] = [];

/** Are all receivers still where they were attached, and can be answered? An app can remove them. */
export const isAttached = (): boolean =>
  attached.every((each) => {
    each[0].write("");
    return [].concat(each[0]["#ondata"] as never).indexOf(each[1] as never) >= 0;
  });

/** Attaches a receiver to every serial device whose bit is set; given the device. */
export const listen = (
  links: number,
  attach: (device: EspruinoSerial) => (bytes: string) => void,
): void => {
  LINK_NAMES.forEach((name, i) => {
    const device = global[name] as EspruinoSerial;
    if (links & (1 << i)) {
      const listener = attach(device);
      device.on("data", listener);
      attached.push([device, listener]);
    }
  });
};
