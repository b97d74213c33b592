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
/** ... and here the variables that an update takes. */
const NEEDED = 65533;

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
export const open = (transfer?: Transfer): Handler => {
  // Running out of memory cannot be caught.
  if (free() < NEEDED) fail(OUT_OF_MEMORY, free());
  services.planned = transfer;
  services.programText = transfer
    ? unpack(INTAKE, INTAKE_SIZE, services)
    : unpack(OFFER, OFFER_SIZE, services);
  return services.serve as Handler;
};

export const leave = (): void => {
  services.programText = services.serve = services.planned = undefined;
};
