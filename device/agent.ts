/**
 * The agent (stage 2): it runs before the app, in place from flash, and stays. It serves the link,
 * verifies and stores updates, watches over a trial and feeds the watchdog. It is updated by the same
 * step as the app, so the bootloader never has to be.
 */
import { CONFIG_FLAGS, CONFIG_LINKS, FLAG_BOND, LINK_BLUETOOTH } from "./flash/layout.js";
import { heard, onTrial, say, watchOver } from "./health.js";
import { serveBle } from "./link/ble.js";
import { handle } from "./link/commands.js";
import { answer } from "./link/smp.js";
import { frame, receiver } from "./link/uart.js";
import { later, listen, toBytes } from "./port/espruino-agent.js";
import { api, Bytes, config, port } from "./shared.js";

/** Milliseconds that a held app waits for an update. */
const HOLD_TIME = 900000;

/**
 * Answers a packet when what brought it is done: the texts that it was put together from are gone by
 * then, and on small boards what works on the packet needs their place.
 */
const soon = (packet: Uint8Array, deliver: (reply: string) => void): void => {
  later(() => {
    heard();
    deliver(answer(packet, handle));
  }, 1);
};

listen(config[CONFIG_LINKS], (device) =>
  receiver(
    (packet) => soon(toBytes(packet), (reply) => void device.write(frame(reply, toBytes))),
    toBytes,
  ),
);
serveBle(soon, !!(config[CONFIG_LINKS] & LINK_BLUETOOTH), !!(config[CONFIG_FLAGS] & FLAG_BOND));
/** An echo of "x": what serves it is all that a host needs to begin an update. */
let echoed = "";
const probe = (): string => {
  const text = frame("\x02\0\0\x05\0\0\0\0\xa1adax", toBytes);
  const receive = receiver((packet) => {
    echoed = frame(answer(toBytes(packet), handle), toBytes);
  }, toBytes);
  echoed = "";
  receive(text.substr(0, 9));
  receive(text.substr(9));
  return echoed;
};
const expected = probe();
watchOver(() => {
  // And what updates use beside that.
  const list = [2];
  const bytes = new Bytes(1).fill(7);
  list.push(bytes[0]);
  return /2,7/.test(list.join()) && probe() === expected;
});
// A host that went away must not keep the app from running.
if (api.isHeld) later(port.restart, HOLD_TIME);
global.suitcase = { confirm: say, trial: onTrial, status: () => handle(1, {}) };
