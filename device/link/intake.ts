/**
 * The second program of the updater: takes the payloads of an envelope that was accepted, and puts them
 * into the inactive slot.
 */
import { chars } from "../bytes.js";
import { AGENT_FAULT, fail, IMAGE_DIGEST, LINK_SESSION, type Refusal } from "../errors.js";
import {
  advance,
  openTarget,
  receive,
  wanted,
  wantedOffset,
  wantedSession,
} from "../flash/install.js";
import type { Transfer } from "../flash/transfer.js";
import { ask } from "../library.js";
import { toBytes } from "../port/espruino-agent.js";
import { port } from "../shared.js";
import { CONDITION_FAILED, formReport, OPERATION_FAILED } from "../suit/report-form.js";
import { putOff } from "../update/hand-over.js";
import type { Value } from "./cbor-map.js";
import {
  CHECKING,
  type Handler,
  RC_BAD_STATE,
  RC_BUSY,
  REFUSED,
  STAGED,
  WANTING,
  WRITE,
} from "./codes.js";
import { ended } from "./outcome.js";
import { upload } from "./upload.js";

/** Milliseconds between two questions whether the app is still busy, and how often it may be. */
const WAIT = 1500;
let patience = 400;

let transfer: Transfer;
let phase = CHECKING;
let last: Refusal = { c: 0, a: 0 };
/** The payload that was sent last was a wrong one. */
let isSpoilt = false;

/** Ends the attempt, with a refusal or with code 0. */
const finish = (how: number, why: Refusal): void => {
  phase = how;
  last = why;
  ask("progress", how, 0);
  ended(
    why,
    toBytes(
      formReport(
        why.c,
        why.c === IMAGE_DIGEST ? CONDITION_FAILED : OPERATION_FAILED,
        "\x80" + chars(transfer.reportSpot, 0, transfer.reportSpot.length),
        chars(transfer.reportTitle, 0, transfer.reportTitle.length),
      ),
    ),
  );
};

const refuse = (error: unknown): void => {
  isSpoilt = false;
  // What is no refusal is a fault of ours: say so rather than stand still.
  finish(REFUSED, (error as Refusal).c ? (error as Refusal) : { c: AGENT_FAULT, a: 0 });
};

/** Restarts for the trial, at a moment that suits the app: it may put that off for ten minutes. */
const restart = (): void =>
  putOff(() => {
    if (patience-- && ask("busy", patience)) restart();
    else port.restart();
  }, WAIT);

/** Goes on a little later, so that the answer goes out first. */
const soon = (isNew: boolean): void => {
  phase = CHECKING;
  putOff(() => {
    try {
      if (isNew) openTarget(transfer);
      phase = WANTING;
      const how = advance();
      if (how === 1) {
        finish(STAGED, { c: 0, a: 0 });
        restart();
      } else if (how) {
        refuse({ c: IMAGE_DIGEST, a: how - 2 });
        isSpoilt = true;
      }
    } catch (e) {
      refuse(e);
    }
  }, 10);
};

/** Is a payload wanted? After a wrong one the right one still is. */
const isOpen = (): boolean => phase === WANTING || (phase === REFUSED && isSpoilt);

/** Answers the commands that concern payloads. */
const handle: Handler = (command, request) => {
  if (command === 3) {
    const reply: { [key: string]: Value } = { state: phase };
    if (phase === STAGED) {
      reply.erases = port.spent[0];
      reply.written = port.spent[1];
    }
    if (isOpen()) {
      reply.stream_session_id = wantedSession();
      reply.resource_id = transfer.offering.subarray(wanted[4], wanted[7]);
    }
    if (phase === REFUSED) {
      reply.rc = RC_BAD_STATE;
      reply.error = last.c;
      reply.at = last.a;
    }
    return reply;
  }
  if (command !== WRITE + 4) return undefined;
  if (phase === STAGED || phase === CHECKING) return { rc: RC_BUSY };
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
    if (wantedOffset() < wanted[1]) return wantedOffset();
    soon(false);
    return wanted[1];
  });
};

/** Begins a transfer; gives what answers from now on. */
export const begin = (planned: Transfer): Handler => {
  transfer = planned;
  soon(true);
  return handle;
};
