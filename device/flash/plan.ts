/**
 * What an update will be, decided in RAM: which component goes where in the inactive slot, whether all
 * of it is for this device and fits. Nothing here touches the flash.
 *
 * The manifest is executed on promises: a component that is fetched will hold what its digest and size
 * say, or the update ends. So one pass tells everything, and what is left to do is a list of places
 * that are to be filled. A component that the running firmware holds already, or the envelope, needs
 * not be sent; one that two components share is written once.
 */
import { chars, same } from "../bytes.js";
import {
  AGENT_MISSING,
  CLASS_MISMATCH,
  CLOCK_UNSET,
  COMPONENT_ID,
  COMPONENT_INDEX,
  COMPONENT_UNFILLED,
  CONTENT_MISMATCH,
  DEVICE_MISMATCH,
  EXPIRED,
  fail,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  NOT_AUTHORIZED,
  PARAMETER_MISSING,
  SLOT_MISMATCH,
  SLOT_TOO_SMALL,
} from "../errors.js";
import { allowed, now } from "../port/espruino-agent.js";
import { api, config, port, record } from "../shared.js";
import { at, end, input, load, seek } from "../suit/cbor.js";
import {
  COMPONENT_SLOT,
  COPY,
  DIRECTIVE_INVOKE,
  FETCH,
  IMAGE_MATCH,
  PARAM_CONTENT,
  PARAM_SIZE,
  PARAM_SOURCE,
  PARAM_URI,
  SWAP,
  UPDATE_AUTHORIZED,
  USE_BEFORE,
  WRITE,
} from "../suit/codes.js";
import { hashed, manifestEnd, members, wrapperAt } from "../suit/envelope.js";
import { components, readVersion } from "../suit/manifest.js";
import { type Parameters, parameters, reread, run } from "../suit/processor.js";
import {
  ACTIVE,
  CONFIG_DEVICE,
  TABLE_COUNT,
  TABLE_ENTRY,
  TABLE_ENVELOPE,
  TABLE_HEAD,
  TABLE_MANIFEST_END,
} from "./layout.js";

/**
 * Room for a component in the slot: its offset there, its size, in the envelope the offsets of its
 * digest and, when it has them, of its bytes and of the URI to ask for.
 */
export type Place = number[];

/** The authenticated envelope that is being installed. */
export let envelope: Uint8Array;
/** By component; two may share one. */
export let places: Place[];
/** In the order in which they lie in the slot. */
export let order: Place[];
/** Bytes of all places, padding included. */
export let total = 0;
/** Indices of the component to run, or -1, and of the agent. */
export let app = -1;
export let agent = -1;
/** Bytes of the slot that the update needs. */
export let needed = 0;

/** Whole words. Exact beyond 32 bits too, so that no size is taken for a small one. */
export const padded = (size: number): number => size + (-size & 3);

/** The identifier of a component on a board, `[name]` in CBOR: 1 to 16 bytes from "0" to "z". */
const nameOf = (range: number[]): string => {
  const name = chars(input, range[0] + 1, range[1] - range[0] - 1);
  return input[range[0]] === 0x81 && /^[A-P][0-z]+$/.test(name)
    ? name
    : fail(COMPONENT_ID, range[0]);
};

/** The envelope of the running firmware, as far as its slot keeps it. */
const runningEnvelope = (table: Uint32Array): Uint8Array =>
  port.read(
    api.slotAt(api.running) + table[TABLE_ENVELOPE / 4],
    table[TABLE_MANIFEST_END / 4],
  );

/** Where the running firmware holds what is of this size and digest; 0 when it does not. */
export const findInRunning = (size: number, digestAt: number): number => {
  let found = 0;
  // A firmware whose app does not run is damaged somewhere.
  if (api.appRuns) {
    const table = api.readTable(api.running);
    const stored = runningEnvelope(table);
    for (let entry = TABLE_HEAD / 4; entry < table.length - 1; entry += TABLE_ENTRY / 4)
      if (table[entry + 1] === size && same(stored, table[entry + 2], envelope, digestAt, 32))
        found = api.slotAt(api.running) + table[entry];
  }
  return found;
};

/** Does a place hold what the parameters say? */
const fits = (place: Place, values: Parameters): boolean =>
  place[1] === values[PARAM_SIZE] && same(input, place[2], input, values[IMAGE_MATCH], 32);

/** Gives a component its place, or the one that it has. */
const placeOf = (index: number, values: Parameters): Place => {
  const size = values[PARAM_SIZE];
  if (!places[index]) {
    places[index] = [total, size, values[IMAGE_MATCH], 0, 0];
    order.push(places[index]);
    total += padded(size);
  }
  return fits(places[index], values) ? places[index] : fail(IMAGE_DIGEST, index);
};

/** Takes the bytes of a component from the envelope. */
const take = (index: number, values: Parameters, from: number, to: number): void => {
  if (to - from !== values[PARAM_SIZE]) fail(IMAGE_SIZE, index);
  if (!hashed(from, to, values[IMAGE_MATCH])) fail(IMAGE_DIGEST, index);
  placeOf(index, values)[3] = from;
};

/** Gives `use` where the content of a byte string lies whose head is at `from`. */
const content = <T>(from: number, use: (from: number, to: number) => T): T =>
  reread(from, () => {
    const start = at;
    seek(end, end);
    return use(start, end);
  });

/** The conditions, tested by what they need (suit/processor.ts). */
const check = (need: number, value: number, index: number, values: Parameters): number => {
  const place = places[index];
  if (need === IMAGE_MATCH)
    return (place ? fits(place, values) : findInRunning(values[PARAM_SIZE], value))
      ? 0
      : IMAGE_DIGEST;
  if (need === PARAM_CONTENT)
    return place && content(value, (from, to) => hashed(from, to, place[2]))
      ? 0
      : CONTENT_MISMATCH;
  if (need === COMPONENT_SLOT) return value + record[ACTIVE] === 1 ? 0 : SLOT_MISMATCH;
  if (need === UPDATE_AUTHORIZED) return allowed(value) ? 0 : NOT_AUTHORIZED;
  // A clock that was never set is at its start.
  if (need === USE_BEFORE) return now() < 1e9 ? CLOCK_UNSET : now() < value ? 0 : EXPIRED;
  if (same(input, value, config, need > 2 ? CONFIG_DEVICE : 16 * need, 16)) return 0;
  // VENDOR_MISMATCH, CLASS_MISMATCH.
  return need > 2 ? DEVICE_MISMATCH : CLASS_MISMATCH - 2 + need;
};

const act = (code: number, index: number, values: Parameters): void => {
  const source = values[PARAM_SOURCE] - 1;
  const from = places[source];
  if (code === DIRECTIVE_INVOKE) {
    if (index === agent || (app >= 0 && app !== index)) fail(COMPONENT_INDEX, index);
    app = index;
  }
  if (code === FETCH) {
    placeOf(index, values)[4] = values[PARAM_URI];
    members.forEach((member) => {
      // Both are CBOR texts, the length is in their heads.
      if (same(input, values[PARAM_URI], input, member[0], member[1] - member[0]))
        take(index, values, member[2], member[3]);
    });
  }
  if (code === WRITE)
    content(values[PARAM_CONTENT], (start, to) => {
      // Without a digest the bootloader could not check it.
      if (!values[IMAGE_MATCH]) fail(PARAMETER_MISSING, index);
      values[PARAM_SIZE] = values[PARAM_SIZE] || to - start;
      take(index, values, start, to);
    });
  if (code === COPY)
    if (!from && findInRunning(values[PARAM_SIZE], values[IMAGE_MATCH])) placeOf(index, values);
    else places[index] = from && fits(from, values) ? from : fail(IMAGE_DIGEST, index);
  if (code === SWAP) {
    if (!from || !places[index]) fail(IMAGE_DIGEST, index);
    places[source] = places[index];
    places[index] = from;
  }
};

/** The version of the running firmware. It takes the reader. */
const runningVersion = (): number[] | undefined => {
  const table = api.readTable(api.running);
  const from = table[TABLE_COUNT / 4] >> 8;
  load(runningEnvelope(table));
  return from ? reread(from, readVersion) : undefined;
};

/**
 * Takes up the envelope that was authenticated last and checks that it can be installed as a whole:
 * everything known, for this device, fitting. Nothing is written. Throws 3xx, AGENT_MISSING or
 * SLOT_TOO_SMALL (`a` = bytes too many).
 */
export const planUpdate = (bytes: Uint8Array): void => {
  const version = runningVersion();
  load(bytes);
  const names = components.map(nameOf);
  envelope = bytes;
  // "E": a byte string of five bytes.
  agent = names.indexOf("Eagent");
  app = -1;
  places = [];
  order = [];
  total = 0;
  run({ installed: version, check: check, act: act });
  if (agent < 0) fail(AGENT_MISSING, 0);
  names.forEach((name, i) => {
    const values = parameters[i];
    if (names.indexOf(name) < i) fail(COMPONENT_ID, components[i][0]);
    // What the manifest leaves alone stays as it is.
    if (!places[i] && findInRunning(values[PARAM_SIZE], values[IMAGE_MATCH])) placeOf(i, values);
    // A slot keeps no severed section: the bootloader finds a digest in the manifest, or not at all.
    if (!places[i] || places[i][2] > manifestEnd) fail(COMPONENT_UNFILLED, i);
  });
  needed = total + padded(manifestEnd - wrapperAt) + TABLE_HEAD + names.length * TABLE_ENTRY + 4;
  const room = api.slotAt(1) - api.slotAt(0);
  if (needed > room) fail(SLOT_TOO_SMALL, needed - room);
};

/** Bytes that have to be sent for the update. */
export const missing = (): number => {
  let sum = 0;
  order.forEach((place) => {
    if (!place[3] && !findInRunning(place[1], place[2])) sum += place[1];
  });
  return sum;
};
