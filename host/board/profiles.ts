/**
 * What is known about each kind of board, as data. Sources: `boards/*.py` of Espruino (geometry,
 * variables, libraries, MTU), Nordic's product specifications (writes between erases), and for
 * `linux` the stock Linux build, whose flash is a file of 256 KB.
 *
 * A new board is a new file in `profiles/`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { BLOCK, SLOTS_AT } from "../../device/flash/layout.js";

export interface Profile {
  /** Name on the command line, also the name of the file. */
  name: string;
  /** `process.env.BOARD` on the board. */
  board: string;
  chip: string;
  /** Address of the first byte of Storage, where the region begins. */
  baseAddress: number;
  /** 4,096-byte blocks of Storage. */
  blocks: number;
  /** The unit of erasure, bytes. */
  pageSize: number;
  /**
   * How often a 32-bit word may be written between two erases (nWRITE: 2 on nRF52833 and
   * nRF52840). The specification of the nRF52832 limits the 512-byte block instead
   * (`writesPerBlock`); 2 is kept there too, so that code is portable. 0: no limit.
   */
  writesPerWord: number;
  /** How many word writes a 512-byte block takes between erases (nWRITE,BLOCK). 0: no limit. */
  writesPerBlock: number;
  /** Variables the interpreter has, and bytes of each. */
  jsvars: number;
  jsvarBytes: number;
  /** The chip can run the native module (docs/native-module.md) from its flash. */
  nativeModule: boolean;
  /** `E.enableWatchdog` works. */
  watchdog: boolean;
  /** Hash functions of `require("crypto")`; when empty, the board has no such module. */
  crypto: string[];
  /** Largest BLE packet with its 3-byte head, bytes. 0 without BLE. */
  mtu: number;
  /** Serial devices; the console is on the first one at start. */
  links: string[];
  /** LEDs and buttons, by the names of Espruino. */
  pins: string[];
  /** Ways past all checks that the hardware itself leaves open. */
  doors: string[];
}

const FOLDER = new URL("./profiles/", import.meta.url);

/** Names that {@link loadProfile} takes. */
export function profileNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

export function loadProfile(name: string): Profile {
  const known = profileNames();
  if (!known.includes(name)) {
    throw new Error(`no board named "${name}"; known boards: ${known.join(", ")}`);
  }
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8")) as Profile;
}

/** Bytes of the region: the whole of Storage. */
export function regionSize(profile: Profile): number {
  return profile.blocks * BLOCK;
}

/** Blocks of each of the two slots. */
export function slotBlocks(profile: Profile): number {
  return Math.floor((profile.blocks - SLOTS_AT / BLOCK) / 2);
}
