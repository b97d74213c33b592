/** Numbers of SMP that both parts of the agent know (docs/wire-format.md). */
import type { Request, Value } from "./cbor-map.js";

/**
 * Largest packet, header and map together, bytes, that everybody is told: some clients keep three in
 * flight, which the engine's event queue of 1,024 bytes must hold.
 */
export const BUFFER = 256;
/** Largest packet that is taken from a host that waits for each answer. */
export const LARGEST = 512;

/** MCUmgr's return codes. */
export const RC_INVALID = 3;
export const RC_NO_ENTRY = 5;
export const RC_BAD_STATE = 6;
export const RC_TOO_LARGE = 7;
export const RC_UNSUPPORTED = 8;
export const RC_BUSY = 10;

/**
 * Commands are counted from those of group 66: its reads are 0 to 255, its writes follow from WRITE,
 * and those of the operating system's group follow OS in the same way.
 */
export const WRITE = 256;
export const OS = -66 * 1024;

/** Answers a command; undefined when there is none such. */
export type Handler = (command: number, request: Request) => Value;

/** Poll states. */
export const IDLE = 0;
export const CHECKING = 1;
export const WANTING = 2;
export const STAGED = 3;
export const REFUSED = 4;
export const ALREADY = 5;
export const ACCEPTABLE = 6;
export const WAITS = 7;
