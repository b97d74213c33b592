/**
 * What an update will be, decided in RAM: which component goes where in the inactive slot, whether all
 * of it is for this device and fits. Nothing here touches the flash.
 */
import type { BootApi } from "../boot-api.js";
import { chars, same, u32 } from "../bytes.js";
import {
  AGENT_MISSING,
  COMPONENT_ID,
  COMPONENT_INDEX,
  COMPONENT_UNFILLED,
  fail,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  SLOT_TOO_SMALL,
} from "../errors.js";
import type { Port } from "../port/port.js";
import { input, load } from "../suit/cbor.js";
import { IMAGE_MATCH, PARAM_SIZE, PARAM_SOURCE, PARAM_URI } from "../suit/codes.js";
import { manifestEnd, members, wrapperAt } from "../suit/envelope.js";
import { components } from "../suit/manifest.js";
import { type Parameters, run, type Target } from "../suit/processor.js";
import { ACTIVE, CONFIG_SLOT_SIZE, CONFIG_VENDOR, TABLE_ENTRY, TABLE_HEAD } from "./layout.js";

/** A component in the slot: its offset, its size, the offset of its digest in the envelope. */
export type Place = number[];

/** The authenticated envelope that is being installed. */
export let envelope: Uint8Array;
export let api: BootApi;
export let port: Port;
export let record: Uint8Array;
export let places: Place[];
/** Bytes of all components placed so far, padding included. */
let total = 0;
/** Indices of the component to run, or -1, and of the agent. */
export let app = -1;
export let agent = -1;
/** Bytes of the slot that the update needs. */
export let needed = 0;

export const padded = (size: number): number => (size + 3) & ~3;

/** The identifier of a component on a board, `[name]` in CBOR: 1 to 16 bytes from "0" to "z". */
const nameOf = (range: number[]): string => {
  const name = chars(input, range[0] + 1, range[1] - range[0] - 1);
  return input[range[0]] === 0x81 && /^[A-P][0-z]+$/.test(name)
    ? name
    : fail(COMPONENT_ID, range[0]);
};

/** Gives a component its place, or the one that it has. */
export const placeOf = (index: number, parameters: Parameters): Place => {
  const size = parameters[PARAM_SIZE];
  const digest = parameters[IMAGE_MATCH];
  if (!places[index]) {
    if (!size) fail(IMAGE_SIZE, index);
    places[index] = [total, size, digest];
    total += padded(size);
  }
  const place = places[index];
  if (place[1] !== size || !same(input, place[2], input, digest, 32)) fail(IMAGE_DIGEST, index);
  return place;
};

/** The payload that the envelope itself holds under a URI, compared with its digest; or nothing. */
export const integrated = (parameters: Parameters): Uint8Array | undefined => {
  let payload: Uint8Array | undefined;
  members.forEach((member) => {
    // Both are CBOR texts, the length is in their heads.
    if (same(input, parameters[PARAM_URI], input, member[0], member[1] - member[0])) {
      payload = input.subarray(member[2], member[3]);
      if (payload.length !== parameters[PARAM_SIZE]) fail(IMAGE_SIZE, member[2]);
      if (!same(port.hash(payload), 0, input, parameters[IMAGE_MATCH], 32))
        fail(IMAGE_DIGEST, member[2]);
    }
  });
  return payload;
};

/** The conditions and directives as they act on a plan; flash is not touched. */
export const plan = (): Target => ({
  targetSlot: 1 - record[ACTIVE],
  identity: (code) => {
    const from = CONFIG_VENDOR + 16 * (code > 2 ? 2 : code - 1);
    return api.config.subarray(from, from + 16);
  },
  matches: (index, parameters) => {
    const place = places[index];
    const size = parameters[PARAM_SIZE];
    return place && same(input, place[2], input, parameters[IMAGE_MATCH], 32)
      ? size && size !== place[1]
        ? IMAGE_SIZE
        : 0
      : IMAGE_DIGEST;
  },
  fetch: (index, parameters) => {
    placeOf(index, parameters);
    integrated(parameters);
  },
  copy: (index, parameters) => {
    // Both digests are compared with the flash, so equal digests make an equal copy.
    const from = places[parameters[PARAM_SOURCE] - 1];
    const to = placeOf(index, parameters);
    if (!from || from === to || from[1] !== to[1] || !same(input, from[2], input, to[2], 32))
      fail(IMAGE_DIGEST, index);
  },
  invoke: (index) => {
    if (index === agent || (app >= 0 && app !== index)) fail(COMPONENT_INDEX, index);
    app = index;
  },
});

/** Executes the manifest from its first command. */
export const runOn = (target: Target): void => {
  load(envelope);
  places = [];
  total = 0;
  app = -1;
  run(target);
};

/**
 * Takes up the envelope that was authenticated last and checks that it can be installed as a whole:
 * everything known, for this device, fitting. Nothing is written. Throws 3xx, AGENT_MISSING or
 * SLOT_TOO_SMALL (`a` = bytes too many).
 */
export const planUpdate = (boot: BootApi, bytes: Uint8Array): void => {
  const count = components.length;
  const names = components.map(nameOf);
  api = boot;
  port = api.port;
  record = api.record;
  envelope = bytes;
  for (let i = 0; i < count; i++)
    if (names.indexOf(names[i]) < i) fail(COMPONENT_ID, components[i][0]);
  // "E": a byte string of five bytes.
  agent = names.indexOf("Eagent");
  run(undefined);
  runOn(plan());
  if (agent < 0) fail(AGENT_MISSING, 0);
  for (let i = 0; i < count; i++) if (!places[i]) fail(COMPONENT_UNFILLED, i);
  needed = total + padded(manifestEnd - wrapperAt) + TABLE_HEAD + count * TABLE_ENTRY + 4;
  const size = u32(api.config, CONFIG_SLOT_SIZE);
  if (needed > size) fail(SLOT_TOO_SMALL, needed - size);
};
