/**
 * The SMP server (docs/wire-format.md): one request in, one answer out. It decides nothing: the
 * session does, from the signed manifest.
 */
import { chars } from "../bytes.js";
import { fail, LINK_REQUEST, type Refusal } from "../errors.js";
import { encode, type Request, readRequest, type Value } from "./cbor-map.js";
import { two } from "./uart.js";

/**
 * Largest packet, header and map together, bytes, that everybody is told: some clients keep three in
 * flight, which the engine's event queue of 1,024 bytes must hold.
 */
export const BUFFER = 256;
/** Largest packet that is taken from a host that waits for each answer. */
export const LARGEST = 512;

/** MCUmgr's return codes. */
const RC_INVALID = 3;
export const RC_NO_ENTRY = 5;
export const RC_BAD_STATE = 6;
const RC_TOO_LARGE = 7;
const RC_UNSUPPORTED = 8;
export const RC_BUSY = 10;

/**
 * Commands are counted from those of group 66: its reads are 0 to 255, its writes follow from WRITE,
 * and those of the operating system's group follow OS in the same way.
 */
export const WRITE = 256;
export const OS = -66 * 1024;

/** Answers a command; undefined when there is none such. */
export type Handler = (command: number, request: Request) => Value;

/** Answers a packet; gives "" for what is no request. */
export const answer = (packet: Uint8Array, handle: Handler): string => {
  const size = packet.length;
  let reply: Value = { rc: RC_TOO_LARGE };
  // Operations 0 (read) and 2 (write) are requests.
  if (size < 8 || packet[0] & 5) return "";
  if (size <= LARGEST)
    try {
      if (packet[2] * 256 + packet[3] !== size - 8) fail(LINK_REQUEST, 2);
      reply = handle(
        OS + packet[4] * 262144 + packet[5] * 1024 + (packet[0] & 2) * 128 + packet[7],
        readRequest(packet, 8),
      ) || { rc: RC_UNSUPPORTED };
    } catch (e) {
      // Anything but a refusal comes from a request that lacks what its command needs.
      const error = e as Refusal;
      reply = { rc: RC_INVALID, error: error.c || LINK_REQUEST, at: error.a || 0 };
    }
  const body = encode(reply);
  return two((packet[0] | 1) * 256) + two(body.length) + chars(packet, 4, 4) + body;
};
