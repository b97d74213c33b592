/**
 * What an update will be: is all of it for this device, and does it fit? Nothing is written.
 */
import { chars } from "../bytes.js";
import {
  AGENT_MISSING,
  COMPONENT_ID,
  COMPONENT_UNFILLED,
  fail,
  SLOT_TOO_SMALL,
} from "../errors.js";
import { api } from "../shared.js";
import { input } from "../suit/cbor.js";
import { IMAGE_MATCH, PARAM_SIZE } from "../suit/codes.js";
import { manifestEnd, wrapperAt } from "../suit/envelope.js";
import { components } from "../suit/manifest.js";
import { parameters, run } from "../suit/processor.js";
import { TABLE_ENTRY, TABLE_HEAD } from "./layout.js";
import { clearPlaces, findInRunning, order, padded, placeOf, places, total } from "./places.js";

/** Bytes of the slot that the update needs. */
export let needed = 0;

/**
 * Takes up the envelope that was authenticated last and checks that it can be installed as a whole.
 * Throws 3xx, AGENT_MISSING or SLOT_TOO_SMALL (`a` = bytes too many).
 */
export const planUpdate = (bytes: Uint8Array): void => {
  // `[name]` in CBOR, without the head of the array: 1 to 16 bytes from "0" to "z".
  const names = components.map((range) => {
    const name = chars(input, range[0] + 1, range[1] - range[0] - 1);
    return input[range[0]] === 0x81 && /^[A-P][0-z]+$/.test(name)
      ? name
      : fail(COMPONENT_ID, range[0]);
  });
  // "E": a byte string of five bytes.
  const agent = names.indexOf("Eagent");
  clearPlaces(bytes, agent);
  run();
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
