/**
 * What the updater takes from the resident part of its agent. Where the updater is packed, rollup puts
 * this module in the place of those whose exports it has (rollup.config.js): both then share one copy.
 *
 * Both are of one version, they lie in one image. Only BootApi is older than they.
 */
import type { BootApi } from "./boot-api.js";
import type { encode as encodeValue } from "./link/cbor-map.js";
import type { Handler } from "./link/codes.js";
import type { ended as endedWith } from "./link/outcome.js";
import type { toBytes as bytesOf, allowed as isAllowed } from "./port/espruino-agent.js";

export interface Services extends BootApi {
  allowed: typeof isAllowed;
  clock: () => number;
  encode: typeof encodeValue;
  ended: typeof endedWith;
  later: (work: () => void, delay: number) => unknown;
  toBytes: typeof bytesOf;
  /** What the updater answers with. */
  serve?: Handler;
}

const services = global.suitcase as Services;

export const allowed = services.allowed;
export const now = services.clock;
export const encode = services.encode;
export const ended = services.ended;
export const later = services.later;
export const toBytes = services.toBytes;
