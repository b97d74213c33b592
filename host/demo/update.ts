/**
 * The main job: version 2 goes from its author over untrusted storage to the board, in the steps of
 * the example flow of draft-moran-suit-architecture-00, section 7, and under their names.
 */

import { TRIAL } from "../../device/flash/layout.js";
import { sha256 } from "../author/encode.js";
import type { ProgressBar } from "../cli/progress.js";
import { push } from "../push.js";
import type { PushEvent } from "../push-types.js";
import { getBytes } from "../storage/fetch.js";
import { payloadLocation } from "../storage/resolve.js";
import type { Storage } from "../storage/serve.js";
import { type Bench, timed } from "./bench.js";
import { BAUD, type DemoBoard, inWords, LIMITS, type Work } from "./board.js";
import { type Firmware, GREETING } from "./project.js";
import type { Published } from "./publish.js";
import { bytes, count, head } from "./terminal.js";

const TRIALS = 3;
/** Version 1 was provisioned into slot A. */
const NEW_SLOT = 1;
const SLOT_NAMES = "AB";

/** Steps 6 to 16, the trial and its confirmation: from the storage into the board. */
export async function install(
  bench: Bench,
  board: DemoBoard,
  storage: Storage,
  { firmware, release }: Published,
): Promise<void> {
  const url = new URL("lamp-2.suit", storage.url).href;
  const [envelope, time] = await timed(() => getBytes(url));
  const { running } = await board.states();
  bench.terminal.step(6, "Query Manifest", "board -> storage", time);
  bench.terminal.figure(
    "runs",
    `sequence ${running?.sequence}, manifest ${head(running?.digest ?? "")}`,
  );
  bench.terminal.figure("offered", `${bytes(envelope.length)} from ${url}`);
  bench.expect(running?.sequence === 1, "version 1 runs before the update");

  const story = new Story(bench, board, firmware);
  const result = await push({
    connect: () => board.connect(),
    envelope,
    fetchPayload: (uri) => story.request(uri, () => getBytes(payloadLocation(url, uri))),
    onEvent: (event) => story.event(event),
    limits: LIMITS,
  });
  story.end();
  const after = await board.states();
  bench.expect(result.outcome === "confirmed", `the update is confirmed (${result.outcome})`);
  bench.terminal.step(null, "Confirmed", "app", story.sinceTrial);
  const { sequence = 0, slot = 0, digest = new Uint8Array(0) } = after.running ?? {};
  bench.terminal.figure(
    "runs",
    `sequence ${sequence} in slot ${SLOT_NAMES[slot]}, manifest ${head(digest)}`,
  );
  bench.terminal.figure("app", `blinked ${story.blinks} times before it confirmed`);
  bench.terminal.figure("sent", `${bytes(result.bytesSent)} in ${result.seconds.toFixed(1)} s`);
  bench.expect(
    sequence === 2 && after.running?.trial === 0 && after.running.doors === 0,
    "sequence 2 runs, confirmed, behind a closed console",
  );
  bench.expect(
    Buffer.compare(digest, release.digest) === 0,
    "the board reports the digest of the manifest that was signed",
  );
  bench.expect(story.isComplete, "all steps from 7 to 16 were seen");
}

/** A call of the native module (docs/native-module.md). */
interface Call {
  op: number;
  length: number;
}

const isHash = ({ op }: Call) => op === 1;
const isSignature = ({ op }: Call) => op === 2;

/** Turns what push and board report into the steps of the flow. */
class Story {
  readonly #bench: Bench;
  readonly #board: DemoBoard;
  readonly #firmware: Firmware;
  #bar: ProgressBar | null = null;
  #mark: () => Work;
  #since = performance.now();
  #native: Call[] = [];
  /** Calls of the native module when the flash was touched first. */
  #checksBefore = -1;
  #stagedAt = 0;
  #trialAt = 0;
  readonly #seen = new Set<number>();
  /** How often an LED changed. */
  blinks = 0;
  readonly #listeners: [string, (...args: never[]) => void][];

  constructor(bench: Bench, board: DemoBoard, firmware: Firmware) {
    this.#bench = bench;
    this.#board = board;
    this.#firmware = firmware;
    this.#mark = board.mark();
    this.#listeners = [
      ["native", (op: number, length: number) => this.#native.push({ op, length })],
      ["reboot", (reason: string) => this.#reboot(reason)],
      ["console", (text: string) => this.#console(text)],
      ["pin", () => this.blinks++],
    ];
    for (const [name, listener] of this.#listeners) board.board.on(name, listener as () => void);
    board.board.flash.onOperation(() => {
      if (this.#checksBefore < 0) this.#checksBefore = this.#native.filter(isSignature).length;
      return undefined;
    });
  }

  end(): void {
    for (const [name, listener] of this.#listeners)
      this.#board.board.off(name, listener as () => void);
    this.#board.board.flash.onOperation(undefined);
  }

  get isComplete(): boolean {
    return this.#seen.size === 10;
  }

  get sinceTrial(): number {
    return performance.now() - this.#trialAt;
  }

  /** Time since the last step. */
  #lap(): number {
    const now = performance.now();
    const time = now - this.#since;
    this.#since = now;
    return time;
  }

  #step(number: number, name: string, actor: string, time?: number): void {
    this.#seen.add(number);
    this.#bench.terminal.step(number, name, actor, time);
  }

  event(event: PushEvent): void {
    switch (event.type) {
      case "running":
        this.#lap();
        break;
      case "envelope":
        if (event.done < event.total) break;
        this.#step(7, "Send Manifest", "storage -> board", this.#lap());
        this.#figure("sent", `${bytes(event.total)} over SMP, serial line of ${BAUD} baud`);
        break;
      case "wanted":
        this.#validated();
        break;
      case "payload":
        this.#progress(event.uri, event.done, event.total);
        break;
      case "staged":
        this.#staged();
        break;
    }
  }

  #figure(name: string, text: string): void {
    this.#bench.terminal.figure(name, text);
  }

  #validated(): void {
    if (this.#seen.has(8)) return;
    const work = this.#mark();
    // What was hashed up to here is the manifest; each file is hashed as soon as it is complete.
    this.#native = [];
    this.#step(8, "Validate Manifest", "board", this.#lap());
    this.#figure("signature", "valid, of a key that the board trusts");
    this.#figure("accepted", "digest, sequence, vendor, class, 2 components, size, every command");
    this.#figure("flash", `untouched until here, then ${inWords(work)}`);
    this.#bench.expect(
      this.#checksBefore === 1,
      "the signature was checked before the flash was touched",
    );
  }

  /** The board named a resource: it is fetched from the storage. */
  async request(uri: string, get: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const [content, time] = await timed(get);
    this.#step(9, "Request Firmware", "board -> storage", time);
    this.#figure("wanted", `${uri}: ${bytes(content.length)} over HTTP`);
    this.#mark = this.#board.mark();
    this.#lap();
    return content;
  }

  #progress(uri: string, sent: number, total: number): void {
    if (this.#bar === null) {
      this.#step(10, "Send Firmware", "storage -> board");
      this.#bar = this.#bench.terminal.bar(uri.split(".").at(-2) ?? "");
    }
    this.#bar.update(sent, total);
    if (sent < total) return;
    this.#bar.end();
    this.#bar = null;
    this.#figure("flash", `${inWords(this.#mark())}, in ${Math.round(this.#lap())} ms`);
    this.#mark = this.#board.mark();
  }

  #staged(): void {
    const time = this.#lap();
    const stored = this.#board.stored(NEW_SLOT);
    const hashed = this.#native.filter(isHash).map(({ length }) => length);
    this.#step(11, "Verify Firmware", "board", time);
    for (const [i, { name, bytes: content }] of this.#firmware.components.entries()) {
      const digest = stored[i] ?? new Uint8Array(0);
      this.#figure(name, `${bytes(content.length)} in flash, SHA-256 ${head(digest)}`);
      this.#bench.expect(
        hashed.includes(content.length) && Buffer.compare(digest, sha256(content)) === 0,
        `the board verified the ${name} that was built`,
      );
    }
    this.#step(12, "Store Firmware", "board");
    this.#figure("staged", `envelope, table and journal record: ${inWords(this.#mark())}`);
    this.#mark = this.#board.mark();
    this.#native = [];
    this.#stagedAt = performance.now();
  }

  #reboot(reason: string): void {
    this.#native = [];
    this.#mark = this.#board.mark();
    this.#lap();
    this.#step(13, "Reboot", "board", performance.now() - this.#stagedAt);
    this.#figure("reason", `${reason}, a moment after the host was told that all is staged`);
  }

  /** The new app has printed its first words: everything before it is behind the board. */
  #console(text: string): void {
    if (!text.includes(GREETING[2]) || !this.#seen.has(13)) return;
    const work = this.#mark();
    const signatures = this.#native.filter(isSignature).length;
    const hashed = this.#native.filter(isHash);
    this.#step(14, "Bootloader validates Firmware", "bootloader", this.#lap());
    this.#figure(
      "checked",
      `${count(signatures, "signature")}, ${count(hashed.length, "digest")} over ${bytes(
        hashed.reduce((sum, { length }) => sum + length, 0),
      )} of slot B`,
    );
    this.#bench.expect(
      signatures >= 1 && hashed.length >= 3,
      "the bootloader checked signature and digests of what it runs",
    );
    this.#step(15, "Bootloader activates Firmware", "bootloader");
    this.#figure("journal", `trial 1 of ${TRIALS}: ${inWords(work)}`);
    this.#step(16, "Bootloader transfers control to new Firmware", "bootloader");
    this.#figure("app", `starts and prints "${text}"`);
    const { phase, trials } = this.#board.journal();
    this.#bench.terminal.step(null, "Trial", "app");
    this.#figure("boot", `${trials} of ${TRIALS}; unconfirmed, the board goes back to version 1`);
    this.#bench.expect(phase === TRIAL && trials === 1, "the journal says trial 1");
    this.#trialAt = performance.now();
  }
}
