/**
 * A provisioned board in RAM that runs the shipping bundles, and releases for it. Time is virtual and
 * everything is synchronous; a whole update takes a few milliseconds.
 */

import * as layout from "../../device/flash/layout.js";
import { generateKey } from "../../host/author/keys.js";
import { packRelease, type Release, type ReleaseOptions } from "../../host/author/pack.js";
import { agentBundle, readBundle } from "../../host/board/bundles.js";
import { VirtualClock } from "../../host/board/clock.js";
import { slotSize } from "../../host/board/config-page.js";
import { type Cut, NorFlash, type Operation, type Snapshot } from "../../host/board/flash.js";
import { loadProfile, type Profile } from "../../host/board/profiles.js";
import { provision } from "../../host/board/provision.js";
import { SimulatedBoard } from "../../host/board/simulator.js";
import { BoardOff, type Reply, SimLink } from "./sim-link.js";

export const VENDOR = new Uint8Array(16).fill(0x11);
export const CLASS = new Uint8Array(16).fill(0x22);
export const DEVICE = new Uint8Array(16).fill(0x33);
export const KEY = generateKey(new Uint8Array(32).fill(7));

/** Seconds that a trial may run unconfirmed, and boots that it may take. */
export const DEADLINE = 60;
export const TRIALS = 3;

/** Poll states (docs/wire-format.md). */
export const IDLE = 0;
export const WANTED = 2;
export const STAGED = 3;
export const REFUSED = 4;
export const ALREADY = 5;

const text = (value: string) => new Uint8Array(Buffer.from(value, "latin1"));

/** An app that prints its name, then confirms a trial after half a second (or does `rest`). */
export function app(
  name: string,
  rest = "setTimeout(function(){if(suitcase.trial())suitcase.confirm()},500)",
): Uint8Array {
  return text(`print("${name}");${rest}\n`.padEnd(700, `// ${name} `));
}

/** The agent of a profile, as it ships. */
export function agentOf(profile: Profile): Uint8Array {
  return readBundle(agentBundle(profile));
}

export interface Made extends Release {
  /** What its app prints. */
  name: string;
  /** Bytes by URI. */
  payload(uri: string): Uint8Array;
}

/** A signed release of the agent (unchanged, unless `agent` is given) and an app named `name`. */
export function release(
  profile: Profile,
  sequence: number,
  name: string,
  options: Partial<ReleaseOptions> & { app?: Uint8Array; agent?: Uint8Array } = {},
): Made {
  const made = packRelease({
    vendor: VENDOR,
    class: CLASS,
    key: KEY,
    sequence,
    components: [
      { name: "agent", bytes: options.agent ?? agentOf(profile) },
      { name: "app", bytes: options.app ?? app(name) },
    ],
    ...options,
  });
  const payload = (uri: string) => {
    const found = made.payloads.find((each) => each.uri === uri);
    if (!found) throw new Error(`the board asks for ${uri}`);
    return found.bytes;
  };
  return { ...made, name, payload };
}

export interface SimOptions {
  /** The first firmware; without it the factory's, which is the agent alone. */
  firmware?: Made;
  keepConsole?: boolean;
  watchdog?: number;
  /** Milliseconds of real time after which a program counts as endless. */
  hangMs?: number;
}

/** A profile by its name; a large flash is cut down to `blocks`, which makes a test faster. */
export function profileOf(name: string, blocks = Number.POSITIVE_INFINITY): Profile {
  const profile = loadProfile(name);
  return { ...profile, blocks: Math.min(profile.blocks, blocks) };
}

/** What `stage` came to. */
export interface Staging {
  state: number;
  error: number;
  at: number;
  /** URIs that the board asked for. */
  fetched: string[];
}

export class SimBoard {
  readonly profile: Profile;
  readonly flash: NorFlash;
  readonly board: SimulatedBoard;
  readonly lines: string[] = [];
  link: SimLink;

  /** A board that is provisioned and switched on. */
  constructor(profile: Profile, options: SimOptions = {}) {
    this.profile = profile;
    this.flash = new NorFlash(SimulatedBoard.geometry(profile));
    provision(
      this.flash,
      {
        profile,
        vendor: VENDOR,
        class: CLASS,
        device: DEVICE,
        keys: [{ public: KEY.publicKey, kid: new Uint8Array(0), roles: ["author"] }],
        keepConsole: options.keepConsole ?? false,
        deadline: DEADLINE,
        trials: TRIALS,
        watchdog: options.watchdog ?? 10,
      },
      { boot: readBundle("boot.js"), agent: agentOf(profile), firmware: options.firmware },
    );
    this.board = new SimulatedBoard({
      profile,
      flash: this.flash,
      clock: new VirtualClock(),
      hangMs: options.hangMs ?? 0,
      log: (line) => this.lines.push(line),
    });
    this.link = new SimLink(this.board);
    this.board.powerOn();
  }

  get slotSize(): number {
    return slotSize(this.profile);
  }

  slotAt(slot: number): number {
    return layout.SLOTS_AT + slot * this.slotSize;
  }

  slotDigest(slot: number): string {
    return this.flash.digest(this.slotAt(slot), this.slotSize);
  }

  /** A new client in place of the one before. */
  reconnect(device?: string): SimLink {
    this.link.close();
    this.link = new SimLink(this.board, device);
    return this.link;
  }

  advance(milliseconds: number): void {
    this.board.advance(milliseconds);
  }

  powerCycle(): void {
    this.board.powerOff();
    this.board.powerOn();
  }

  /** Takes the flash back to an earlier state and starts the board on it. */
  restore(snapshot: Snapshot): void {
    this.flash.onOperation(undefined);
    this.board.powerOff();
    this.flash.restore(snapshot);
    this.lines.length = 0;
    this.reconnect();
    this.board.powerOn();
  }

  /** Changes one byte of the flash, as no chip would. */
  flip(at: number, bits: number): void {
    const snapshot = this.flash.snapshot();
    snapshot.image[at] ^= bits;
    this.flash.restore(snapshot);
  }

  /** 66/1: what runs, or with role 33 what lies in the other slot. */
  state(role = 32): Reply {
    const reply = this.link.read(1, { role });
    const record = reply.state as unknown;
    if (!(record instanceof Uint8Array)) return reply;
    const numbers = new Uint32Array(record.slice().buffer);
    const trial = record[layout.PHASE] === layout.TRIAL ? record[layout.TRIALS] : 0;
    const [floor, reason] = [numbers[layout.FLOOR / 4], numbers[layout.REASON / 4]];
    return { ...reply, trial, floor, reason };
  }

  runs(made: { digest: Uint8Array }): boolean {
    return Buffer.compare(this.state().digest as Uint8Array, made.digest) === 0;
  }

  /** Offers an envelope; gives what the board says of it. */
  offer(envelope: Uint8Array): Reply {
    const reply = this.link.upload(2, envelope);
    return reply.rc ? { ...reply, state: REFUSED } : this.answer();
  }

  /** Polls until the board has finished checking. */
  answer(): Reply {
    for (;;) {
      const reply = this.link.poll();
      if (reply.state !== 1) return reply;
      this.advance(20);
      if (!this.board.isOn) throw new BoardOff();
    }
  }

  /** Offers an envelope and sends what is asked for, until it is staged or refused. */
  stage(made: Made, payload = made.payload): Staging {
    const fetched: string[] = [];
    let reply = this.offer(made.envelope);
    while (reply.state === WANTED) {
      const uri = Buffer.from(reply.resource_id as Uint8Array).toString();
      fetched.push(uri);
      const session = { stream_session_id: reply.stream_session_id };
      const sent = this.link.upload(4, payload(uri), session);
      reply = sent.rc ? { ...sent, state: REFUSED } : this.answer();
    }
    const { state = -1, error = 0, at = 0 } = reply;
    return { state, error, at, fetched };
  }

  /** A whole update, until the new firmware is confirmed or gone. Throws BoardOff at a power cut. */
  update(made: Made): Staging {
    let staging: Staging = { state: IDLE, error: 0, at: 0, fetched: [] };
    if (!this.runs(made)) {
      staging = this.stage(made);
      if (staging.state === STAGED) this.advance(2000);
      if (!this.board.isOn) throw new BoardOff();
    }
    for (let seconds = 0; this.state().trial; seconds++) {
      this.advance(1000);
      if (!this.board.isOn) throw new BoardOff();
      if (seconds > 2 * DEADLINE) throw new Error("the trial does not end");
    }
    return staging;
  }

  /** Watches the flash's operations from now on, and cuts the power where `decide` says so. */
  watch(decide: (operation: Operation, index: number) => Cut | undefined = () => undefined) {
    const operations: Operation[] = [];
    this.flash.onOperation((operation) => {
      operations.push(operation);
      return decide(operation, operations.length - 1);
    });
    return operations;
  }

  /** The last thing that was printed. */
  get said(): string {
    return this.lines.at(-1) ?? "";
  }
}
