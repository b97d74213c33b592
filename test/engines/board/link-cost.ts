/**
 * Runs in the real interpreter: what a packet costs the board's link, by transport. Prints
 * `@name instructions`. The globals come from the loader that test/bench/link-cost.ts writes.
 */

// First, as the link takes its parts from it.
import { onNotify, receive, write, written } from "./link-fake-boot.js";
import "./link.js";

declare function print(text: string): void;
declare const E: { toUint8Array(bytes: string): Uint8Array };
declare function atob(text: string): string;
/** Instructions so far. */
declare const count: () => number;
/** In base64, by name, each as its pieces. */
declare const packets: [name: string, pieces: string[]][];

let notified = 0;
onNotify(() => {
  notified++;
});

packets.forEach((packet) => {
  const isUart = packet[0] === "uart";
  const texts = packet[1].map((piece) => atob(piece));
  const bytes = texts.map((text) => E.toUint8Array(text));
  const work = () => {
    if (isUart) texts.forEach((text) => receive(text));
    else bytes.forEach((piece) => write(piece));
  };
  // The first packet makes the table of the CRC.
  work();
  notified = 0;
  const before = count();
  work();
  const after = count();
  if (isUart ? written : notified === 1) print(`@${packet[0]} ${after - before}`);
});
