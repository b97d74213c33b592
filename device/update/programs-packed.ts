/**
 * The two programs of the updater on boards with the native module: packed in the slot, which leaves
 * more of it to the app, and unpacked into memory when they are needed.
 */
import { fail, NATIVE_UNUSABLE, OUT_OF_MEMORY } from "../errors.js";
import type { Transfer } from "../flash/transfer.js";
import { ask } from "../library.js";
import { encode } from "../link/cbor-map.js";
import type { Handler } from "../link/codes.js";
import { ended } from "../link/outcome.js";
import { free, now, toBytes } from "../port/espruino-agent.js";
import { api, port } from "../shared.js";
import { handOver, putOff } from "./hand-over.js";
import type { Services } from "./services.js";

/** The build puts the packed programs and their sizes, when unpacked, in the place of these ... */
const OFFER = "@offer@";
const OFFER_SIZE = 65531;
const INTAKE = "@intake@";
const INTAKE_SIZE = 65532;
/** ... and here the variables that an update takes beside them. */
const NEEDED = 65533;
/** Bytes of a variable, at least. */
const VARIABLE = 13;

const services = api as Services;
// On a board without the module it could take no update any more: its trial ends here.
const unpack = port.unpack || fail(NATIVE_UNUSABLE, 0);

services.ask = ask;
services.clock = now;
services.encode = encode;
services.finished = ended;
services.toBytes = toBytes;
services.putOff = putOff;
services.handOver = handOver;

/** As in programs.ts. Throws OUT_OF_MEMORY (`a` = free variables). */
export const open = (transfer?: Transfer, envelope?: number): Handler => {
  const size = transfer ? INTAKE_SIZE : OFFER_SIZE;
  // Running out of memory cannot be caught.
  if (free() < NEEDED + (size + (envelope || 0)) / VARIABLE) fail(OUT_OF_MEMORY, free());
  services.planned = transfer;
  services.programText = unpack(transfer ? INTAKE : OFFER, size, services);
  return services.serve as Handler;
};

export const leave = (): void => {
  services.programText = services.serve = services.planned = undefined;
};
