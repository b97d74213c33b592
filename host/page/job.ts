/** What is being done with a board, and what of it outlives a reload. */
import type { PushEvent } from "../push-types.js";
import { eventSentence } from "../push-words.js";
import type { Release } from "./release.js";
import type { Figures } from "./transfer.js";
import { Transfer } from "./transfer.js";

export type Step = "load" | "send" | "judge" | "wait" | "restart" | "trial";

/** An update that was begun: everything that it takes to go on, without storage or network. */
export interface StoredJob {
  release: Release;
  /** Milliseconds since 1970. */
  started: number;
}

/** Work as it stands. */
export class Job {
  readonly release: Release;
  readonly isDry: boolean;
  readonly started: number;
  readonly abort = new AbortController();
  step: Step = "load";
  /** One sentence about the moment. */
  note = "";
  /** The link broke and is being opened again. */
  isLost = false;
  transfer: Transfer;

  constructor(release: Release, isDry: boolean, started = Date.now()) {
    this.release = release;
    this.isDry = isDry;
    this.started = started;
    this.transfer = new Transfer(release.envelope.length, []);
  }

  get figures(): Figures {
    return this.transfer.figures;
  }

  event(event: PushEvent): void {
    if (event.type === "envelope") this.#progress("", event.done, event.total);
    else if (event.type === "payload") this.#progress(event.uri, event.done, event.total);
    else if (event.type === "setback") this.#setback(event.reason);
    else {
      this.#advance(event.type);
      this.note = eventSentence(event);
    }
  }

  #advance(type: Exclude<PushEvent["type"], "envelope" | "payload" | "setback">): void {
    if (type === "checking") this.step = "judge";
    if (type === "waiting") this.step = "wait";
    if (type === "trial") this.step = "trial";
    if (type === "connected") this.isLost = false;
    if (type === "staged") {
      this.step = "restart";
      this.transfer.complete();
    }
  }

  #progress(uri: string, done: number, total: number): void {
    this.step = "send";
    this.isLost = false;
    this.transfer.progress(uri, done, total);
  }

  /** A board that restarts is out of reach for a while: that is no loss. */
  #setback(reason: Error): void {
    this.transfer.interrupt();
    if (this.step === "restart" || this.step === "trial") {
      this.note = "The board restarts.";
      return;
    }
    this.isLost = true;
    this.note = `${reason.message} Trying again; the update goes on where it stopped.`;
  }
}
