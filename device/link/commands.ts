/**
 * What a board answers at any time (docs/wire-format.md): the operating system's group, and of group
 * 66 what it says of itself. What is offered to it goes to the updater.
 */
import { chars } from "../bytes.js";
import { fail, NO_TRIAL, REVERT_BY_REQUEST } from "../errors.js";
import {
  CONFIG_PUBLIC,
  HOLD,
  PHASE,
  SETTLED,
  SLOT_DIGEST,
  SLOT_STATE,
  SLOT_STATE_SIZE,
  SLOT_TABLE,
  TRIAL,
} from "../flash/layout.js";
import { confirm, health } from "../health.js";
import { doors, free, later } from "../port/espruino-agent.js";
import { api, config, port, record, state } from "../shared.js";
import { update } from "../update/updater.js";
import type { Value } from "./cbor-map.js";
import { BUFFER, type Handler, OS, RC_NO_ENTRY, WRITE } from "./codes.js";
import { refused, report } from "./outcome.js";

/** 3: packets of 512 bytes, one at a time; 2 without the memory for such, in variables. */
const AGENT_VERSION = 3;
const LARGE_PACKETS = 1900;
/** Roles of group 66: what runs, and the other slot. */
const RUNNING = 32;
const OTHER = 33;

const stateOf = (slot: number): number => SLOT_STATE + SLOT_STATE_SIZE * slot;

const describe = (role: number, slot: number): Value => {
  const from = stateOf(slot);
  return {
    role: role,
    slot: slot,
    sequence_number: state[from / 4],
    digest: record.subarray(from + SLOT_DIGEST, from + SLOT_STATE_SIZE),
    config: config.subarray(0, CONFIG_PUBLIC),
    state: record,
    doors: doors(),
    health: health(),
    free: free(),
    refused: refused.c,
    refused_at: refused.a,
    version: free() < LARGE_PACKETS ? 2 : AGENT_VERSION,
    held: api.isHeld ? 1 : 0,
  };
};

/** Answers the commands (smp.ts). */
export const handle: Handler = (command, request) => {
  const other = 1 - api.running;
  const isWhole = state[(stateOf(other) + SLOT_TABLE) / 4];
  if (command === 0)
    return { manifests: isWhole ? [{ role: RUNNING }, { role: OTHER }] : [{ role: RUNNING }] };
  if (command === 1)
    return request.role !== OTHER
      ? describe(RUNNING, api.running)
      : isWhole
        ? describe(OTHER, other)
        : { rc: RC_NO_ENTRY };
  if (command === 7) return report ? { report: report } : { rc: RC_NO_ENTRY };
  if (command === WRITE + 1) {
    if (record[PHASE] !== TRIAL) fail(NO_TRIAL, 0);
    if (request.confirm) confirm();
    else {
      api.revert(REVERT_BY_REQUEST);
      later(port.restart, 300);
    }
    return {};
  }
  if (command === OS + WRITE) {
    const text = request.d as Uint8Array;
    return { r: chars(text, 0, text.length) };
  }
  if (command === OS + WRITE + 5) {
    // An app on trial has to run.
    if (request.hold && record[PHASE] === SETTLED) {
      record[HOLD] = 1;
      api.save();
    }
    later(port.restart, 300);
    return {};
  }
  if (command === OS + 6) return { buf_size: BUFFER, buf_count: 1 };
  if (command === OS + 8) return { bootloader: "SUIT" };
  return update(command, request);
};
