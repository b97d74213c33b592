/**
 * One update on its way into the inactive slot.
 *
 * The manifest is executed from its first command each time: once against a plan, before anything is
 * asked for or erased, and then against the flash, again after every payload that arrived. A fetch
 * whose bytes are there and match is passed over, the first one that is not there stops the run and
 * becomes the resource that the board wants. So there is no interpreter state to lose with the power.
 *
 * Bytes go into the slot in one ascending run: components in the order in which they are fetched, each
 * padded to whole words, then the envelope, then the table. `cursor` is where the next byte goes;
 * everything below it is written, everything from it up to the end of what is needed is erased. After
 * a restart it goes back to the start of the block in which the last byte was written.
 */
import { put32, same, u32 } from "../bytes.js";
import { FLASH_WRITE, fail, IMAGE_DIGEST } from "../errors.js";
import { at, input, seek, string, TEXT } from "../suit/cbor.js";
import { PARAM_SOURCE, PARAM_URI } from "../suit/codes.js";
import {
  digestAt,
  manifestAt,
  manifestEnd,
  protectedAt,
  signatureAt,
  signer,
  wrapperAt,
} from "../suit/envelope.js";
import { sequence } from "../suit/manifest.js";
import type { Target } from "../suit/processor.js";
import {
  ACTIVE,
  BLANK_BLOCK,
  BLOCK,
  FLOOR,
  PHASE,
  REASON,
  ROLE_AGENT,
  ROLE_APP,
  ROLE_DATA,
  SLOT_DIGEST,
  SLOT_STATE,
  SLOT_STATE_SIZE,
  SLOT_TABLE,
  STAGED,
  TABLE_ENTRY,
  TABLE_ENVELOPE,
  TABLE_HEAD,
  TABLE_MAGIC,
  TABLE_MANIFEST_END,
  TRIALS,
} from "./layout.js";
import {
  agent,
  api,
  app,
  envelope,
  integrated,
  needed,
  type Place,
  padded,
  placeOf,
  places,
  plan,
  port,
  record,
  runOn,
  total,
} from "./plan.js";

/** The inactive slot: its start in the region and its state in the journal's record. */
let slotAt = 0;
let stateAt = 0;
let cursor = 0;
/** The component whose payload was received from its start on, since it was compared last; or -1. */
let received = -1;
/** Comparisons that failed without the host's doing. */
let rewinds = 0;

/** The component that is wanted. */
export let wanted = -1;
/** Its URI. */
export let wantedUri: Uint8Array;
/** The payload that arrived last did not match: IMAGE_DIGEST, or 0. */
export let payloadError = 0;

/** Thrown to stop a run: a payload has to be received, or blocks have to be written again. */
const WANTED = {};
const REWIND = {};

const CHUNK = 256;

const blockOf = (position: number): number => position - (position % BLOCK);

const putState = (sequenceNumber: number, tableAt: number): void => {
  put32(record, stateAt, sequenceNumber);
  put32(record, stateAt + SLOT_TABLE, tableAt);
  api.save();
};

/**
 * Erases the blocks from `from` (a block's start) up to `to` and sets the cursor there. A record
 * before it takes the slot, a record after it says that the rest is erased: blocks that were erased in
 * part are never taken for blocks that can be written.
 */
const eraseBlocks = (from: number, to: number): void => {
  record.set(envelope.subarray(digestAt + 4, digestAt + 36), stateAt + SLOT_DIGEST);
  putState(0, 0);
  for (cursor = from; from < to; from += BLOCK) {
    port.erase(slotAt + from);
    port.kick();
  }
  putState(sequence, 0);
};

/** Takes the slot for the planned update, or takes up the work where a restart interrupted it. */
export const openTarget = (): void => {
  received = -1;
  rewinds = 0;
  payloadError = 0;
  slotAt = api.slotAt(1 - record[ACTIVE]);
  stateAt = SLOT_STATE + SLOT_STATE_SIZE * (1 - record[ACTIVE]);
  if (
    u32(record, stateAt) === sequence &&
    !u32(record, stateAt + SLOT_TABLE) &&
    same(record, stateAt + SLOT_DIGEST, envelope, digestAt + 4, 32)
  ) {
    // At most where the components end: the envelope is written whole, right behind them.
    cursor = blockOf(total);
    while (cursor && port.crcAt(slotAt + cursor, BLOCK) === BLANK_BLOCK) cursor -= BLOCK;
    // The last word may be torn: its block is written anew. Those behind it are blank, but writes that
    // left no trace count too: an nRF52832 takes 181 in 512 bytes.
    eraseBlocks(cursor, needed);
  } else eraseBlocks(0, needed);
};

/** Programs bytes at the cursor; the last word is filled up with erased bytes. */
const append = (bytes: Uint8Array): void => {
  const words = new Uint8Array(padded(bytes.length)).fill(255);
  words.set(bytes);
  port.write(slotAt + cursor, words);
  cursor += words.length;
  port.kick();
};

/** Fills what is missing of a place with bytes that `read` gives. */
const fill = (place: Place, read: (from: number, size: number) => Uint8Array): void => {
  while (cursor < place[0] + place[1]) {
    const from = cursor - place[0];
    append(read(from, Math.min(CHUNK, place[1] - from)));
  }
};

const fillFromFlash = (place: Place, source: number): void =>
  fill(place, (from, size) => port.read(source + from, size));

/** Throws REWIND unless a place that is written holds what it should. */
const compare = (index: number, place: Place): void => {
  port.kick();
  if (!same(port.hashAt(slotAt + place[0], place[1]), 0, input, place[2], 32)) {
    // Bytes that the host sent are its fault; what a restart left, or a copy inside the flash, is not.
    // That is done again, but what does not match twice will not match the third time.
    if (received === index) payloadError = IMAGE_DIGEST;
    else if (rewinds++ > 1) fail(FLASH_WRITE, place[0]);
    received = -1;
    eraseBlocks(blockOf(place[0]), cursor);
    throw REWIND;
  }
};

/** Where the running firmware holds a component of this size and digest; 0 when it does not. */
const findInRunning = (place: Place): number => {
  // A firmware whose app does not run is damaged somewhere.
  if (!api.appRuns) return 0;
  const start = api.slotAt(api.running);
  const table = api.readTable(api, api.running);
  const stored = port.read(start + u32(table, TABLE_ENVELOPE), u32(table, TABLE_MANIFEST_END));
  for (let entry = TABLE_HEAD; entry < table.length - 4; entry += TABLE_ENTRY)
    if (
      u32(table, entry + 4) === place[1] &&
      same(stored, u32(table, entry + 8), input, place[2], 32)
    )
      return start + u32(table, entry);
  return 0;
};

/** The same on the flash: what is missing is taken from the envelope, copied, or wanted. */
const flash = (): Target => {
  const target = plan();
  target.fetch = (index, parameters) => {
    const place = placeOf(index, parameters);
    const payload = integrated(parameters);
    if (payload) fill(place, (from, size) => payload.subarray(from, from + size));
    if (cursor < place[0] + place[1]) {
      const source = findInRunning(place);
      if (!source) {
        wanted = index;
        // The run ends here, so the reader may be taken.
        seek(parameters[PARAM_URI], input.length);
        const from = string(TEXT);
        wantedUri = input.subarray(from, at);
        throw WANTED;
      }
      fillFromFlash(place, source);
    }
    compare(index, place);
  };
  target.copy = (index, parameters) => {
    const place = placeOf(index, parameters);
    fillFromFlash(place, slotAt + places[parameters[PARAM_SOURCE] - 1][0]);
    compare(index, place);
  };
  return target;
};

/** Writes the envelope and the table behind the components and says so in the journal. */
const stage = (): void => {
  // The table is nothing but 32-bit numbers (flash/slot.ts).
  const words = [
    TABLE_MAGIC,
    places.length,
    signer,
    cursor,
    digestAt - wrapperAt,
    protectedAt - wrapperAt,
    signatureAt - wrapperAt,
    manifestAt - wrapperAt,
    manifestEnd - wrapperAt,
  ];
  places.forEach((place, i) => {
    words.push(
      place[0],
      place[1],
      place[2] - wrapperAt,
      i === agent ? ROLE_AGENT : i === app ? ROLE_APP : ROLE_DATA,
    );
  });
  const size = 4 * words.length;
  const table = new Uint8Array(size + 4);
  for (let i = 0; i < size; i += 4) put32(table, i, words[i / 4]);
  put32(table, size, port.crc(table.subarray(0, size)));
  append(envelope.subarray(wrapperAt, manifestEnd));
  append(table);
  put32(record, FLOOR, sequence);
  put32(record, REASON, 0);
  record[PHASE] = STAGED;
  record[TRIALS] = 0;
  putState(sequence, cursor - size - 4);
};

/** Goes on as far as it can: gives true when the update is staged, false when a payload is wanted. */
export const advance = (): boolean => {
  for (;;)
    try {
      runOn(flash());
      stage();
      return true;
    } catch (e) {
      if (e === WANTED) return false;
      if (e !== REWIND) throw e;
    }
};

/** Size of the wanted payload, bytes. */
export const wantedSize = (): number => places[wanted][1];

/** A number for the wanted payload of this manifest: 1 to 2^28. */
export const wantedSession = (): number => 1 + wanted + (sequence & 0xffffff) * 16;

/** The offset in the wanted payload that is to come next: all before it is there, or it were wanted. */
export const wantedOffset = (): number => cursor - places[wanted][0];

/** Takes a piece of the wanted payload, whole words but for the end; gives the offset wanted next. */
export const receive = (bytes: Uint8Array): number => {
  const from = wantedOffset();
  let size = bytes.length;
  if (from + size < wantedSize()) size &= ~3;
  if (size) {
    payloadError = 0;
    // Behind bytes that a restart left, a mismatch is not the fault of who goes on.
    if (!from) received = wanted;
    append(bytes.subarray(0, size));
  }
  return from + size;
};
