/**
 * A board as docs/wire-format.md describes it, written apart from host/link and from the real board:
 * its own framing, its own offsets, no cryptography. What it keeps in `flash` survives a restart.
 */
import { createHash } from "node:crypto";
import { decode, encode } from "cborg";
import { asInFlash, singly } from "./stub-state.js";

export interface StubOptions {
  bufferSize?: number;
  /** What the manifest would name: URI and the bytes that the board accepts. */
  resources?: { uri: string; bytes: Uint8Array }[];
  /** The board's verdict over an envelope; null accepts. */
  verdict?: (envelope: Uint8Array) => { error: number; at: number } | null;
  /** What becomes of a trial, after this many milliseconds. */
  trial?: { end: "confirm" | "revert"; after: number };
  /** Digest of the manifest in an envelope: by it the state is reported. */
  digestOf?: (envelope: Uint8Array) => Uint8Array;
  /** Milliseconds from staged to the reset. */
  resetAfter?: number;
  /** An agent of before: single members in 66/1, no reports, no dry runs. */
  old?: boolean;
  /** Knows reports and yet takes a dry run for a real one. */
  ignoresDry?: boolean;
  /** What is in a dry run's verdict beside the state. */
  needs?: Fields;
  /** What is answered to 66/7 and 66/8. */
  report?: unknown;
  capabilities?: unknown;
  /** Sent in place of them. */
  tables?: Fields;
  /** How many polls are answered with "waiting" before it goes on. */
  waits?: number;
}

type Fields = Record<string, unknown>;
interface Firmware {
  sequence: number;
  digest: Uint8Array;
  trial: number;
}

const refusal = (rc: number, error?: number, at = 0) =>
  error === undefined ? { rc } : { rc, error, at };

export class StubBoard {
  readonly options: StubOptions;
  /** What a reset leaves. */
  readonly flash = {
    running: { sequence: 1, digest: new Uint8Array(32).fill(1), trial: 0 } as Firmware,
    before: null as Firmware | null,
    floor: 1,
    reason: 0,
    payload: { owner: "", parts: new Map<string, Uint8Array>() },
  };
  /** Every request that came in, for tests to look at. */
  readonly requests: {
    op: number;
    group: number;
    command: number;
    size: number;
    fields: Fields;
  }[] = [];
  resets = 0;
  doors = 0;
  #ram = this.#blank();
  /** The link it is plugged into; a reset unplugs it. */
  unplug: () => void = () => {};

  constructor(options: StubOptions = {}) {
    this.options = { bufferSize: 256, resources: [], digestOf: sha256, resetAfter: 5, ...options };
  }

  #blank() {
    return {
      envelope: new Uint8Array(0),
      taken: 0,
      checked: false,
      dry: false,
      polls: 0,
      waited: 0,
      refused: { error: 0, at: 0 },
      staged: false,
      already: false,
      session: 100 + Math.floor(this.resets * 7),
    };
  }

  restart(): void {
    this.resets++;
    this.#ram = this.#blank();
    this.unplug();
  }

  /** A packet in, an answer out; null when a board would stay silent. */
  answer(packet: Uint8Array): Uint8Array | null {
    const head = Buffer.from(packet);
    if (head.length < 9 || head.readUInt16BE(2) !== head.length - 8) return null;
    const op = (packet[0] as number) & 7;
    const group = head.readUInt16BE(4);
    const command = packet[7] as number;
    const fields = decode(packet.subarray(8)) as Fields;
    this.requests.push({ op, group, command, size: packet.length, fields });
    const tooLarge = packet.length > (this.options.bufferSize as number);
    const body = encode(
      tooLarge ? refusal(7) : this.#dispatch(`${group}/${command}/${op}`, fields),
    );
    const answer = Buffer.alloc(8 + body.length);
    head.copy(answer, 0, 0, 8);
    answer[0] = (packet[0] as number) | 1;
    answer.writeUInt16BE(body.length, 2);
    answer.set(body, 8);
    return answer;
  }

  #dispatch(name: string, fields: Fields): Fields {
    switch (name) {
      case "0/0/2":
        return { r: fields.d };
      case "0/5/2":
        setTimeout(() => this.restart(), 1);
        return {};
      case "0/6/0":
        return { buf_size: this.options.bufferSize, buf_count: 1 };
      case "0/8/0":
        return { bootloader: "SUIT" };
      case "66/0/0":
        return { manifests: [{ role: 32 }, ...(this.flash.before ? [{ role: 33 }] : [])] };
      case "66/1/0":
        return this.#state(fields.role);
      case "66/1/2":
        return this.#endTrial(fields.confirm === true, 803);
      case "66/2/2":
        return this.#envelope(fields);
      case "66/3/0":
        return this.#poll();
      case "66/4/2":
        return this.#resource(fields);
      case "66/6/2":
        this.#ram = this.#blank();
        return {};
      case "66/7/0":
        return this.#told("report");
      case "66/8/0":
        return this.#told("capabilities");
      default:
        return refusal(8);
    }
  }

  #state(role: unknown): Fields {
    const { running, before, floor, reason } = this.flash;
    if (role === 33) {
      if (!before) return refusal(5);
      return { role, sequence_number: before.sequence, digest: before.digest, slot: 1 };
    }
    const known = {
      role: 32,
      sequence_number: running.sequence,
      digest: running.digest,
      slot: 0,
      refused: this.#ram.refused.error,
      refused_at: this.#ram.refused.at,
      doors: this.doors,
      free: 1000,
      version: "1",
    };
    const tell = this.options.old ? singly : asInFlash;
    return { ...known, ...tell({ trial: running.trial, floor, reason }) };
  }

  #told(what: "report" | "capabilities"): Fields {
    if (this.options.old) return refusal(8);
    const { [what]: value, tables } = this.options;
    if (what === "capabilities" && tables) return tables;
    return value === undefined ? refusal(5) : { [what]: value };
  }

  #endTrial(confirm: boolean, reason: number): Fields {
    if (this.flash.running.trial === 0) return refusal(6, 407);
    if (confirm) {
      this.flash.running.trial = 0;
      return {};
    }
    this.flash.running = this.flash.before as Firmware;
    this.flash.before = null;
    this.flash.reason = reason;
    setTimeout(() => this.restart(), 1);
    return {};
  }

  #envelope({ off, len, data, dry }: Fields): Fields {
    const ram = this.#ram;
    const bytes = data as Uint8Array;
    if (this.flash.running.trial > 0) return refusal(6, 405);
    if (off === 0) {
      const isSame =
        ram.taken >= bytes.length &&
        ram.envelope.length === len &&
        Buffer.compare(ram.envelope.subarray(0, bytes.length), bytes) === 0;
      if (!isSame || ram.taken === len) {
        const isDry = dry === true && !this.options.old && !this.options.ignoresDry;
        this.#ram = { ...this.#blank(), dry: isDry, envelope: new Uint8Array(len as number) };
      }
    }
    if (off === this.#ram.taken && bytes.length <= this.#ram.envelope.length - off) {
      this.#ram.envelope.set(bytes, off);
      this.#ram.taken += bytes.length;
    }
    return { off: this.#ram.taken };
  }

  #poll(): Fields {
    const ram = this.#ram;
    if (ram.staged) return { state: 3 };
    if (ram.already) return { state: 5 };
    if (ram.refused.error) return { state: 4, rc: 1, ...ram.refused };
    if (ram.envelope.length === 0 || ram.taken < ram.envelope.length) return { state: 0 };
    if (!ram.checked) {
      if (ram.polls++ < 1) return { state: 1 };
      this.#check();
      return this.#poll();
    }
    if (ram.waited++ < (this.options.waits ?? 0)) return { state: 7 };
    if (ram.dry) return { state: 6, ...this.options.needs };
    const wanted = this.#wanted();
    if (wanted) {
      const resource = new TextEncoder().encode(wanted.uri);
      return { state: 2, stream_session_id: ram.session, resource_id: resource };
    }
    this.#stage();
    return this.#poll();
  }

  #check(): void {
    const ram = this.#ram;
    ram.checked = true;
    const verdict = this.options.verdict?.(ram.envelope) ?? null;
    if (verdict) {
      ram.refused = verdict;
      return;
    }
    const digest = this.#digest();
    ram.already = Buffer.compare(digest, this.flash.running.digest) === 0;
    if (ram.dry) return;
    const owner = Buffer.from(digest).toString("hex");
    // another manifest's payload is never gone on with
    if (this.flash.payload.owner !== owner) this.flash.payload = { owner, parts: new Map() };
  }

  #digest(): Uint8Array {
    return (this.options.digestOf as typeof sha256)(this.#ram.envelope);
  }

  #wanted(): { uri: string; bytes: Uint8Array } | undefined {
    const { parts } = this.flash.payload;
    return this.options.resources?.find(
      ({ uri, bytes }) => !parts.has(uri) || (parts.get(uri) as Uint8Array).length < bytes.length,
    );
  }

  #resource({ stream_session_id, off, len, data }: Fields): Fields {
    const wanted = this.#wanted();
    const isOther = stream_session_id !== this.#ram.session && stream_session_id !== undefined;
    if (!this.#ram.checked || !wanted || isOther || (off === 0 && !stream_session_id)) {
      return refusal(6, 603);
    }
    const { uri, bytes: expected } = wanted;
    if (off === 0 && len !== expected.length) return this.#refuse(602);
    const { parts } = this.flash.payload;
    const have = parts.get(uri) ?? new Uint8Array(0);
    let bytes = data as Uint8Array;
    if (off !== have.length) return { off: have.length };
    if (have.length + bytes.length < expected.length) {
      bytes = bytes.subarray(0, bytes.length - (bytes.length % 4));
    }
    const now = Buffer.concat([have, bytes]);
    parts.set(uri, now);
    if (now.length === expected.length && Buffer.compare(now, expected) !== 0) {
      parts.delete(uri);
      this.#refuse(323);
    }
    return { off: now.length };
  }

  #refuse(error: number): Fields {
    this.#ram.refused = { error, at: 0 };
    return refusal(3, error);
  }

  #stage(): void {
    this.#ram.staged = true;
    const digest = this.#digest();
    setTimeout(() => {
      this.flash.before = this.flash.running;
      this.flash.running = { sequence: this.flash.running.sequence + 1, digest, trial: 1 };
      this.flash.floor = this.flash.running.sequence;
      this.restart();
      const { trial } = this.options;
      if (trial) setTimeout(() => this.#endTrial(trial.end === "confirm", 801), trial.after);
    }, this.options.resetAfter);
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
