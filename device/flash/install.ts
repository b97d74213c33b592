/**
 * One update on its way into the inactive slot: the places of its plan are filled one after another.
 *
 * Bytes go into the slot in one ascending run: components in the order in which they were planned, each
 * padded to whole words, then the envelope, then the table. `cursor` is where the next byte goes;
 * everything below it is written, everything from it up to the end of what is needed is erased. After
 * a restart it goes back to the start of the block in which the last byte was written.
 */
import { Bytes, same, words } from "../bytes.js";
import { FLASH_WRITE, fail } from "../errors.js";
import { api, port, record, state } from "../shared.js";
import {
  ACTIVE,
  BLANK_BLOCK,
  BLOCK,
  FLOOR,
  PHASE,
  REASON,
  SLOT_DIGEST,
  SLOT_STATE,
  SLOT_STATE_SIZE,
  STAGED,
  TRIALS,
} from "./layout.js";
import type { Place, Transfer } from "./transfer.js";

/** The inactive slot: its start in the region and its state in the journal's record, a word's index. */
let slotAt = 0;
let stateAt = 0;
let cursor = 0;
let transfer: Transfer;
/** Number of the piece that is filled. */
let current = 0;
/** The place whose bytes came from the host from its start on, since it was compared last. */
let received: Place | undefined;
/** Comparisons that failed without the host's doing. */
let rewinds = 0;

/** The place that waits for bytes from the host. */
export let wanted: Place;

const CHUNK = 256;

const blockOf = (position: number): number => position - (position % BLOCK);

/** Words as bytes. This runs after the app, so no engine's object is named that an app could replace. */
const bytesOf = (numbers: number[]): Uint8Array => {
  const bytes = new Bytes(4 * numbers.length);
  words(bytes).set(numbers);
  return bytes;
};

const putState = (sequenceNumber: number, tableAt: number): void => {
  state[stateAt] = sequenceNumber;
  state[stateAt + 1] = tableAt;
  api.save();
};

/**
 * Erases the blocks from `from` (a block's start) up to `to` and sets the cursor there. A record
 * before it takes the slot, a record after it says that the rest is erased: blocks that were erased in
 * part are never taken for blocks that can be written.
 */
const eraseBlocks = (from: number, to: number): void => {
  const at = transfer.digestFrom;
  record.set(transfer.offering.subarray(at, at + 32), 4 * stateAt + SLOT_DIGEST);
  putState(0, 0);
  for (cursor = from; from < to; from += BLOCK) {
    port.erase(slotAt + from);
    port.kick();
  }
  putState(transfer.numbered, 0);
};

/** Takes the slot for the planned update, or takes up the work where a restart interrupted it. */
export const openTarget = (planned: Transfer): void => {
  let from = 0;
  transfer = planned;
  port.spent.fill(0);
  received = undefined;
  current = rewinds = 0;
  slotAt = api.slotAt(1 - record[ACTIVE]);
  stateAt = (SLOT_STATE + SLOT_STATE_SIZE * (1 - record[ACTIVE])) / 4;
  if (
    state[stateAt] === transfer.numbered &&
    !state[stateAt + 1] &&
    same(record, 4 * stateAt + SLOT_DIGEST, transfer.offering, transfer.digestFrom, 32)
  ) {
    // At most where the components end: the envelope is written whole, right behind them.
    from = blockOf(transfer.filledTo);
    while (from && port.crcAt(slotAt + from, BLOCK) === BLANK_BLOCK) from -= BLOCK;
  }
  // The last word may be torn: its block is written anew. Those behind it are blank, but writes that
  // left no trace count too: an nRF52832 takes 181 in 512 bytes.
  eraseBlocks(from, transfer.needs);
};

/** Programs bytes at the cursor; the last word is filled up with erased bytes. */
const append = (bytes: Uint8Array): void => {
  const whole = new Bytes((bytes.length + 3) & ~3).fill(255);
  whole.set(bytes);
  port.write(slotAt + cursor, whole);
  cursor += whole.length;
  port.kick();
};

/** Writes the envelope and the table behind the components and says so in the journal. */
const stage = (): void => {
  const table = transfer.tableEntries;
  append(transfer.offering.subarray(transfer.keepFrom, transfer.keepTo));
  const tableAt = cursor;
  table.push(port.crc(bytesOf(table)));
  append(bytesOf(table));
  state[FLOOR / 4] = transfer.numbered;
  state[REASON / 4] = 0;
  record[PHASE] = STAGED;
  record[TRIALS] = 0;
  putState(transfer.numbered, tableAt);
};

/**
 * Goes on as far as it can: gives 1 when the update is staged, 0 when a payload is wanted, and 2 + the
 * index of its component when what arrived was not what the manifest describes.
 */
export const advance = (): number => {
  let spoilt = 0;
  const envelope = transfer.offering;
  for (; current < transfer.ordered.length; current++) {
    const place = transfer.ordered[current];
    const end = place[0] + place[1];
    while (cursor < end) {
      const from = cursor - place[0];
      let size = end - cursor;
      if (size > CHUNK) size = CHUNK;
      if (place[3]) append(envelope.subarray(place[3] + from, place[3] + from + size));
      else if (place[5]) append(port.read(place[5] + from, size));
      else {
        wanted = place;
        return spoilt;
      }
    }
    if (!same(port.hashAt(slotAt + place[0], place[1]), 0, envelope, place[2], 32)) {
      // Bytes that the host sent are its fault; what a restart left, or a copy inside the flash, is not.
      // That is done again, but what does not match twice will not match the third time.
      const isTheirs = received === place;
      received = undefined;
      eraseBlocks(blockOf(place[0]), cursor);
      if (isTheirs) spoilt = 2 + place[6];
      else if (rewinds++ > 1) fail(FLASH_WRITE, place[0]);
      current = -1;
    }
    port.kick();
  }
  stage();
  return 1;
};

/** A number for the wanted payload of this manifest: 1 to 2^28. */
export const wantedSession = (): number => 1 + current + (transfer.numbered & 0xffffff) * 16;

/** The offset in the wanted payload that is to come next: all before it is there, or it were wanted. */
export const wantedOffset = (): number => cursor - wanted[0];

/** Takes a piece of the wanted payload, whole words but for the end. */
export const receive = (bytes: Uint8Array): void => {
  const from = wantedOffset();
  let size = bytes.length;
  if (from + size < wanted[1]) size &= ~3;
  if (size) {
    // Behind bytes that a restart left, a mismatch is not the fault of who goes on.
    if (!from) received = wanted;
    append(bytes.subarray(0, size));
  }
};
