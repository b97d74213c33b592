/** The journal as an outsider reads it: written apart from device/flash/journal.ts. */
import { crc32 } from "node:zlib";
import * as layout from "../../../device/flash/layout.js";

const { BLOCK, JOURNAL_AT, RECORD } = layout;
export const PLACES = (2 * BLOCK) / RECORD;
export const PER_BLOCK = PLACES / 2;

export interface Slot {
  sequence: number;
  tableAt: number;
  /** Hexadecimal. */
  digest: string;
}

export interface JournalRecord {
  phase: number;
  active: number;
  trials: number;
  serial: number;
  floor: number;
  reason: number;
  slots: [Slot, Slot];
}

export const placeAt = (place: number): number => JOURNAL_AT + place * RECORD;

/** What a place holds: a record, nothing, or what no one reads ("spent"). */
export function readPlace(image: Uint8Array, place: number): JournalRecord | "blank" | "spent" {
  const bytes = image.subarray(placeAt(place), placeAt(place) + RECORD);
  const view = new DataView(bytes.buffer, bytes.byteOffset, RECORD);
  const number = (at: number) => view.getUint32(at, true);
  if (bytes[0] === 255 && bytes.every((byte) => byte === 255)) return "blank";
  if (bytes[0] !== layout.RECORD_MAGIC) return "spent";
  if (crc32(bytes.subarray(0, layout.RECORD_CRC)) !== number(layout.RECORD_CRC)) return "spent";
  const slot = (i: number): Slot => {
    const at = layout.SLOT_STATE + i * layout.SLOT_STATE_SIZE;
    const digest = Buffer.from(bytes.subarray(at + layout.SLOT_DIGEST, at + 40)).toString("hex");
    return { sequence: number(at), tableAt: number(at + layout.SLOT_TABLE), digest };
  };
  return {
    phase: bytes[layout.PHASE],
    active: bytes[layout.ACTIVE],
    trials: bytes[layout.TRIALS],
    serial: number(layout.SERIAL),
    floor: number(layout.FLOOR),
    reason: number(layout.REASON),
    slots: [slot(0), slot(1)],
  };
}

export type Place = ReturnType<typeof readPlace>;

/** The place of the newest record, or -1. */
export function newestOf(places: readonly Place[]): number {
  let newest = -1;
  let serial = -1;
  places.forEach((place, i) => {
    if (typeof place === "object" && place.serial > serial) {
      newest = i;
      serial = place.serial;
    }
  });
  return newest;
}

/** How many records fit behind the newest before a block has to be erased. */
export function roomBehind(places: readonly Place[], newest: number): number {
  let place = newest;
  do place = (place + 1) % PLACES;
  while (place % PER_BLOCK && places[place] !== "blank");
  return place % PER_BLOCK ? PER_BLOCK - (place % PER_BLOCK) : 0;
}

/** The newest record of an image. */
export function stateOf(image: Uint8Array): JournalRecord | undefined {
  const places = readJournal(image);
  return places[newestOf(places)] as JournalRecord | undefined;
}

/** All places of an image. */
export function readJournal(image: Uint8Array): Place[] {
  return Array.from({ length: PLACES }, (_, place) => readPlace(image, place));
}

/**
 * The same state with `room` places left in the journal's block. In front of the newest record and in the
 * other block stand older ones: `older`, a record that must never be taken for the state again.
 */
export function withRoom(image: Uint8Array, room: number, older: Uint8Array): Uint8Array {
  const moved = image.slice();
  const newest = newestOf(readJournal(image));
  const block = newest < PER_BLOCK ? 0 : PER_BLOCK;
  const last = block + PER_BLOCK - 1 - room;
  const state = image.slice(placeAt(newest), placeAt(newest) + RECORD);
  const put = (place: number, serial: number, content = older) => {
    const bytes = content.slice();
    const view = new DataView(bytes.buffer);
    view.setUint32(layout.SERIAL, serial, true);
    view.setUint32(layout.RECORD_CRC, crc32(bytes.subarray(0, layout.RECORD_CRC)), true);
    moved.set(bytes, placeAt(place));
  };
  moved.fill(255, placeAt(0), placeAt(PLACES));
  for (let i = 1; i < PER_BLOCK; i++) put((block + PER_BLOCK + i) % PLACES, 1000 + i);
  for (let place = block; place < last; place++) put(place, 2000 + place);
  put(last, 2000 + last, state);
  return moved;
}
