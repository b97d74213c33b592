/**
 * Group 66: what is offered to a board, what it asks for, what it says of itself.
 *
 * An envelope is gathered in RAM. It is looked at only when it is whole, a moment after its last
 * piece was acknowledged, because the check may take a while on boards without the native module.
 */
import type { BootApi } from "../boot-api.js";
import { chars, same, u16, u32 } from "../bytes.js";
import {
  AGENT_FAULT,
  ALREADY_REVERTED,
  ENVELOPE_TOO_LARGE,
  fail,
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
} from "../errors.js";
import {
  advance,
  openTarget,
  payloadError,
  receive,
  wanted,
  wantedOffset,
  wantedSession,
  wantedSize,
  wantedUri,
} from "../flash/install.js";
import {
  ACTIVE,
  CONFIG_CLASS,
  CONFIG_DEVICE,
  CONFIG_ENVELOPE,
  CONFIG_KEY_AT,
  CONFIG_KEYS,
  CONFIG_NAME,
  CONFIG_SLOT_SIZE,
  CONFIG_VENDOR,
  FLOOR,
  KEY_SIZE,
  NAME_SIZE,
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
import { planUpdate } from "../flash/plan.js";
import { doors, free, later } from "../port/espruino-agent.js";
import { authenticate, digestAt } from "../suit/envelope.js";
import { readManifest, sequence } from "../suit/manifest.js";
import type { Request, Value } from "./cbor-map.js";
import { type Handler, RC_BAD_STATE, RC_BUSY, RC_NO_ENTRY, WRITE } from "./smp.js";

const AGENT_VERSION = 1;
const MAX_COMPONENTS = 8;
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

/** Ends a running trial well. */
export const confirm = (api: BootApi): void => {
  const state = api.record;
  state[ACTIVE] = api.running;
  state[PHASE] = SETTLED;
  state[TRIALS] = 0;
  api.save();
};

/**
 * @param verify strict Ed25519 over signature(64) | public key(32) | message
 */
export const openSession = (api: BootApi, verify: (block: Uint8Array) => void): Handler => {
  const state = api.record;
  const config = api.config;
  let phase = IDLE;
  let gathered: Uint8Array | undefined;
  let filled = 0;
  let last: Refusal = { c: 0, a: 0 };

  const refuse = (error: unknown): void => {
    last = error as Refusal;
    // What is no refusal is a fault of ours: say so rather than stand still.
    if (!last.c) last = { c: AGENT_FAULT, a: 0 };
    phase = REFUSED;
  };

  /** Does a slot hold the manifest that was authenticated last? */
  const holds = (slot: number, bytes: Uint8Array): boolean =>
    same(state, SLOT_STATE + SLOT_STATE_SIZE * slot + SLOT_DIGEST, bytes, digestAt + 4, 32);

  const step = (): void => {
    phase = WANTING;
    if (advance()) {
      phase = STAGED;
      later(api.port.restart, 1500);
    }
  };

  /** Everything that is decided before flash is touched, then the first step. */
  const offer = (envelope: Uint8Array): void => {
    const floor = u32(state, FLOOR);
    authenticate(envelope, {
      keys: config.subarray(CONFIG_KEY_AT, CONFIG_KEY_AT + config[CONFIG_KEYS] * KEY_SIZE),
      verify: (bytes, digest, header, signature, key) =>
        verify(api.signedBlock(bytes, digest, header, signature, key)),
      hash: api.port.hash,
    });
    readManifest(api.port.hash, MAX_COMPONENTS);
    // A reverted firmware runs on until the board resets: its slot is not free yet.
    if (state[PHASE] !== SETTLED || api.running !== state[ACTIVE]) fail(TRIAL_RUNNING, 0);
    if (sequence > MAX_SEQUENCE) fail(SEQUENCE_RANGE, 0);
    if (sequence < floor) fail(ROLLBACK, floor);
    // What was confirmed and is damaged since, or was not finished, may come again; nothing else.
    if (holds(state[ACTIVE], envelope)) {
      if (api.appRuns) {
        phase = ALREADY;
        return;
      }
    } else if (sequence === floor) {
      if (!holds(1 - state[ACTIVE], envelope)) fail(SEQUENCE_REUSED, floor);
      if (u32(state, REASON)) fail(ALREADY_REVERTED, floor);
    }
    planUpdate(api, envelope);
    openTarget();
    step();
  };

  const soon = (work: () => void): void => {
    phase = CHECKING;
    later(() => {
      try {
        work();
      } catch (e) {
        refuse(e);
      }
    }, 10);
  };

  const busy = (): boolean => phase === CHECKING || phase === STAGED;

  const takeEnvelope = (request: Request, data: Uint8Array): Value => {
    const off = request.off;
    const size = request.len;
    if (off === 0 && size) {
      if (size > u16(config, CONFIG_ENVELOPE)) fail(ENVELOPE_TOO_LARGE, size);
      // An envelope is small and starts anew; what resumes is the payload.
      gathered = new Uint8Array(size);
      filled = 0;
      phase = IDLE;
    }
    const envelope = gathered || fail(LINK_OFFSET, 0);
    if (off === filled) {
      if (off + data.length > envelope.length) fail(LINK_LENGTH, envelope.length);
      envelope.set(data, off);
      filled += data.length;
    }
    if (filled === envelope.length) {
      gathered = undefined;
      soon(() => offer(envelope));
    }
    return { off: filled };
  };

  const takeResource = (request: Request, data: Uint8Array): Value => {
    const id = request.stream_session_id;
    if (phase !== WANTING || (id && id !== wantedSession())) fail(LINK_SESSION, 0);
    const size = wantedSize();
    let next = wantedOffset();
    if (request.off === 0 && request.len !== size) fail(LINK_LENGTH, size);
    if (request.off === next) {
      if (next + data.length > size) fail(LINK_LENGTH, size);
      try {
        next = receive(data);
      } catch (e) {
        refuse(e);
        throw e;
      }
      if (next === size) soon(step);
    }
    return { off: next };
  };

  const poll = (): Value => {
    const reply: { [key: string]: Value } = { state: phase };
    let error = last;
    if (phase === WANTING) {
      error = { c: payloadError, a: wanted };
      reply.stream_session_id = wantedSession();
      reply.resource_id = wantedUri;
    }
    if (phase === REFUSED || (phase === WANTING && error.c)) {
      reply.state = REFUSED;
      reply.rc = RC_BAD_STATE;
      reply.error = error.c;
      reply.at = error.a;
    }
    return reply;
  };

  const describe = (role: number): Value => {
    const slot = role === RUNNING ? api.running : 1 - api.running;
    const from = SLOT_STATE + SLOT_STATE_SIZE * slot;
    const id = (start: number): Uint8Array => config.subarray(start, start + 16);
    return role === RUNNING || u32(state, from + SLOT_TABLE)
      ? {
          role: role,
          board: chars(config, CONFIG_NAME, NAME_SIZE),
          sequence_number: u32(state, from),
          digest: state.subarray(from + SLOT_DIGEST, from + SLOT_STATE_SIZE),
          slot: slot,
          vendor_id: id(CONFIG_VENDOR),
          class_id: id(CONFIG_CLASS),
          device_id: id(CONFIG_DEVICE),
          slot_size: u32(config, CONFIG_SLOT_SIZE),
          trial: state[PHASE] === TRIAL ? state[TRIALS] : 0,
          floor: u32(state, FLOOR),
          reason: u32(state, REASON),
          refused: last.c,
          refused_at: last.a,
          doors: doors(),
          free: free(),
          version: AGENT_VERSION,
        }
      : { rc: RC_NO_ENTRY };
  };

  return (command, request) => {
    if (command === 0)
      return {
        manifests: u32(state, SLOT_STATE + SLOT_STATE_SIZE * (1 - api.running) + SLOT_TABLE)
          ? [{ role: RUNNING }, { role: OTHER }]
          : [{ role: RUNNING }],
      };
    if (command === 1) return describe(request.role || RUNNING);
    if (command === 3) return poll();
    if (command === WRITE + 1) {
      if (state[PHASE] !== TRIAL) fail(NO_TRIAL, 0);
      if (request.confirm) confirm(api);
      else {
        api.revert(REVERT_BY_REQUEST);
        later(api.port.restart, 300);
      }
      return {};
    }
    if (command === WRITE + 2 || command === WRITE + 4 || command === WRITE + 6) {
      if (busy()) return { rc: RC_BUSY };
      if (command !== WRITE + 6) {
        const data = request.data;
        if (!(data instanceof Uint8Array)) fail(LINK_REQUEST, 0);
        return command === WRITE + 2
          ? takeEnvelope(request, data as Uint8Array)
          : takeResource(request, data as Uint8Array);
      }
      gathered = undefined;
      phase = IDLE;
      return {};
    }
    return undefined;
  };
};
