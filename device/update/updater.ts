/**
 * The updater: what of the agent is only needed while something is offered. It is two programs, and at
 * most one of them is there: the offer (link/offer.ts) decides about an envelope, then the intake
 * (link/intake.ts) takes its payloads. Each leaves when nothing was asked of it for a while.
 */
import { ENVELOPE_TOO_LARGE, fail, LINK_OFFSET, LINK_SESSION } from "../errors.js";
import { CONFIG_ENVELOPE } from "../flash/layout.js";
import { ask } from "../library.js";
import type { Request, Value } from "../link/cbor-map.js";
import { type Handler, RC_BUSY, WRITE } from "../link/codes.js";
import { manifestUri } from "../link/pull.js";
import { later } from "../port/espruino-agent.js";
import { config } from "../shared.js";
import { accepted, handOver, pending } from "./hand-over.js";
import { leave, open } from "./programs.js";

/** Milliseconds between two looks, and looks without a request after which a program leaves. */
const LOOK = 9999;
const PATIENCE = 9;

let serve: Handler | undefined;
let isIntake = false;
let looks = 0;
/** The timer of the next look, or 0. */
let looking = 0;

const close = (): void => {
  serve = undefined;
  isIntake = false;
  leave();
};

/** Lets the intake in when the offer has accepted something and is done. */
const takeOver = (): void => {
  if (accepted && !pending) {
    close();
    serve = open(accepted);
    isIntake = true;
    handOver(undefined);
  }
};

const look = (): void => {
  looking = 0;
  if (serve)
    if (pending || looks++ < PATIENCE) {
      looking = later(look, LOOK);
      // What waited for something is not polled for.
      takeOver();
    } else close();
};

/** Answers what concerns an update. */
export const update = (command: number, request: Request): Value => {
  // An envelope that begins, and the tables of the processor.
  const size = (command === WRITE + 2 && request.off === 0 && request.len) || 0;
  const isNew = command === 8 || size;
  looks = 0;
  if (isNew || command === WRITE + 6) {
    handOver(undefined);
    if (isIntake && pending) return { rc: RC_BUSY };
    // Anew each time: what an earlier envelope left of the memory may be in pieces.
    if (!pending) close();
  }
  takeOver();
  if (size > config[CONFIG_ENVELOPE] + 256 * config[CONFIG_ENVELOPE + 1])
    fail(ENVELOPE_TOO_LARGE, size);
  if (isNew && !serve) {
    serve = open(undefined, size);
    if (!looking) look();
  }
  const reply = serve ? serve(command, request) : undefined;
  // The offer leaves it to this when it has nothing to say to a poll.
  if (reply || (serve && command !== 3)) return reply;
  // Nothing is under way.
  if (command === WRITE + 2) fail(LINK_OFFSET, 0);
  if (command === WRITE + 4) fail(LINK_SESSION, 0);
  return command === 3
    ? { state: 0, wants: ask("wants", 0) ? 1 : undefined, manifest: manifestUri() }
    : command === WRITE + 6
      ? {}
      : undefined;
};
