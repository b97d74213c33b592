/**
 * What is known about each kind of board, as data. Sources: `boards/*.py` of Espruino (geometry,
 * variables, libraries, MTU), Nordic's product specifications (writes between erases), and for
 * `linux` the stock Linux build, whose flash is a file of 256 KB.
 *
 * A new board is a new file in `profiles/`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { BLOCK, SLOTS_AT } from "../../device/flash/layout.js";

/**
 * What a board's agent bears: beyond it a release is refused with 702, 313, 703, 704, 705 or 202.
 * `envelope` becomes part of the configuration, the others are constants of the agent.
 */
export interface Limits {
  /** Bytes, without the payloads inside. */
  envelope: number;
  components: number;
  /** Commands that the processor runs, one for each time that it runs it. */
  commands: number;
  /** Levels of nested command sequences. */
  nesting: number;
  /** Bytes of a URI. */
  uri: number;
  signatures: number;
}

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
  /** Code is copied to RAM before it runs, as the flash is not memory-mapped. */
  copyCode: boolean;
  /** Blocks behind slot B for tables that make signatures cheaper to verify without the module. */
  tableBlocks: number;
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
  /** What starts the DFU when it is held at power-on, by its name; null where there is none. */
  button: string | null;
  /** The file that owns Storage and runs at every start. */
  bootFile: string;
  limits: Limits;
  /** Ways past all checks that the hardware itself leaves open. */
  doors: string[];
  /** Where the facts are from. */
  sources: string[];
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
  const profile = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8")) as Profile;
  checkLimits(profile.limits, name);
  return profile;
}

/** The names of all limits, and the most that fits where they are kept. */
const MOST: Limits = {
  envelope: 65535,
  components: 255,
  commands: 65535,
  nesting: 255,
  uri: 65535,
  signatures: 255,
};

/** A profile is written by people, and what is wrong in it would become a board that refuses all. */
export function checkLimits(limits: unknown, where: string): asserts limits is Limits {
  const given = Object.entries((limits ?? {}) as Record<string, unknown>);
  const isComplete = Object.keys(MOST).every((key) => given.some(([name]) => name === key));
  if (!isComplete) throw new Error(`${where}: not all limits are given`);
  for (const [key, value] of given) {
    const most = Object.hasOwn(MOST, key) ? MOST[key as keyof Limits] : 0;
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > most)
      throw new Error(`${where}: the limit "${key}" must be a whole number from 1 to ${most}`);
  }
}

/** Bytes of the region: the whole of Storage. */
export function regionSize(profile: Profile): number {
  return profile.blocks * BLOCK;
}

/** Blocks of each of the two slots. */
export function slotBlocks(profile: Profile): number {
  return Math.floor((profile.blocks - profile.tableBlocks - SLOTS_AT / BLOCK) / 2);
}

/** The doors of a profile; none for a board that names no known one. */
export function hardwareDoors(name = ""): string[] {
  return profileNames().includes(name) ? loadProfile(name).doors : [];
}
