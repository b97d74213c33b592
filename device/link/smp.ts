/**
 * The SMP server (docs/wire-format.md): one request in, one answer out. It decides nothing: the
 * session does, from the signed manifest.
 */
import { chars } from "../bytes.js";
import { fail, LINK_REQUEST, type Refusal } from "../errors.js";
import { encode, type Request, readRequest, type Value } from "./cbor-map.js";

/** Largest packet that is taken, header and map together, bytes. */
export const BUFFER = 256;

/** MCUmgr's return codes. */
export const RC_INVALID = 3;
export const RC_NO_ENTRY = 5;
export const RC_BAD_STATE = 6;
export const RC_TOO_LARGE = 7;
export const RC_UNSUPPORTED = 8;
export const RC_BUSY = 10;

/** Answers one command of a group; undefined when there is none. `command` counts writes from 256. */
export type Handler = (command: number, request: Request) => Value | undefined;

export const WRITE = 256;

/** The operating system group. */
const osGroup = (command: number, request: Request, reboot: () => void): Value | undefined => {
  if (command === WRITE) {
    const text = request.d as Uint8Array;
    return { r: chars(text, 0, text.length) };
  }
  if (command === WRITE + 5) {
    reboot();
    return {};
  }
  if (command === 6) return { buf_size: BUFFER, buf_count: 1 };
  return command === 8 ? { bootloader: "SUIT" } : undefined;
};

/**
 * Answers a packet; gives "" for what is no request.
 *
 * @param suit the handler of group 66
 * @param reboot called for 0/5; must leave time for the answer
 */
export const answer = (packet: Uint8Array, suit: Handler, reboot: () => void): string => {
  const size = packet.length;
  const command = packet[7] + ((packet[0] & 7) << 7);
  let reply: Value | undefined;
  // Operations 0 (read) and 2 (write) are requests.
  if (size < 8 || packet[0] & 5) return "";
  if (size > BUFFER) reply = { rc: RC_TOO_LARGE };
  else
    try {
      if (packet[2] * 256 + packet[3] !== size - 8) fail(LINK_REQUEST, 2);
      const request = readRequest(packet, 8);
      const group = packet[4] * 256 + packet[5];
      if (group === 66) reply = suit(command, request);
      if (!group) reply = osGroup(command, request, reboot);
    } catch (e) {
      // Anything but a refusal comes from a request that lacks what its command needs.
      const error = e as Refusal;
      reply = { rc: RC_INVALID, error: error.c || LINK_REQUEST, at: error.a || 0 };
    }
  const body = encode(reply || { rc: RC_UNSUPPORTED });
  return (
    String.fromCharCode(packet[0] | 1, 0, body.length >> 8, body.length & 255) +
    chars(packet, 4, 4) +
    body
  );
};
