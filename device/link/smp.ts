/**
 * The SMP server (docs/wire-format.md): one request in, one answer out. It decides nothing: the
 * session does, from the signed manifest.
 */
import { chars } from "../bytes.js";
import { fail, LINK_REQUEST, type Refusal } from "../errors.js";
import { encode, readRequest, type Value } from "./cbor-map.js";
import { type Handler, LARGEST, OS, RC_INVALID, RC_TOO_LARGE, RC_UNSUPPORTED } from "./codes.js";
import { two } from "./uart.js";

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
