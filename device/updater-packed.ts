/**
 * The updater of boards with the native module: packed in the slot, which leaves more of it to the app,
 * and unpacked into memory when something is offered. It leaves when nothing was asked of it for a
 * while.
 */

import { fail, NATIVE_UNUSABLE, OUT_OF_MEMORY } from "./errors.js";
import { encode } from "./link/cbor-map.js";
import type { Handler } from "./link/codes.js";
import { ended } from "./link/outcome.js";
import { allowed, free, later, now, toBytes } from "./port/espruino-agent.js";
import type { Services } from "./services.js";
import { api, port } from "./shared.js";

/** The build puts the packed updater and its size, when unpacked, in the place of these two ... */
const PACKED = "@updater@";
const SIZE = 65535;
/** ... and here the variables that it and an update take. */
const NEEDED = 65534;

/** Milliseconds between two looks, and looks without a request after which the updater leaves. */
const LOOK = 9999;
const PATIENCE = 9;

const services = api as Services;
// On a board without the module it could take no update any more: its trial ends here.
const unpack = port.unpack || fail(NATIVE_UNUSABLE, 0);
/** The program text: its functions run in it, so it has to stay as long as they do. */
let text: Uint8Array | undefined;
let looks = 0;
/** Work of the updater that was put off. */
let pending = 0;

const look = (): void => {
  if (pending || looks++ < PATIENCE) later(look, LOOK);
  else text = services.serve = undefined;
};

services.allowed = allowed;
services.clock = now;
services.encode = encode;
services.ended = ended;
services.toBytes = toBytes;
services.later = (work, delay) => {
  pending++;
  later(() => {
    pending--;
    work();
  }, delay);
};

/** The updater, when it is there or `isNeeded`. Throws OUT_OF_MEMORY (`a` = free variables). */
export const updater = (isNeeded: boolean): Handler | undefined => {
  looks = 0;
  if (isNeeded && !text) {
    // Running out of memory cannot be caught.
    if (free() < NEEDED) fail(OUT_OF_MEMORY, free());
    const app = global.suitcase;
    global.suitcase = api;
    try {
      text = unpack(PACKED, SIZE);
    } finally {
      global.suitcase = app;
    }
    look();
  }
  return services.serve;
};
