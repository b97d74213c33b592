/**
 * The first program of the updater: takes an envelope and decides about it, before the flash is touched.
 *
 * An envelope is gathered in RAM. It is looked at only when it is whole, a moment after its last
 * piece was acknowledged, because the check may take a while on boards without the native module.
 */
import { Bytes, same } from "../bytes.js";
import {
  AGENT_FAULT,
  ALREADY_REVERTED,
  fail,
  LINK_OFFSET,
  LINK_SESSION,
  type Refusal,
  ROLLBACK,
  SEQUENCE_RANGE,
  SEQUENCE_REUSED,
  TRIAL_RUNNING,
  WAITING,
} from "../errors.js";
import {
  ACTIVE,
  BLOCK,
  FLOOR,
  PHASE,
  REASON,
  SETTLED,
  SLOT_DIGEST,
  SLOT_STATE,
  SLOT_STATE_SIZE,
} from "../flash/layout.js";
import { makeTransfer, missing, needed, planUpdate } from "../flash/plan.js";
import { ask } from "../library.js";
import { toBytes } from "../port/espruino-agent.js";
import { api, record, state } from "../shared.js";
import { load } from "../suit/cbor.js";
import { authenticate, digestAt } from "../suit/envelope.js";
import { COMMANDS, PARAMETERS } from "../suit/features.js";
import { readManifest, sequence } from "../suit/manifest.js";
import { start } from "../suit/processor.js";
import { makeReport } from "../suit/report.js";
import { handOver, putOff } from "../update/hand-over.js";
import type { Value } from "./cbor-map.js";
import {
  ACCEPTABLE,
  ALREADY,
  CHECKING,
  type Handler,
  IDLE,
  RC_BAD_STATE,
  RC_BUSY,
  REFUSED,
  WAITS,
  WRITE,
} from "./codes.js";
import { ended } from "./outcome.js";
import { upload } from "./upload.js";

/** The journal keeps sequence numbers in 32 bits, and the last one must not lock a board for ever. */
const MAX_SEQUENCE = 4294967294;
/** Milliseconds after which a manifest that waits for something is tried again. */
const WAIT_FOR = 9999;

let phase = IDLE;
let gathered: Uint8Array | undefined;
let filled = 0;
const NONE: Refusal = { c: 0, a: 0 };
/** The envelope that was offered last. */
let offered: Uint8Array;
/** It is only to be checked. */
let isDry: boolean | undefined;
let last: Refusal;

/** Ends an attempt. */
const finish = (how: number, why: Refusal): void => {
  phase = how;
  ask("progress", how, 0);
  ended(why, toBytes(makeReport(offered, why.c, why.a)));
};

const refuse = (error: unknown): void => {
  // What is no refusal is a fault of ours: say so rather than stand still.
  last = (error as Refusal).c ? (error as Refusal) : { c: AGENT_FAULT, a: 0 };
  finish(REFUSED, last);
};

/** Does a slot hold the manifest that was authenticated last? */
const holds = (slot: number): boolean =>
  same(record, SLOT_STATE + SLOT_STATE_SIZE * slot + SLOT_DIGEST, offered, digestAt + 4, 32);

/** Works a little later, so that the answer goes out first. */
const soon = (work: () => void, delay: number, meanwhile: number): void => {
  phase = meanwhile;
  putOff(() => {
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
  if (isDry) finish(ACCEPTABLE, NONE);
  else {
    // The intake answers from now on; where both are always there, this one may be asked again.
    phase = IDLE;
    handOver(makeTransfer());
  }
};

/** Everything that is decided before the manifest is executed. */
const offer = (): void => {
  const floor = state[FLOOR / 4];
  const active = record[ACTIVE];
  start();
  authenticate(offered);
  readManifest();
  // A reverted firmware runs on until the board resets: its slot is not free yet.
  if (record[PHASE] !== SETTLED || api.running !== active) fail(TRIAL_RUNNING, 0);
  if (sequence > MAX_SEQUENCE) fail(SEQUENCE_RANGE, 0);
  if (sequence < floor) fail(ROLLBACK, floor);
  // What was confirmed and is damaged since, or was not finished, may come again; nothing else.
  if (holds(active) && api.appRuns) finish(ALREADY, NONE);
  else {
    if (sequence === floor && !holds(active)) {
      if (!holds(1 - active)) fail(SEQUENCE_REUSED, floor);
      if (state[REASON / 4]) fail(ALREADY_REVERTED, floor);
    }
    proceed();
  }
};

const poll = (): Value => {
  const reply: { [key: string]: Value } = { state: phase };
  if (phase === ACCEPTABLE) {
    reply.bytes = missing();
    reply.needed = needed;
    reply.erases = (needed + BLOCK - 1 - ((needed - 1) % BLOCK)) / BLOCK;
  }
  if (phase === REFUSED) {
    reply.rc = RC_BAD_STATE;
    reply.error = last.c;
    reply.at = last.a;
  }
  return reply;
};

/** Answers the commands (smp.ts); those that a board answers at any time are in commands.ts. */
export const handle: Handler = (command, request) => {
  const size = request.len as number;
  if (command === 3) return phase ? poll() : undefined;
  if (command === 8) return { commands: COMMANDS, parameters: PARAMETERS };
  if (command === WRITE + 4) fail(LINK_SESSION, 0);
  if (command !== WRITE + 2 && command !== WRITE + 6) return undefined;
  // A check that ran out of memory never ends: clean-up does.
  if (phase === CHECKING && command !== WRITE + 6) return { rc: RC_BUSY };
  if (command === WRITE + 6 || (request.off === 0 && size)) {
    // An envelope is small and starts anew; what resumes is the payload.
    gathered = undefined;
    phase = IDLE;
    putOff();
    if (command === WRITE + 6) return {};
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
};
