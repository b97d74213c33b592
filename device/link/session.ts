/**
 * Group 66: what is offered to a board, what it asks for, what it says of itself.
 *
 * An envelope is gathered in RAM. It is looked at only when it is whole, a moment after its last
 * piece was acknowledged, because the check may take a while on boards without the native module.
 */
import { Bytes, chars, same } from "../bytes.js";
import {
  AGENT_FAULT,
  ALREADY_REVERTED,
  ENVELOPE_TOO_LARGE,
  fail,
  IMAGE_DIGEST,
  LINK_LENGTH,
  LINK_OFFSET,
  LINK_REQUEST,
  LINK_SESSION,
  NO_TRIAL,
  REVERT_BY_REQUEST,
  type Refusal,
  ROLLBACK,
  SEQUENCE_RANGE,
  SEQUENCE_REUSED,
  TRIAL_RUNNING,
  WAITING,
} from "../errors.js";
import {
  advance,
  openTarget,
  receive,
  wanted,
  wantedOffset,
  wantedSession,
} from "../flash/install.js";
import {
  ACTIVE,
  BLOCK,
  CONFIG_ENVELOPE,
  CONFIG_PUBLIC,
  FLOOR,
  PHASE,
  REASON,
  SETTLED,
  SLOT_DIGEST,
  SLOT_STATE,
  SLOT_STATE_SIZE,
  SLOT_TABLE,
  TRIAL,
  TRIALS,
} from "../flash/layout.js";
import { envelope } from "../flash/places.js";
import { missing, needed, planUpdate } from "../flash/plan.js";
import { ask, restartSoon } from "../library.js";
import { doors, free, later, toBytes } from "../port/espruino-agent.js";
import { api, config, port, record, state } from "../shared.js";
import { load, textAt } from "../suit/cbor.js";
import { authenticate, digestAt } from "../suit/envelope.js";
import { COMMANDS, PARAMETERS } from "../suit/features.js";
import { readManifest, sequence } from "../suit/manifest.js";
import { start } from "../suit/processor.js";
import { makeReport } from "../suit/report.js";
import type { Request, Value } from "./cbor-map.js";
import { BUFFER, type Handler, OS, RC_BAD_STATE, RC_BUSY, RC_NO_ENTRY, WRITE } from "./smp.js";

const AGENT_VERSION = 2;
/** The journal keeps sequence numbers in 32 bits, and the last one must not lock a board for ever. */
const MAX_SEQUENCE = 4294967294;
/** Roles of group 66: what runs, and the other slot. */
const RUNNING = 32;
const OTHER = 33;

/** Poll states (docs/wire-format.md). */
const IDLE = 0;
const CHECKING = 1;
const WANTING = 2;
const STAGED = 3;
const REFUSED = 4;
const ALREADY = 5;
const ACCEPTABLE = 6;
const WAITS = 7;

/** Milliseconds after which a manifest that waits for something is tried again. */
const WAIT_FOR = 9999;

let phase = IDLE;
let gathered: Uint8Array | undefined;
let filled = 0;
/** The envelope that was offered last. */
let offered: Uint8Array;
/** It is only to be checked. */
let isDry: boolean | undefined;
let last: Refusal = { c: 0, a: 0 };
/** The payload that was sent last was a wrong one. */
let isSpoilt = false;
/** Of the attempt that ended last. */
let report: Uint8Array | undefined;
/** Work that was put off for an earlier offer has another number. */
let turn = 0;

/** Ends a running trial well. */
export const confirm = (): void => {
  record[ACTIVE] = api.running;
  record[PHASE] = SETTLED;
  record[TRIALS] = 0;
  api.save();
};

/** Ends an attempt. */
const finish = (how: number, code: number, place: number): void => {
  phase = how;
  ask("progress", how, 0);
  report = toBytes(makeReport(offered, code, place));
};

const refuse = (error: unknown): void => {
  // What is no refusal is a fault of ours: say so rather than stand still.
  last = (error as Refusal).c ? (error as Refusal) : { c: AGENT_FAULT, a: 0 };
  isSpoilt = false;
  finish(REFUSED, last.c, last.a);
};

const stateOf = (slot: number): number => SLOT_STATE + SLOT_STATE_SIZE * slot;

/** Does a slot hold the manifest that was authenticated last? */
const holds = (slot: number): boolean =>
  same(record, stateOf(slot) + SLOT_DIGEST, offered, digestAt + 4, 32);

const step = (): void => {
  phase = WANTING;
  const how = advance();
  if (how === 1) {
    finish(STAGED, 0, 0);
    restartSoon();
  } else if (how) {
    refuse({ c: IMAGE_DIGEST, a: how - 2 });
    isSpoilt = true;
  }
};

/** Is a payload wanted? After a wrong one the right one still is. */
const isOpen = (): boolean => phase === WANTING || (phase === REFUSED && isSpoilt);

/** Works a little later, so that the answer goes out first. */
const soon = (work: () => void, delay: number, meanwhile: number): void => {
  const mine = ++turn;
  phase = meanwhile;
  later(() => {
    if (mine === turn)
      try {
        work();
      } catch (e) {
        if ((e as Refusal).c === WAITING) soon(proceed, WAIT_FOR, WAITS);
        else refuse(e);
      }
  }, delay);
};

/** Executes the manifest that was authenticated. */
const proceed = (): void => {
  load(offered);
  planUpdate(offered);
  if (isDry) finish(ACCEPTABLE, 0, 0);
  else {
    openTarget();
    step();
  }
};

/** Everything that is decided before the manifest is executed. */
const offer = (): void => {
  const floor = state[FLOOR / 4];
  const active = record[ACTIVE];
  isSpoilt = false;
  start();
  authenticate(offered);
  readManifest();
  // A reverted firmware runs on until the board resets: its slot is not free yet.
  if (record[PHASE] !== SETTLED || api.running !== active) fail(TRIAL_RUNNING, 0);
  if (sequence > MAX_SEQUENCE) fail(SEQUENCE_RANGE, 0);
  if (sequence < floor) fail(ROLLBACK, floor);
  // What was confirmed and is damaged since, or was not finished, may come again; nothing else.
  if (holds(active) && api.appRuns) finish(ALREADY, 0, 0);
  else {
    if (sequence === floor && !holds(active)) {
      if (!holds(1 - active)) fail(SEQUENCE_REUSED, floor);
      if (state[REASON / 4]) fail(ALREADY_REVERTED, floor);
    }
    proceed();
  }
};

/** Takes a piece of an upload of `size` bytes, of which `next` is wanted; answers what is wanted then. */
const upload = (
  request: Request,
  size: number,
  next: number,
  put: (data: Uint8Array) => number,
): Value => {
  const data = request.data as Uint8Array;
  if (!(data instanceof Bytes)) fail(LINK_REQUEST, 0);
  if (request.off === 0 && request.len !== size) fail(LINK_LENGTH, size);
  if (request.off === next) {
    if (next + data.length > size) fail(LINK_LENGTH, size);
    next = put(data);
  }
  return { off: next };
};

const poll = (): Value => {
  const reply: { [key: string]: Value } = { state: phase };
  if (phase === IDLE && ask("wants", 0)) reply.wants = 1;
  if (phase === ACCEPTABLE) {
    reply.bytes = missing();
    reply.needed = needed;
    reply.erases = Math.ceil(needed / BLOCK);
  }
  if (isOpen()) {
    reply.stream_session_id = wantedSession();
    reply.resource_id = textAt(envelope, wanted[4]);
  }
  if (phase === REFUSED) {
    reply.rc = RC_BAD_STATE;
    reply.error = last.c;
    reply.at = last.a;
  }
  return reply;
};

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
    free: free(),
    refused: last.c,
    refused_at: last.a,
    version: AGENT_VERSION,
  };
};

/** Answers the commands (smp.ts). */
export const handle: Handler = (command, request) => {
  const other = 1 - api.running;
  const isWhole = state[(stateOf(other) + SLOT_TABLE) / 4];
  const size = request.len as number;
  if (command === 0)
    return { manifests: isWhole ? [{ role: RUNNING }, { role: OTHER }] : [{ role: RUNNING }] };
  if (command === 1)
    return request.role !== OTHER
      ? describe(RUNNING, api.running)
      : isWhole
        ? describe(OTHER, other)
        : { rc: RC_NO_ENTRY };
  if (command === 3) return poll();
  if (command === 7) return report ? { report: report } : { rc: RC_NO_ENTRY };
  if (command === 8) return { commands: COMMANDS, parameters: PARAMETERS };
  if (command === WRITE + 1) {
    if (record[PHASE] !== TRIAL) fail(NO_TRIAL, 0);
    if (request.confirm) confirm();
    else {
      api.revert(REVERT_BY_REQUEST);
      later(port.restart, 300);
    }
    return {};
  }
  // 2 (envelope), 4 (resource), 6 (clean-up)
  if (command > WRITE + 1 && command < WRITE + 7 && !(command & 1)) {
    // A check that ran out of memory never ends: clean-up does.
    if (phase === STAGED || (phase === CHECKING && command !== WRITE + 6)) return { rc: RC_BUSY };
    if (command === WRITE + 4) {
      const id = request.stream_session_id;
      if (!isOpen() || (id && id !== wantedSession())) fail(LINK_SESSION, 0);
      return upload(request, wanted[1], wantedOffset(), (data) => {
        phase = WANTING;
        try {
          receive(data);
        } catch (e) {
          refuse(e);
          throw e;
        }
        ask("progress", phase, wantedOffset());
        if (wantedOffset() >= wanted[1]) soon(step, 10, CHECKING);
        return Math.min(wantedOffset(), wanted[1]);
      });
    }
    if (command === WRITE + 6 || (request.off === 0 && size)) {
      // An envelope is small and starts anew; what resumes is the payload.
      gathered = undefined;
      phase = IDLE;
      turn++;
      if (command === WRITE + 6) return {};
      if (size > config[CONFIG_ENVELOPE] + 256 * config[CONFIG_ENVELOPE + 1])
        fail(ENVELOPE_TOO_LARGE, size);
      gathered = new Bytes(size);
      filled = 0;
      isDry = request.dry;
    }
    const whole = gathered || fail(LINK_OFFSET, 0);
    return upload(request, whole.length, filled, (data) => {
      whole.set(data, filled);
      filled += data.length;
      if (filled === whole.length) {
        gathered = undefined;
        offered = whole;
        soon(offer, 10, CHECKING);
      }
      return filled;
    });
  }
  if (command === OS + WRITE) {
    const text = request.d as Uint8Array;
    return { r: chars(text, 0, text.length) };
  }
  if (command === OS + WRITE + 5) {
    later(port.restart, 300);
    return {};
  }
  if (command === OS + 6) return { buf_size: BUFFER, buf_count: 1 };
  return command === OS + 8 ? { bootloader: "SUIT" } : undefined;
};
