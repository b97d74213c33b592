/**
 * What a packed program takes from the resident part of its agent: rollup puts this module in the
 * place of those whose exports it has (rollup.config.js), so that both share one copy.
 *
 * They are of one version, they lie in one image. Only BootApi is older than they.
 *
 * Nothing that a program leaves behind may be a literal of its text: strings lie in the text itself,
 * which goes with it. Numbers, and bytes that were made, may stay.
 */
import type { BootApi } from "../boot-api.js";
import type { Transfer } from "../flash/transfer.js";
import { handed } from "../handed.js";
import type { ask as asks } from "../library.js";
import type { encode as encodeValue } from "../link/cbor-map.js";
import type { Handler } from "../link/codes.js";
import type { ended as endedWith } from "../link/outcome.js";
import type { toBytes as bytesOf } from "../port/espruino-agent.js";
import type { handOver as handsOver, putOff as putsOff } from "./hand-over.js";

export interface Services extends BootApi {
  ask: typeof asks;
  clock: () => number;
  encode: typeof encodeValue;
  finished: typeof endedWith;
  handOver: typeof handsOver;
  putOff: typeof putsOff;
  toBytes: typeof bytesOf;
  /** What the intake is to do. */
  planned?: Transfer;
  /** The program: its functions run in this text, so it has to stay as long as they do. */
  programText?: Uint8Array;
  /** What the program answers with. */
  serve?: Handler;
}

const services = handed as Services;

export const ask = services.ask;
export const now = services.clock;
export const encode = services.encode;
export const ended = services.finished;
export const handOver = services.handOver;
export const putOff = services.putOff;
export const toBytes = services.toBytes;
