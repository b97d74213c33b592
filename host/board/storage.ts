/**
 * The part of Espruino's Storage that a board needs until its flash is provisioned: one log of
 * files, each a 32-byte header `{u32 size | flags << 24; char name[28]}` and its data padded to 4
 * bytes (jsflash.h, JsfFileHeader). Nothing is compacted: what does not fit is refused.
 */
import { BLOCK, HEADER } from "../../device/flash/layout.js";
import { toText } from "./bytes.js";
import type { NorFlash } from "./flash.js";
import { type Profile, regionSize } from "./profiles.js";

export interface StoredFile {
  name: string;
  /** First byte of the data, from the start of the flash. */
  at: number;
  size: number;
}

/** The header of a file, 32 bytes. */
export function fileHeader(name: string, size: number): Uint8Array {
  const header = new Uint8Array(HEADER);
  new DataView(header.buffer).setUint32(0, size, true);
  header.set(Buffer.from(name, "latin1").subarray(0, 28), 4);
  return header;
}

/** Files in the order in which they lie. A bad header ends the block, as in jsfGetNextFileHeader. */
export function listFiles(flash: NorFlash): StoredFile[] {
  const files: StoredFile[] = [];
  for (let at = 0; at + HEADER <= flash.size; ) {
    const header = flash.read(at, HEADER);
    const size = new DataView(header.buffer).getUint32(0, true) & 0xffffff;
    const valid = !blank(header.subarray(0, 4)) && at + HEADER + size <= flash.size;
    if (!valid) {
      if (at % flash.pageSize === 0) break;
      at = (Math.floor(at / flash.pageSize) + 1) * flash.pageSize;
      continue;
    }
    const name = toText(header.subarray(4)).split("\0")[0];
    if (header[4] !== 0) files.push({ name, at: at + HEADER, size });
    at = (at + HEADER + size + 3) & ~3;
  }
  return files;
}

export function findFile(flash: NorFlash, name: string): StoredFile | undefined {
  return listFiles(flash).find((file) => file.name === name);
}

/** Makes a file of `size` bytes behind the last one; false when it does not fit. */
export function createFile(flash: NorFlash, name: string, size: number): StoredFile | undefined {
  const last = listFiles(flash).at(-1);
  const at = last ? (last.at + last.size + 3) & ~3 : 0;
  if (at + HEADER + size > flash.size) return undefined;
  flash.program(at, fileHeader(name, size));
  return { name, at: at + HEADER, size };
}

/** Lays the one file `.boot0` that owns all of Storage into blank flash. Its data stays blank. */
export function provisionRegion(flash: NorFlash, profile: Profile): void {
  if (!blank(flash.read(0, BLOCK))) throw new Error("the flash is not blank: erase it first");
  createFile(flash, profile.bootFile, regionSize(profile) - HEADER);
}

export function blank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff);
}
