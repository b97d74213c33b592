/**
 * SMP over BLE (docs/wire-format.md, "BLE"): bare packets, put together by the length in their header.
 *
 * The engine does not tell the MTU, cuts off without a word what is too long for it, and loses a
 * notification while the one before is in the air. So answers come in pieces no longer than the longest
 * write of this connection, which fitted, and at intervals, also when a phone has several packets in flight.
 */
import { later, now, nrf, toBytes, toText } from "../port/espruino-agent.js";
import { LARGEST } from "./codes.js";

/** What every connection carries. */
const SMALLEST = 20;
/** The longest that Espruino's boards carry. */
const LONGEST = 128;
/** Seconds after which half a packet is forgotten. */
const IDLE = 0.3;
/** Milliseconds between pieces: longer than the connection intervals of phones. */
const APART = 40;

let gathered = "";
let last = 0;
let longest = SMALLEST;
let pieces: string[] = [];
/** The last piece may still be in the air: a timer runs, after which the next one goes. */
let busy = false;

const service = (characteristic: object): EspruinoServices => ({
  "8d53dc1d-1db7-4cd3-868b-8a527460aa84": {
    "da2e7828-fbce-4e01-ae9e-261174997c48": characteristic,
  },
});

const reset = (): void => {
  gathered = "";
  longest = SMALLEST;
  pieces = [];
};

const send = (): void => {
  const value = pieces.shift();
  busy = !!value;
  if (value) {
    later(send, APART);
    (nrf as EspruinoNrf).updateServices(service({ value: value, notify: true }));
  }
};

/**
 * Serves the board's Bluetooth, if it has one.
 *
 * The app may set services of its own: `NRF.setServices` keeps this one beside them.
 *
 * @param answer calls back with the answer, "" for what is no request
 * @param uart Espruino's own UART service stays
 * @param bond writes are taken over an encrypted connection only
 */
export const serveBle = (
  answer: (packet: Uint8Array, deliver: (reply: string) => void) => void,
  uart: boolean,
  bond: boolean,
): void => {
  if (!nrf) return;
  const setServices = nrf.setServices;
  const own = service({
    maxLen: LONGEST,
    writable: true,
    notify: true,
    security: { write: { encrypted: bond } },
    onWrite: (event: { data: ArrayBuffer }) => {
      const piece = toText(event.data);
      const time = now();
      if (time - last > IDLE) gathered = "";
      last = time;
      if (piece.length > longest) longest = piece.length;
      // What is too long was refused with its first bytes: the rest goes by.
      if (gathered.length > LARGEST) return;
      gathered += piece;
      const size = gathered.length;
      if (size > LARGEST || size >= 8 + gathered.charCodeAt(2) * 256 + gathered.charCodeAt(3)) {
        const packet = toBytes(gathered);
        if (size <= LARGEST) gathered = "";
        answer(packet, (reply) => {
          for (let at = 0; at < reply.length; at += longest) pieces.push(reply.substr(at, longest));
          if (!busy) send();
        });
      }
    },
  });
  nrf.on("disconnect", reset);
  nrf.setServices = (services, options) => setServices(Object.assign({}, services, own), options);
  nrf.setServices({}, { uart: uart });
  // After load() somebody may still be connected, who could not see the service before he comes again.
  nrf.disconnect();
};
