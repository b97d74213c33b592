/**
 * Runs in the real interpreter: what a packet costs the board's link. Prints `@cost instructions`. The
 * globals come from the loader that test/bench/link-cost.ts writes.
 */

// First, as the link takes its parts from it.
import { onNotify, receive, write, written } from "./link-fake-boot.js";
import "./link.js";

declare function print(text: string): void;
declare function setTimeout(work: () => void, delay: number): void;
declare const E: { toUint8Array(bytes: string): Uint8Array };
declare function atob(text: string): string;
/** Instructions so far. */
declare const count: () => number;
declare const name: string;
/** In base64. */
declare const pieces: string[];

let notified = 0;
onNotify(() => {
  notified++;
});

const texts = pieces.map((piece) => atob(piece));
const bytes = name === "uart" ? [] : texts.map((text) => E.toUint8Array(text));
const work = () => {
  for (const text of name === "uart" ? texts : []) receive(text);
  for (const piece of bytes) write(piece);
};
// The first packet finds the longest piece.
work();
// When its answer is out: until then the next one would wait.
setTimeout(() => {
  notified = 0;
  const before = count();
  work();
  const after = count();
  if (name === "uart" ? written : notified === 1) print(`@cost ${after - before}`);
}, 200);
