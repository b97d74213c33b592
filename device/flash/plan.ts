/**
 * What an update will be: is all of it for this device, and does it fit? Nothing is written.
 */
import { chars } from "../bytes.js";
import {
  AGENT_MISSING,
  COMPONENT_ID,
  COMPONENT_INDEX,
  COMPONENT_UNFILLED,
  DEPENDENCY_ABSENT,
  fail,
  IDENTITY_UNCHECKED,
  SLOT_TOO_SMALL,
} from "../errors.js";
import { toBytes } from "../port/espruino-agent.js";
import { api } from "../shared.js";
import { at, end, input, load, seek, string, TEXT } from "../suit/cbor.js";
import { IMAGE_MATCH, PARAM_INVOKE_ARGS, PARAM_SIZE } from "../suit/codes.js";
import { findManifest } from "../suit/dependency.js";
import {
  digestAt,
  manifestAt,
  manifestEnd,
  protectedAt,
  signatureAt,
  signer,
  wrapperAt,
} from "../suit/envelope.js";
import { DEPENDENCIES } from "../suit/features.js";
import { components, dependencies, sequence, versionAt } from "../suit/manifest.js";
import { identity, parameters, run } from "../suit/processor.js";
import { titleOf, whereItIs } from "../suit/report.js";
import {
  ROLE_AGENT,
  ROLE_APP,
  ROLE_DATA,
  ROLE_MANIFEST,
  TABLE_ENTRY,
  TABLE_HEAD,
  TABLE_MAGIC,
} from "./layout.js";
import {
  app,
  clearPlaces,
  envelope,
  findInRunning,
  locate,
  order,
  padded,
  placeOf,
  places,
  total,
} from "./places.js";
import { checkRule } from "./rule.js";
import type { Transfer } from "./transfer.js";

/** Index of the agent. */
export let agent = 0;
/** The health rule's byte string in the envelope, or 0. */
export let ruleAt = 0;
/** What a slot keeps of the envelope ends here: the manifest, and those of dependencies behind it. */
export let storedEnd = 0;
/** Bytes of the slot that the update needs. */
export let needed = 0;

/** `[name]` in CBOR, without the head of the array: 1 to 16 bytes from "0" to "z". */
const nameOf = (range: number[]): string => {
  const size = range[1] - range[0] - 1;
  // Espruino takes no more than 256 characters at once.
  const name = size < 18 ? chars(input, range[0] + 1, size) : "";
  return input[range[0]] === 0x81 && /^[A-P][0-z]+$/.test(name)
    ? name
    : fail(COMPONENT_ID, range[0]);
};

/**
 * Gives the manifests of dependencies their places: they lie in what the slot keeps of the envelope,
 * and components whose digest stands in one of them are vouched for by it.
 */
const keepDependencies = (): void =>
  dependencies.forEach((_, index) => {
    const manifest = findManifest(locate(index) || fail(DEPENDENCY_ABSENT, index)) as number[];
    const size = manifest[1] - manifest[0];
    places[index] = [total + manifest[0] - wrapperAt, size, parameters[index][IMAGE_MATCH]];
    storedEnd = Math.max(storedEnd, manifest[1]);
  });

/** Does the bootloader find a digest in a manifest? A slot keeps no severed section. */
const isKept = (digestAt: number): boolean => {
  let found = digestAt < manifestEnd;
  if (DEPENDENCIES)
    dependencies.forEach((_, index) => {
      const from = places[index][0] - total + wrapperAt;
      if (digestAt > from && digestAt < from + places[index][1]) found = true;
    });
  return found;
};

/**
 * Takes up the envelope that was authenticated last and checks that it can be installed as a whole.
 * Throws 3xx, AGENT_MISSING or SLOT_TOO_SMALL (`a` = bytes too many).
 */
export const planUpdate = (bytes: Uint8Array): void => {
  const names = components.map((range, i) =>
    // Dependencies may have any name.
    DEPENDENCIES && dependencies[i] ? "" : nameOf(range),
  );
  clearPlaces(bytes);
  run();
  // Whatever a release brings or leaves, it is for somebody (6.2 has a SHOULD).
  if (identity !== 3) fail(IDENTITY_UNCHECKED, 0);
  // Those that dependencies brought.
  if (DEPENDENCIES)
    while (names.length < components.length) names.push(nameOf(components[names.length]));
  // "E": a byte string of five bytes.
  agent = names.indexOf("Eagent");
  storedEnd = manifestEnd;
  if (agent < 0) fail(AGENT_MISSING, 0);
  if (agent === app) fail(COMPONENT_INDEX, app);
  ruleAt = (app >= 0 && parameters[app][PARAM_INVOKE_ARGS]) || 0;
  if (ruleAt) checkRule(ruleAt);
  if (DEPENDENCIES) keepDependencies();
  names.forEach((name, i) => {
    const values = parameters[i];
    if (DEPENDENCIES && !name) return;
    if (names.indexOf(name) < i) fail(COMPONENT_ID, components[i][0]);
    // What the manifest leaves alone stays as it is.
    if (!places[i] && findInRunning(values[PARAM_SIZE], values[IMAGE_MATCH])) placeOf(i, values);
    if (!places[i] || !isKept(places[i][2])) fail(COMPONENT_UNFILLED, i);
  });
  order.forEach((place) => {
    place[5] = findInRunning(place[1], place[2]);
  });
  needed = total + padded(storedEnd - wrapperAt) + TABLE_HEAD + names.length * TABLE_ENTRY + 4;
  const room = api.slotAt(1) - api.slotAt(0);
  if (needed > room) fail(SLOT_TOO_SMALL, needed - room);
};

/** Bytes that have to be sent for the update. */
export const missing = (): number => {
  let sum = 0;
  order.forEach((place) => {
    if (!place[3] && !place[5]) sum += place[1];
  });
  return sum;
};

/** The slot's table as numbers (flash/slot.ts), its check excepted. */
const makeTable = (): number[] => {
  const table = [
    TABLE_MAGIC,
    places.length | (versionAt && (versionAt - wrapperAt) << 8),
    signer | (ruleAt && (ruleAt - wrapperAt) << 8),
    // The envelope follows the components.
    total,
  ];
  [digestAt, protectedAt, signatureAt, manifestAt, manifestEnd].forEach((position) => {
    table.push(position - wrapperAt);
  });
  places.forEach((place, i) => {
    table.push(
      place[0],
      place[1],
      place[2] - wrapperAt,
      i === agent
        ? ROLE_AGENT
        : i === app
          ? ROLE_APP
          : DEPENDENCIES && dependencies[i]
            ? ROLE_MANIFEST
            : ROLE_DATA,
    );
  });
  return table;
};

/** What the intake is to do. */
export const makeTransfer = (): Transfer => {
  load(envelope);
  order.forEach((place) => {
    if (place[4]) {
      seek(place[4], end);
      place[4] = string(TEXT);
      place[7] = at;
    }
  });
  return {
    offering: envelope,
    numbered: sequence,
    digestFrom: digestAt + 4,
    keepFrom: wrapperAt,
    keepTo: storedEnd,
    ordered: order,
    filledTo: total,
    needs: needed,
    tableEntries: makeTable(),
    reportSpot: toBytes(whereItIs(0)),
    reportTitle: toBytes(titleOf(envelope)),
  };
};
