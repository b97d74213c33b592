/**
 * What the agent alone needs of Espruino. Everything is taken before the app runs: what the app
 * redefines later does not matter to the agent.
 */
import { HEADER, LINK_NAMES } from "../flash/layout.js";

const getConsole = E.getConsole;
const memory = process.memory;
const storage = require("Storage");
const toArrayBuffer = E.toArrayBuffer;

/** Calls back a little later, so that an answer goes out first. */
export const later = setTimeout;
export const every = setInterval;
/** A byte string as bytes. */
export const toBytes = E.toUint8Array;
/** Bit 0: the console is open. */
export const doors = (): number => (getConsole() ? 1 : 0);
/** Seconds since 1970, if the clock was ever set. */
export const now = getTime;
/** Bytes of the region, where the chip maps its flash without a copy in RAM. */
export const inPlace = (at: number, length: number): ArrayBuffer =>
  toArrayBuffer(storage.read(".boot0", at - HEADER, length));
/** Free memory in variables. */
export const free = (): number => memory().free;

/** Attaches a receiver to every serial device whose bit is set; given the device. */
export const listen = (
  links: number,
  attach: (device: EspruinoSerial) => (bytes: string) => void,
): void => {
  LINK_NAMES.forEach((name, i) => {
    const device = global[name] as EspruinoSerial;
    if (links & (1 << i)) device.on("data", attach(device));
  });
};
