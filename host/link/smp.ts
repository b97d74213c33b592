/**
 * SMP client: one request at a time, resent under the same sequence number until the board answers.
 * Resending is safe because every command is idempotent or says so below; late, doubled and foreign
 * answers are ignored. Runs in Node and in a browser.
 */
import { SuitcaseError } from "../errors.js";
import { capabilityReport } from "../suit/capabilities.js";
import {
  type Answer,
  decodeAnswer,
  encodePacket,
  GROUP_OS,
  GROUP_SUIT,
  READ,
  type Request,
  WRITE,
} from "./packet.js";
import { type PollAnswer, pollAnswer } from "./poll.js";
import {
  type OtherState,
  otherState,
  type ROLE_OTHER,
  ROLE_RUNNING,
  type RunningState,
  runningState,
} from "./state.js";
import type { Transport } from "./transport.js";
import { type Progress, type Upload, upload } from "./upload.js";

const RC_NO_ENTRY = 5;
const RC_NOT_SUPPORTED = 8;
const NO_TRIAL = 407;
/** What a board without the parameters command takes for sure. */
const SMALLEST_BUFFER = 128;
/** What agents from this version on take when nothing else is in flight, whatever they tell others. */
const LARGE_SINCE = 3;
const LARGE_BUFFER = 512;

/** The board said no: MCUmgr's code and, from a suitcase board, its own number and where. */
export class SmpError extends Error {
  readonly rc: number;
  readonly error: number | undefined;
  readonly at: number | undefined;

  constructor(answer: Answer) {
    super(`rc ${answer.rc}, error ${answer.integer("error") ?? "none"}`);
    this.name = "SmpError";
    this.rc = answer.rc;
    this.error = answer.integer("error");
    this.at = answer.integer("at");
  }
}

export interface Timing {
  /** Milliseconds until the first resend; each further wait is twice as long, up to `longest`. */
  first: number;
  longest: number;
  /** How often a request is sent in all. */
  attempts: number;
}

/** A board that checks a signature in JavaScript is silent for many seconds. */
export const PATIENT: Timing = { first: 2500, longest: 20000, attempts: 5 };

export interface Parameters {
  bufferSize: number;
  bufferCount: number;
}

/** Bytes that a board was asked for; `none`: it has none; `unsupported`: it does not know them. */
export type Asked = Uint8Array | "none" | "unsupported";

interface Pending {
  packet: Uint8Array;
  answered(answer: Answer): void;
  failed(error: Error): void;
}

export class SmpClient {
  readonly #transport: Transport;
  readonly #timing: Timing;
  #sequence: number;
  #queue: Promise<unknown> = Promise.resolve();
  #pending: Pending | null = null;
  #closed: Error | null = null;
  #parameters: Parameters | null = null;
  #isLarge = false;
  /** Bytes of packets sent, resent ones included. */
  bytesSent = 0;

  constructor(transport: Transport, options: { timing?: Timing; firstSequence?: number } = {}) {
    this.#transport = transport;
    this.#timing = options.timing ?? PATIENT;
    // a random start: a late answer to a host that died must not match a request of this one
    this.#sequence = options.firstSequence ?? Math.floor(Math.random() * 256);
    transport.onPacket((packet) => {
      const pending = this.#pending;
      const answer = pending && decodeAnswer(packet, pending.packet);
      if (answer) pending.answered(answer);
    });
    transport.onClose((reason) => {
      this.#closed = this.#lost(reason);
      this.#pending?.failed(this.#closed);
    });
  }

  #lost(reason: unknown): SuitcaseError {
    if (reason instanceof SuitcaseError) return reason;
    return new SuitcaseError("LINK_LOST", `The connection to ${this.name} was closed.`, {
      cause: reason,
    });
  }

  get name(): string {
    return this.#transport.name;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** Sends one request and returns its answer; a refusal is thrown as {@link SmpError}. */
  async request(request: Request, timing = this.#timing): Promise<Answer> {
    const { answer } = await this.#exchange(request, timing);
    if (answer.rc !== 0) throw new SmpError(answer);
    return answer;
  }

  #exchange(request: Request, timing: Timing): Promise<{ answer: Answer; sent: number }> {
    const run = () => this.#send(request, timing);
    const result = this.#queue.then(run, run);
    this.#queue = result.catch(() => {});
    return result;
  }

  #send(request: Request, timing: Timing): Promise<{ answer: Answer; sent: number }> {
    if (this.#closed) return Promise.reject(this.#closed);
    const packet = encodePacket(request, this.#sequence);
    this.#sequence = (this.#sequence + 1) & 0xff;
    let timer: ReturnType<typeof setTimeout>;
    let sent = 0;
    const result = new Promise<{ answer: Answer; sent: number }>((resolve, reject) => {
      const transmit = (): void => {
        const wait = Math.min(timing.first * 2 ** sent, timing.longest);
        sent++;
        this.bytesSent += packet.length;
        timer = setTimeout(() => {
          if (sent < timing.attempts) transmit();
          else reject(new SuitcaseError("LINK_SILENT", `${this.name} does not answer.`));
        }, wait);
        this.#transport.send(packet).catch((error) => reject(this.#lost(error)));
      };
      this.#pending = { packet, answered: (answer) => resolve({ answer, sent }), failed: reject };
      transmit();
    });
    return result.finally(() => {
      clearTimeout(timer);
      this.#pending = null;
    });
  }

  async echo(text: string): Promise<string> {
    const fields = { d: text };
    return (await this.request({ op: WRITE, group: GROUP_OS, command: 0, fields })).text("r") ?? "";
  }

  /** How large a packet may be; asked once per connection. */
  async parameters(): Promise<Parameters> {
    if (this.#parameters) return this.#parameters;
    try {
      const answer = await this.request({ op: READ, group: GROUP_OS, command: 6, fields: {} });
      this.#parameters = {
        bufferSize: answer.integer("buf_size") ?? SMALLEST_BUFFER,
        bufferCount: answer.integer("buf_count") ?? 1,
      };
    } catch (error) {
      if (!(error instanceof SmpError) || error.rc !== RC_NOT_SUPPORTED) throw error;
      this.#parameters = { bufferSize: SMALLEST_BUFFER, bufferCount: 1 };
    }
    return this.#parameters;
  }

  /**
   * Resets the board; with `hold` the app does not start until the reset after it. Sent once only: a
   * second reset would cost a trial boot.
   */
  async reset(hold = false): Promise<void> {
    const timing = { ...this.#timing, attempts: 1 };
    const fields = hold ? { hold } : {};
    await this.request({ op: WRITE, group: GROUP_OS, command: 5, fields }, timing);
  }

  async bootloaderInfo(): Promise<string> {
    const answer = await this.request({ op: READ, group: GROUP_OS, command: 8, fields: {} });
    return answer.text("bootloader") ?? "";
  }

  /** The roles that the board holds a manifest for. */
  async manifests(): Promise<number[]> {
    const answer = await this.request({ op: READ, group: GROUP_SUIT, command: 0, fields: {} });
    return answer.list("manifests").map((entry) => entry.integer("role") ?? -1);
  }

  /** Null when the board holds no such manifest. */
  async state(role: typeof ROLE_RUNNING, timing?: Timing): Promise<RunningState | null>;
  async state(role: typeof ROLE_OTHER, timing?: Timing): Promise<OtherState | null>;
  async state(role: number, timing = this.#timing): Promise<RunningState | OtherState | null> {
    const request: Request = { op: READ, group: GROUP_SUIT, command: 1, fields: { role } };
    try {
      const answer = await this.request(request, timing);
      if (role !== ROLE_RUNNING) return otherState(answer);
      const running = runningState(answer);
      // An app has broken what the agent answers with: it will notice that itself, and restart.
      if (running.digest.length !== 32)
        throw new SuitcaseError("LINK_SILENT", `${this.name} answers, but not in a readable way.`);
      this.#isLarge = Number(running.version) >= LARGE_SINCE;
      return running;
    } catch (error) {
      if (error instanceof SmpError && error.rc === RC_NO_ENTRY) return null;
      throw error;
    }
  }

  /** Ends a running trial well. */
  confirm(): Promise<void> {
    return this.#endTrial(true);
  }

  /** Ends a running trial badly: the board goes back to the other slot and resets. */
  revert(): Promise<void> {
    return this.#endTrial(false);
  }

  async #endTrial(confirm: boolean): Promise<void> {
    const request: Request = { op: WRITE, group: GROUP_SUIT, command: 1, fields: { confirm } };
    const { answer, sent } = await this.#exchange(request, this.#timing);
    // "no trial" after a resend: the first one arrived and only its answer was lost
    const isDoneBefore = sent > 1 && answer.integer("error") === NO_TRIAL;
    if (answer.rc !== 0 && !isDoneBefore) throw new SmpError(answer);
  }

  /** What the board wants next. A refused update is an answer here, not an error. */
  async poll(timing = this.#timing): Promise<PollAnswer> {
    const request: Request = { op: READ, group: GROUP_SUIT, command: 3, fields: {} };
    const { answer } = await this.#exchange(request, timing);
    const polled = pollAnswer(answer);
    if (answer.rc !== 0 && polled.state !== 4) throw new SmpError(answer);
    return polled;
  }

  /** The SUIT_Report of the last attempt. */
  report(timing = this.#timing): Promise<Asked> {
    return this.#ask(7, timing, (answer) => answer.bytes("report"));
  }

  /** The SUIT_Capability_Report. Newer agents send the tables that it is made of. */
  capabilities(): Promise<Asked> {
    return this.#ask(8, this.#timing, (answer) => {
      const [commands, parameters] = [answer.text("commands"), answer.text("parameters")];
      return commands !== undefined && parameters !== undefined
        ? capabilityReport(commands, parameters)
        : answer.bytes("capabilities");
    });
  }

  async #ask(
    command: number,
    timing: Timing,
    read: (answer: Answer) => Uint8Array | undefined,
  ): Promise<Asked> {
    const request: Request = { op: READ, group: GROUP_SUIT, command, fields: {} };
    const { answer } = await this.#exchange(request, timing);
    if (answer.rc === RC_NO_ENTRY) return "none";
    if (answer.rc === RC_NOT_SUPPORTED) return "unsupported";
    if (answer.rc !== 0) throw new SmpError(answer);
    return read(answer) ?? "none";
  }

  /** @param first goes with the first piece: `dry` leaves the board's flash alone */
  async uploadEnvelope(
    bytes: Uint8Array,
    onProgress?: Progress,
    first: { dry?: true } = {},
  ): Promise<void> {
    await this.#upload({ command: 2, bytes, fields: {}, first, align: 1, onProgress });
  }

  async uploadResource(session: number, bytes: Uint8Array, onProgress?: Progress): Promise<void> {
    // With the first piece alone: it binds the upload, and takes a tenth of each further one.
    const first = { stream_session_id: session };
    await this.#upload({ command: 4, bytes, fields: {}, first, align: 4, onProgress });
  }

  async #upload({ command, ...rest }: Omit<Upload, "bufferSize" | "send"> & { command: number }) {
    const { bufferSize: told } = await this.parameters();
    const most = this.#isLarge ? Math.max(told, LARGE_BUFFER) : told;
    const { pieceSize = 1 } = this.#transport;
    // A last piece of a few bytes would take as long as a full one.
    const bufferSize = most < pieceSize ? most : most - (most % pieceSize);
    const send = (chunk: Record<string, unknown>) =>
      this.request({ op: WRITE, group: GROUP_SUIT, command, fields: chunk });
    await upload({ ...rest, bufferSize, send });
  }

  /** Makes the board forget an unfinished transfer. */
  async cleanup(): Promise<void> {
    await this.request({ op: WRITE, group: GROUP_SUIT, command: 6, fields: {} });
  }
}
