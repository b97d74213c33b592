/** A bootloader's handover and an `NRF` that records, for the link by itself (link-rig.ts). */
import type { BootApi } from "../../../device/boot-api.js";
import { Bytes, characters, chars, same, words } from "../../../device/bytes.js";

declare const global: { [name: string]: unknown };

type Write = (event: { data: ArrayBuffer }) => void;

interface Services {
  [service: string]: { [characteristic: string]: { onWrite: Write; value: string } };
}

export const SERVICE = "8d53dc1d-1db7-4cd3-868b-8a527460aa84";
const CHARACTERISTIC = "da2e7828-fbce-4e01-ae9e-261174997c48";

/** The services that were set last. */
export let services: Services = {};
/** Called with each notification. */
export let notified: (value: string) => void = () => {};
export let disconnected: () => void = () => {};

export const onNotify = (callback: (value: string) => void): void => {
  notified = callback;
};

export const write = (bytes: Uint8Array): void =>
  services[SERVICE][CHARACTERISTIC].onWrite({ data: new Uint8Array(bytes).buffer });

global.$ = {
  Bytes: Bytes,
  characters: characters,
  chars: chars,
  same: same,
  words: words,
} as unknown as BootApi;

global.NRF = {
  setServices: (given: Services) => {
    services = given;
  },
  updateServices: (given: Services) => notified(given[SERVICE][CHARACTERISTIC].value),
  on: (_: string, listener: () => void) => {
    disconnected = listener;
  },
  disconnect: () => {},
};

/** What the serial line would hand over, and what was written to it last. */
export let receive: (text: string) => void = () => {};
export let written = "";

// A name of links that the engine for Linux has no device for.
global.Bluetooth = {
  on: (_: string, listener: (text: string) => void) => {
    receive = listener;
  },
  write: (text: string) => {
    written = text;
  },
};

/** Answers echo and uploads, and all else with what takes three pieces of 20 bytes. */
global.handle = (_: number, request: { d?: Uint8Array; data?: Uint8Array }) =>
  request.d
    ? { r: chars(request.d, 0, request.d.length) }
    : request.data
      ? { off: 65536 }
      : { text: "x".repeat(40) };
