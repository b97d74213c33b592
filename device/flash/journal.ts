/**
 * The journal: two blocks of 128-byte records, each a whole snapshot of the board's state.
 *
 * A record is one fresh aligned run of words, never touched again, closed by a CRC-32: a torn one is
 * ignored. The newest valid record is the state. A full block is followed by the other one, which is
 * erased first; until its first record is complete the newest record still stands in the full block,
 * so no instant is without a valid state.
 */
import { words } from "../bytes.js";
import { fail, JOURNAL_EMPTY } from "../errors.js";
import type { Port } from "../port/port.js";
import { BLOCK, JOURNAL_AT, RECORD, RECORD_CRC, RECORD_MAGIC, SERIAL } from "./layout.js";

const PER_BLOCK = BLOCK / RECORD;

/** Closes a record: its CRC-32 goes behind its bytes. */
export const sealRecord = (record: Uint8Array, crc: Port["crc"]): void => {
  words(record)[RECORD_CRC / 4] = crc(record.subarray(0, RECORD_CRC));
};

/** Where record number `i` of both blocks lies. */
const placeAt = (i: number): number => JOURNAL_AT + i * RECORD;

/** Index of the newest valid record. Throws JOURNAL_EMPTY when there is none. */
export const findNewest = (port: Port): number => {
  let newest = -1;
  let serial = -1;
  for (let i = 0; i < 2 * PER_BLOCK; i++) {
    const head = words(port.read(placeAt(i), 8));
    if (
      (head[0] & 255) === RECORD_MAGIC &&
      head[SERIAL / 4] > serial &&
      port.crcAt(placeAt(i), RECORD_CRC) === words(port.read(placeAt(i) + RECORD_CRC, 4))[0]
    ) {
      newest = i;
      serial = head[SERIAL / 4];
    }
  }
  if (newest < 0) fail(JOURNAL_EMPTY, 0);
  return newest;
};

/** The state that record `index` holds, 128 bytes (layout.ts, PHASE and following). */
export const readState = (port: Port, index: number): Uint8Array =>
  port.read(placeAt(index), RECORD);

/** Appends `state` behind record `newest`; gives the index of the new record. */
export const appendState = (port: Port, state: Uint8Array, newest: number): number => {
  const blank = port.crc(new Uint8Array(RECORD).fill(255));
  let place = newest;
  // A torn record may stand behind the newest one: its words are spent, step over it.
  do {
    place = (place + 1) % (2 * PER_BLOCK);
    // Its number is spent, too: a cell that was left undecided may make it readable later.
    words(state)[SERIAL / 4]++;
  } while (place % PER_BLOCK && port.crcAt(placeAt(place), RECORD) !== blank);
  if (!(place % PER_BLOCK)) port.erase(placeAt(place));
  sealRecord(state, port.crc);
  port.write(placeAt(place), state);
  return place;
};
