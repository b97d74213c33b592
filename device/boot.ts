/**
 * The bootloader (stage 1). It lies in block 0, is written once at provisioning and never updated.
 *
 * It closes the console, reads the journal, counts a trial before anything of the new firmware is
 * parsed, checks every byte that is going to run, runs the agent and then the app. It writes nothing
 * but journal records. Whatever goes wrong, it ends in the other slot, or with the agent alone.
 *
 *   journal      this boot                               next state when it is not confirmed
 *   settled      the confirmed slot                      settled
 *   staged       the other slot, trial 1                 trial 1
 *   trial k < R  the other slot, trial k + 1             trial k + 1
 *   trial R      the confirmed slot, reverted            settled, reason recorded
 */
import { config } from "./board-config.js";
import type { BootApi } from "./boot-api.js";
import { Bytes, characters, chars, same, words } from "./bytes.js";
import { REVERT_APP_THREW, REVERT_DAMAGED, REVERT_NEVER_CONFIRMED } from "./errors.js";
import { appendState, findNewest, readState } from "./flash/journal.js";
import {
  ACTIVE,
  CONFIG_SLOT_SIZE,
  CONFIG_TRIALS,
  CONFIG_WATCHDOG,
  HOLD,
  PHASE,
  REASON,
  ROLE_AGENT,
  ROLE_APP,
  SETTLED,
  SLOTS_AT,
  TRIAL,
  TRIALS,
} from "./flash/layout.js";
import { checkSlot, findRole, readTable } from "./flash/slot.js";
import { port } from "./port/espruino.js";
import { signedBlock } from "./suit/sig-structure.js";

let record = findNewest(port);
const bytes = readState(port, record);
const isHeld = !!bytes[HOLD];
const state = words(bytes);
let table: Uint32Array;

const api: BootApi = {
  port: port,
  settings: config,
  record: bytes,
  numbers: state,
  save: () => {
    record = appendState(port, bytes, record);
  },
  slotAt: (slot) => SLOTS_AT + slot * words(config)[CONFIG_SLOT_SIZE / 4],
  readTable: (slot) => readTable(api, slot),
  Bytes: Bytes,
  characters: characters,
  words: words,
  chars: chars,
  same: same,
  signedBlock: signedBlock,
  running: -1,
  appRuns: false,
  isHeld: isHeld,
  ended: false,
  revert: (reason) => {
    bytes[PHASE] = SETTLED;
    bytes[TRIALS] = 0;
    state[REASON / 4] = reason;
    // A journal that takes no record must not keep the bad firmware running: a reset follows.
    try {
      api.save();
    } catch (_) {}
  },
};

/** Chooses a slot when it is whole (or its agent is). */
const choose = (slot: number, agentOnly: boolean): void => {
  if (api.running < 0)
    try {
      table = checkSlot(api, slot, agentOnly);
      api.running = slot;
      api.appRuns = !agentOnly;
    } catch (_) {}
};

const runRole = (role: number): void => {
  const entry = findRole(table, role);
  if (entry)
    port.run(
      api.slotAt(api.running) + table[entry],
      table[entry + 1],
      role === ROLE_AGENT ? api : undefined,
    );
};

// For one boot only, so what ends the next one starts the app again.
if (isHeld)
  try {
    bytes[HOLD] = 0;
    api.save();
  } catch (_) {}
const other = 1 - bytes[ACTIVE];
// A journal that takes no record must not keep the confirmed slot from running: nothing is tried then.
if (bytes[PHASE] !== SETTLED)
  try {
    if (bytes[TRIALS] < config[CONFIG_TRIALS]) {
      bytes[PHASE] = TRIAL;
      bytes[TRIALS]++;
      api.save();
      choose(other, false);
      if (api.running < 0) api.revert(REVERT_DAMAGED);
    } else api.revert(REVERT_NEVER_CONFIRMED);
  } catch (_) {
    bytes[PHASE] = SETTLED;
  }
choose(bytes[ACTIVE], false);
// What was reverted comes after the confirmed agent alone.
if (!state[REASON / 4]) choose(other, false);
choose(bytes[ACTIVE], true);
choose(other, false);
choose(other, true);
let threw = false;
if (api.running >= 0) {
  // The confirmed slot is damaged: what runs instead must never be the target of the next update.
  if (bytes[PHASE] === SETTLED) bytes[ACTIVE] = api.running;

  if (config[CONFIG_WATCHDOG]) port.watch(config[CONFIG_WATCHDOG]);
  try {
    runRole(ROLE_AGENT);
    if (api.appRuns && !isHeld) runRole(ROLE_APP);
    api.ended = true;
  } catch (error) {
    if (bytes[PHASE] !== TRIAL) throw error;
    api.revert(REVERT_APP_THREW);
    threw = true;
  }
}
// Outside of the block: an Espruino with assertions ends with an error for a reset inside one.
if (threw) port.restart();
