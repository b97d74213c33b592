/**
 * A simulated board that lives in a file: what `sim:FILE` names, and what `suitcase sim` serves.
 */
import {
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { SuitcaseError } from "../errors.js";
import type { Duplex } from "../link/transport.js";
import { hasModule, profileNameIn } from "./config-page.js";
import { NorFlash } from "./flash.js";
import { requireRoom, withoutNative } from "./no-native.js";
import { loadProfile, type Profile, profileNames, regionSize } from "./profiles.js";
import { SimulatedBoard } from "./simulator.js";

/** The profile of a name, or of such a board without native code; throws BOARD_UNKNOWN, NATIVE_NEEDED. */
export function profileOf(name: string, native = true): Profile {
  const known = profileNames();
  if (!known.includes(name))
    throw new SuitcaseError("BOARD_UNKNOWN", `There is no board "${name}" (${known.join(", ")})`);
  if (native) return loadProfile(name);
  const profile = withoutNative(loadProfile(name));
  requireRoom(profile);
  return profile;
}

/** The board that a flash file was provisioned for; undefined for a file that is not there or blank. */
export function provisionedAs(file: string): Profile | undefined {
  if (!existsSync(file)) return undefined;
  if (!statSync(file).isFile()) throw new SuitcaseError("FLASH_FILE", `${file} is not a file`);
  const region = readFileSync(file);
  const name = profileNameIn(region);
  if (name === undefined || !profileNames().includes(name)) return undefined;
  return hasModule(region) ? loadProfile(name) : withoutNative(loadProfile(name));
}

/**
 * Opens the flash file of a board, which is made when it is not there.
 *
 * @throws FLASH_FILE when its size is not that of the board's flash
 */
export function openFlash(file: string, profile: Profile): NorFlash {
  const size = regionSize(profile);
  if (existsSync(file) && statSync(file).size !== size)
    throw new SuitcaseError(
      "FLASH_FILE",
      `${file} has ${statSync(file).size} bytes, the flash of a ${profile.name} has ${size}`,
    );
  return NorFlash.open(file, SimulatedBoard.geometry(profile));
}

/** Locks that this process holds. */
const held = new Set<string>();

/**
 * Claims a flash file for this process, so that two simulators never write to it.
 *
 * @returns gives the file free again
 * @throws FLASH_BUSY
 */
export function claim(file: string): () => void {
  const lock = `${path.resolve(file)}.lock`;
  const own = `${lock}.${process.pid}`;
  for (;;) {
    if (held.has(lock)) throw new SuitcaseError("FLASH_BUSY", `${file} is in use by this process`);
    if (createLock(lock, own)) {
      held.add(lock);
      return () => {
        held.delete(lock);
        rmSync(lock, { force: true });
      };
    }
    const owner = readOwner(lock);
    // A number of our own that we do not hold is that of an earlier process.
    if (owner !== process.pid && isAlive(owner))
      throw new SuitcaseError("FLASH_BUSY", `${file} is in use by process ${owner} (${lock})`);
    removeStale(lock, own, owner);
  }
}

/** Creates the lock with our number in it, at once; false when there is one. */
function createLock(lock: string, own: string): boolean {
  try {
    writeFileSync(own, String(process.pid));
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new SuitcaseError("OUTPUT_UNWRITABLE", `${lock} cannot be written`);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes the lock of a process that was killed, unless somebody was faster and has a new one. */
function removeStale(lock: string, own: string, owner: number): void {
  try {
    renameSync(lock, own);
    if (readOwner(own) !== owner) linkSync(own, lock);
  } catch {
    // Gone already, or taken meanwhile: the next attempt sees.
  } finally {
    rmSync(own, { force: true });
  }
}

/** The process in a lock; 0 when there is none. */
function readOwner(lock: string): number {
  try {
    return Number(readFileSync(lock, "utf8")) || 0;
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export interface OpenBoard {
  board: SimulatedBoard;
  /** Powers off and closes the file. */
  close(): void;
}

/**
 * Powers on the board in a file.
 *
 * @param log gets what the board prints
 * @param blank the kind of board for a flash that was not provisioned
 * @throws BOARD_BLANK, FLASH_FILE, FLASH_BUSY
 */
export function openBoard(
  file: string,
  log: (text: string) => void = () => {},
  blank?: Profile,
): OpenBoard {
  const profile = provisionedAs(file) ?? blank;
  if (!profile) throw new SuitcaseError("BOARD_BLANK", `${file} holds no provisioned board`);
  const release = claim(file);
  try {
    const flash = openFlash(file, profile);
    const board = new SimulatedBoard({ profile, flash, log });
    board.on("fault", (error: Error) => log(`simulator: ${error.message}\n`));
    board.powerOn();
    return {
      board,
      close() {
        board.powerOff();
        flash.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The serial device on which the host talks to a simulated board. */
export function linkDevice(profile: Profile): string {
  return profile.links[0];
}

/** One end of a running board's serial port; closing it takes the cable off and calls `closed`. */
export function boardDuplex(board: SimulatedBoard, closed: () => void = () => {}): Duplex {
  const device = linkDevice(board.profile);
  const closers: (() => void)[] = [];
  const detachers: (() => void)[] = [];
  let isOpen = true;
  return {
    write: (bytes) => {
      if (isOpen) board.send(device, bytes);
    },
    // The board answers from within `send`: the host hears of it later, as over a wire.
    onData: (callback) => {
      const late = (bytes: Uint8Array) => setImmediate(() => isOpen && callback(bytes));
      detachers.push(board.onData(device, late));
    },
    onClose: (callback) => {
      closers.push(callback);
    },
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      for (const detach of detachers) detach();
      closed();
      for (const callback of closers) callback();
    },
  };
}

/** Opens `sim:FILE`: the board runs in this process for as long as the link is open. */
export async function openSimulated(file: string): Promise<Duplex> {
  const { board, close } = openBoard(file);
  return boardDuplex(board, close);
}
