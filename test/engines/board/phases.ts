/**
 * An agent for measurements: in place of a link its app gives it a release, and it prints what each phase
 * of the update cost, as `@phase INSTRUCTIONS CALLS`. It does everything that the updater does between an
 * offer and the reset, with the agent's own parts, on the board's own flash.
 */

// First, as the others take functions from it.
import "./phase-port.js";

import { advance, openTarget, receive, wantedOffset } from "../../../device/flash/install.js";
import { makeTransfer, planUpdate } from "../../../device/flash/plan.js";
import { authenticate } from "../../../device/suit/envelope.js";
import { readManifest } from "../../../device/suit/manifest.js";
import { start } from "../../../device/suit/processor.js";
import { calls, HASH, metered, now, setCount, spent, VERIFY, WRITE } from "./phase-port.js";

declare const global: { [name: string]: unknown };
declare const E: { toUint8Array(bytes: string): Uint8Array };
declare function print(text: string): void;

/** Bytes of a payload's piece, as a packet brings them. */
const PIECE = 128;
const TRIES = 8;

/** Instructions that a meter adds to its own figure, and to that of what is around it. */
let own = 0;
let around = 0;

const calibrate = (): void => {
  const nothing = metered(VERIFY, () => 0);
  const before = now();
  for (let i = 0; i < TRIES; i++) nothing(0, 0);
  own = spent[VERIFY] / TRIES;
  around = (now() - before) / TRIES - own;
  spent[VERIFY] = calls[VERIFY] = 0;
};

const sum = (numbers: number[]): number => numbers[VERIFY] + numbers[HASH] + numbers[WRITE];

const say = (name: string, instructions: number, times: number): void =>
  print(`@${name} ${Math.round(instructions)} ${times}`);

const sayMeter = (name: string, kind: number): void =>
  say(name, spent[kind] - calls[kind] * own, calls[kind]);

/** Takes a release: its envelope, and a payload of `size` times the digit 1. */
global.measure = (count: () => number, text: string, size: number): void => {
  setCount(count);
  calibrate();
  const envelope = E.toUint8Array(text);
  const before = now();
  start();
  authenticate(envelope);
  readManifest();
  planUpdate(envelope);
  const parsed = now() - before;
  const parts = sum(spent);
  const times = sum(calls);
  const begun = now();
  openTarget(makeTransfer());
  let how = advance();
  while (!how) {
    const piece = Math.min(PIECE, size - wantedOffset());
    receive(new Uint8Array(piece).fill(49));
    if (wantedOffset() >= size) how = advance();
  }
  const stored = now() - begun;
  say("parse", parsed - parts - times * around, 1);
  sayMeter("verify", VERIFY);
  sayMeter("hash", HASH);
  sayMeter("write", WRITE);
  say("rest", stored - (sum(spent) - parts) - (sum(calls) - times) * around, 1);
  say("staged", 0, how);
};
