/**
 * Which component goes where in the inactive slot, decided in RAM: what commands act on, on a board
 * (suit/target.ts). Nothing here touches the flash.
 *
 * Commands are executed on promises: a component that is fetched will hold what its digest and size
 * say, or the update ends. So one pass over the manifest tells everything, and what is left to do is a
 * list of places that are to be filled. What the running firmware holds already, or the envelope, needs
 * not be sent; what two components share is written once.
 */
import { same } from "../bytes.js";
import {
  CLASS_MISMATCH,
  CLOCK_UNSET,
  COMPONENT_INDEX,
  CONTENT_MISMATCH,
  DEPENDENCY_ABSENT,
  DEVICE_MISMATCH,
  EXPIRED,
  fail,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  NOT_AUTHORIZED,
  PARAMETER_MISSING,
  SLOT_MISMATCH,
} from "../errors.js";
import { ask } from "../library.js";
import { now } from "../port/espruino-agent.js";
import { api, config, port, record, state } from "../shared.js";
import { at, end, input, load, reread, seek } from "../suit/cbor.js";
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
import { findManifest } from "../suit/dependency.js";
import { hashed, members } from "../suit/envelope.js";
import { DEPENDENCIES } from "../suit/features.js";
import { dependencies, readVersion } from "../suit/manifest.js";
import type { Parameters } from "../suit/target.js";
import {
  ACTIVE,
  CONFIG_DEVICE,
  SLOT_STATE,
  SLOT_STATE_SIZE,
  SLOT_TABLE,
  TABLE_COUNT,
  TABLE_ENTRY,
  TABLE_ENVELOPE,
  TABLE_HEAD,
  TABLE_MANIFEST_END,
} from "./layout.js";
import type { Place } from "./transfer.js";

/** The authenticated envelope that is being installed. */
export let envelope: Uint8Array;
/** By component; two may share one. */
export let places: Place[];
/** In the order in which they lie in the slot. */
export let order: Place[];
/** Bytes of all places, padding included. */
export let total = 0;
/** Index of the component to run, or -1. */
export let app = 0;
/** Where in the envelope the dependencies stand that it holds, by component. */
let held: number[][];
/** Of the running firmware: its table, its envelope as far as its slot keeps it, its version. */
let table: Uint32Array;
let stored: Uint8Array;
export let installed: number[] | undefined;

/** Whole words. Exact beyond 32 bits too, so that no size is taken for a small one. */
export const padded = (size: number): number => size + (-size & 3);

/** Starts anew for an envelope. */
export const clearPlaces = (bytes: Uint8Array): void => {
  const running = api.running;
  table = api.readTable(running);
  stored = port.read(
    api.slotAt(running) + table[TABLE_ENVELOPE / 4],
    // Behind the manifest those of dependencies may stand, up to the table.
    DEPENDENCIES
      ? state[(SLOT_STATE + SLOT_STATE_SIZE * running + SLOT_TABLE) / 4] - table[TABLE_ENVELOPE / 4]
      : table[TABLE_MANIFEST_END / 4],
  );
  const versionAt = table[TABLE_COUNT / 4] >> 8;
  load(stored);
  installed = versionAt ? reread(versionAt, readVersion) : undefined;
  envelope = bytes;
  load(bytes);
  places = [];
  order = [];
  total = 0;
  app = -1;
  if (DEPENDENCIES) held = [];
};

/** Where the running firmware holds what is of this size and digest; 0 when it does not. */
export const findInRunning = (size: number, digestAt: number): number => {
  let found = 0;
  // A firmware whose app does not run is damaged somewhere.
  for (let i = TABLE_HEAD / 4; api.appRuns && i < table.length - 1; i += TABLE_ENTRY / 4)
    if (table[i + 1] === size && same(stored, table[i + 2], envelope, digestAt, 32))
      found = api.slotAt(api.running) + table[i];
  return found;
};

/** Where the envelope stands that a component holds (suit/target.ts). */
export const locate = (index: number): number[] | undefined => held[index];

/** The manifest of the dependency that a component holds is what the parameters say. */
const isDependency = (index: number, values: Parameters): boolean => {
  const manifest = held[index] && findManifest(held[index]);
  return !!manifest && hashed(manifest[0], manifest[1], values[IMAGE_MATCH]);
};

/** Does a place hold what the parameters say? */
const fits = (place: Place, values: Parameters): boolean =>
  place[1] === values[PARAM_SIZE] && same(envelope, place[2], envelope, values[IMAGE_MATCH], 32);

/** Gives a component its place, or the one that it has. */
export const placeOf = (index: number, values: Parameters): Place => {
  // Nothing is no file: the bootloader could not run it, nor tell it from what lies behind it.
  const size = values[PARAM_SIZE] || fail(IMAGE_SIZE, index);
  if (!places[index]) {
    places[index] = [total, size, values[IMAGE_MATCH], 0, 0, 0, index, 0];
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

/** The conditions, tested by what they need (suit/target.ts). */
export const check = (need: number, value: number, index: number, values: Parameters): number => {
  const place = places[index];
  return need === IMAGE_MATCH
    ? (
        DEPENDENCIES && dependencies[index]
          ? isDependency(index, values)
          : place
            ? fits(place, values)
            : findInRunning(values[PARAM_SIZE], value)
      )
      ? 0
      : IMAGE_DIGEST
    : need === PARAM_CONTENT
      ? // What runs is known by digests only.
        place && content(value, (from, to) => hashed(from, to, place[2]))
        ? 0
        : CONTENT_MISMATCH
      : need === COMPONENT_SLOT
        ? value + record[ACTIVE] === 1
          ? 0
          : SLOT_MISMATCH
        : need === UPDATE_AUTHORIZED
          ? ask("allow", value)
            ? 0
            : NOT_AUTHORIZED
          : need === USE_BEFORE
            ? // A clock that was never set is at its start.
              now() < 1e9
              ? CLOCK_UNSET
              : now() < value
                ? 0
                : EXPIRED
            : same(input, value, config, need > 2 ? CONFIG_DEVICE : 16 * need, 16)
              ? 0
              : // VENDOR_MISMATCH, CLASS_MISMATCH.
                need > 2
                ? DEVICE_MISMATCH
                : CLASS_MISMATCH - 2 + need;
};

/** The directives. */
export const act = (code: number, index: number, values: Parameters): void => {
  const uri = values[PARAM_URI];
  const source = values[PARAM_SOURCE] - 1;
  const from = places[source];
  if (code === DIRECTIVE_INVOKE) {
    if (app >= 0 && app !== index) fail(COMPONENT_INDEX, index);
    app = index;
  }
  if (code === FETCH) {
    const isInner = DEPENDENCIES && dependencies[index];
    if (!isInner) placeOf(index, values)[4] = uri;
    members.forEach((member) => {
      // Both are CBOR texts, the length is in their heads.
      if (same(input, uri, input, member[0], member[1] - member[0]))
        if (isInner) held[index] = [member[2], member[3]];
        else take(index, values, member[2], member[3]);
    });
    // A dependency comes with the envelope, or not at all.
    if (isInner && !isDependency(index, values)) fail(DEPENDENCY_ABSENT, index);
  } else if (DEPENDENCIES && dependencies[index]) fail(COMPONENT_INDEX, index);
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
