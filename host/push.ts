/**
 * Brings one envelope to one board and sees it through to the end.
 *
 * The board decides at every step; the host sends what it is asked for and reads what has become of
 * it. Where the host stands is derived from the board's answers alone, so a broken link, a restart
 * of the board and a restart of the host are all the same case: connect, ask, go on.
 *
 *   offer    read what runs; send the envelope            -> ask, or trial when it already runs there
 *   ask      poll: checking, wanted, waiting, staged ...   -> send what is wanted; -> trial
 *   trial    read what runs until it is confirmed or gone  -> result
 */
import { OUT_OF_MEMORY } from "../device/errors.js";
import { isLinkFailure, SuitcaseError } from "./errors.js";
import type { Spent } from "./link/poll.js";
import {
  ALREADY,
  CHECKING,
  type PollAnswer,
  REFUSED,
  STAGED,
  WAITING,
  WANTED,
} from "./link/poll.js";
import { pause, Session } from "./link/session.js";
import { type SmpClient, SmpError } from "./link/smp.js";
import type { RunningState } from "./link/state.js";
import { type ManifestFacts, manifestFacts, stripIntegrated } from "./link/strip.js";
import {
  checkIsSuitBoard,
  isAboutLink,
  lastReport,
  noProgress,
  readRunning,
} from "./push-board.js";
import {
  DEFAULT_LIMITS,
  type PushEvent,
  type PushLimits,
  type PushOptions,
  type PushResult,
} from "./push-types.js";

const ALREADY_REVERTED = 404;
/** Milliseconds after which a board that was told to reset does so. */
const HOLD_PAUSE = 600;

type Outcome = Pick<PushResult, "outcome" | "error">;

export async function push(options: PushOptions): Promise<PushResult> {
  const facts = await manifestFacts(options.envelope);
  return new Push(options, facts).run();
}

class Push {
  readonly #options: PushOptions;
  readonly #limits: PushLimits;
  readonly #facts: ManifestFacts | null;
  readonly #envelope: Uint8Array;
  readonly #payloads: Map<string, Uint8Array>;
  readonly #session: Session;
  /** How far each object has ever come: only going beyond it is progress. */
  readonly #reached = new Map<string, number>();
  readonly #emit: (event: PushEvent) => void;
  #phase: "offer" | "ask" | "trial" = "offer";
  #pollWait = 0;
  #askedSince = 0;
  #stagedSince = 0;
  #spent: Spent | undefined;
  #waitingSince = 0;
  #boot = 0;
  /** Our manifest was confirmed there before anything was sent. */
  #isOldNews = false;
  #isPayloadSent = false;
  #isHeld = false;

  constructor(options: PushOptions, facts: ManifestFacts | null) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#facts = facts;
    const { envelope, members } = stripIntegrated(options.envelope);
    this.#envelope = envelope;
    this.#payloads = members;
    this.#emit = options.onEvent ?? (() => {});
    this.#session = new Session({
      connect: options.connect,
      signal: options.signal,
      timing: this.#limits.timing,
      backoff: this.#limits.backoff,
      failures: this.#limits.failures,
      reconnectLimit: this.#limits.reconnect,
      onConnected: (client) => this.#emit({ type: "connected", board: client.name }),
      onSetback: (reason, failures) => this.#emit({ type: "setback", reason, failures }),
    });
  }

  async run(): Promise<PushResult> {
    const started = Date.now();
    try {
      for (;;) {
        const outcome = await this.#try();
        if (outcome === null) continue;
        const client = outcome.outcome === "refused" ? this.#session.open : null;
        const report = await lastReport(client, this.#limits.timing);
        const seconds = (Date.now() - started) / 1000;
        const figures = { sequence: this.#facts?.sequence ?? 0, seconds };
        const { bytesSent } = this.#session;
        const spent = this.#spent && { spent: this.#spent };
        return { ...outcome, ...(report && { report }), ...spent, ...figures, bytesSent };
      }
    } finally {
      await this.#session.end();
    }
  }

  async #try(): Promise<Outcome | null> {
    const client = await this.#session.client();
    try {
      switch (this.#phase) {
        case "offer":
          return await this.#offer(client);
        case "ask":
          return await this.#ask(client);
        case "trial":
          return await this.#watchTrial(client);
      }
    } catch (error) {
      if (isLinkFailure(error)) await this.#session.lost(error);
      else if (error instanceof SmpError) return await this.#refusedRequest(client, error);
      else throw error;
      return null;
    }
  }

  async #offer(client: SmpClient): Promise<Outcome | null> {
    const state = await readRunning(client, this.#limits.timing);
    if (state) this.#emit({ type: "running", state });
    if (state && this.#isOurs(state)) {
      if (state.trial > 0 || this.#isPayloadSent) {
        this.#startTrial();
        return null;
      }
      this.#isOldNews = true;
    }
    await client.uploadEnvelope(this.#envelope, (done, total) => {
      this.#advance("", done);
      this.#emit({ type: "envelope", done, total });
    });
    this.#phase = "ask";
    this.#pollWait = this.#limits.poll.first;
    this.#askedSince = Date.now();
    return null;
  }

  async #ask(client: SmpClient): Promise<Outcome | null> {
    const answer = await client.poll();
    switch (answer.state) {
      case CHECKING:
        if (Date.now() - this.#askedSince > this.#limits.check) {
          throw noProgress("The board does not come to an end with checking.");
        }
        if (this.#pollWait === this.#limits.poll.first) this.#emit({ type: "checking" });
        await this.#pausePoll();
        return null;
      case WANTED:
        await this.#sendResource(client, answer);
        return null;
      case STAGED:
        this.#spent = answer.spent;
        this.#emit({ type: "staged", ...(answer.spent && { spent: answer.spent }) });
        if (this.#options.wait === false) return { outcome: "staged" };
        this.#startTrial();
        return null;
      case REFUSED:
        if (await this.#holdsApp(client, answer.error)) return null;
        return this.#refused(answer.error, answer.at, answer.rc);
      case ALREADY:
        return { outcome: "already" };
      case WAITING:
        return this.#waitForEvent();
      default:
        return await this.#askIdle(client);
    }
  }

  /** The manifest waits for something that no host can bring about. */
  async #waitForEvent(): Promise<Outcome | null> {
    if (this.#waitingSince === 0) {
      this.#waitingSince = Date.now();
      this.#emit({ type: "waiting" });
    }
    if (Date.now() - this.#waitingSince > this.#limits.wait) return { outcome: "waiting" };
    this.#session.progress();
    await this.#pausePoll();
    return null;
  }

  /** An idle board has restarted since the envelope was sent: into the update, or before it. */
  async #askIdle(client: SmpClient): Promise<Outcome | null> {
    const state = await readRunning(client, this.#limits.timing);
    if (state && this.#isOurs(state)) {
      if (this.#isOldNews) return { outcome: "already" };
      this.#startTrial();
      return null;
    }
    this.#phase = "offer";
    await this.#session.setback(noProgress("The board forgets the update again and again."));
    return null;
  }

  async #sendResource(client: SmpClient, { resource: uri, session }: PollAnswer): Promise<void> {
    this.#waitingSince = 0;
    this.#emit({ type: "wanted", uri, session });
    const bytes = await this.#payload(uri);
    await client.uploadResource(session, bytes, (done, total) => {
      this.#advance(uri, done);
      this.#emit({ type: "payload", uri, done, total });
    });
    this.#pollWait = this.#limits.poll.first;
    this.#askedSince = Date.now();
    this.#isPayloadSent = true;
    if (this.#payloadDone(uri)) return;
    await this.#session.setback(noProgress(`The board asks for ${uri} again and again.`));
  }

  async #payload(uri: string): Promise<Uint8Array> {
    const known = this.#payloads.get(uri);
    if (known) return known;
    if (uri.startsWith("#")) {
      throw new SuitcaseError("STORAGE_NOT_FOUND", `The envelope holds no payload "${uri}".`);
    }
    const bytes = await this.#options.fetchPayload(uri);
    this.#payloads.set(uri, bytes);
    return bytes;
  }

  /** True the first time; a board that restarted may ask for a finished payload once more. */
  #payloadDone(uri: string): boolean {
    const key = `done ${uri}`;
    const isFirst = !this.#reached.has(key);
    this.#advance(key, 1);
    return isFirst;
  }

  async #watchTrial(client: SmpClient): Promise<Outcome | null> {
    const timing = { ...this.#limits.timing, attempts: 2 };
    const state = await readRunning(client, timing);
    if (state === null) return { outcome: "staged" };
    if (!this.#isOurs(state)) {
      if (this.#boot === 0 && (await client.poll(timing)).state !== 0) return this.#waitOn();
      // the poll was answered by whatever runs after the reset: what that is, is read once more
      const now = await readRunning(client, timing);
      if (now === null || this.#isOurs(now)) return null;
      return { outcome: "reverted", error: { code: now.reason, at: 0, rc: 0 } };
    }
    this.#session.progress();
    if (state.trial === 0) return { outcome: "confirmed" };
    if (state.trial !== this.#boot) {
      this.#boot = state.trial;
      this.#emit({ type: "trial", boot: state.trial });
    }
    return this.#waitOn();
  }

  async #waitOn(): Promise<Outcome | null> {
    if (Date.now() - this.#stagedSince > this.#limits.trial) return { outcome: "staged" };
    await this.#pausePoll();
    return null;
  }

  #startTrial(): void {
    this.#phase = "trial";
    this.#stagedSince = Date.now();
    this.#pollWait = this.#limits.poll.first;
    this.#session.progress();
  }

  /** A request was answered with a refusal: an end, or a sign that the board has restarted. */
  async #refusedRequest(client: SmpClient, error: SmpError): Promise<Outcome | null> {
    if (await this.#holdsApp(client, error.error)) return null;
    if (isAboutLink(error)) {
      const reason = `The board does not take the update up again (${error.message}).`;
      await this.#session.setback(noProgress(reason, error));
      return null;
    }
    checkIsSuitBoard(error);
    return this.#refused(error.error, error.at, error.rc);
  }

  /**
   * When the app has the memory that the update needs: the board restarts without it, once, and the
   * update begins anew.
   */
  async #holdsApp(client: SmpClient, refusal: number | undefined): Promise<boolean> {
    if (refusal !== OUT_OF_MEMORY || this.#isHeld) return false;
    this.#isHeld = true;
    this.#emit({ type: "holding" });
    await client.reset(true);
    await pause(HOLD_PAUSE, this.#options.signal);
    this.#phase = "offer";
    return true;
  }

  #refused(code = 0, at = 0, rc = 0): Outcome {
    // sent as a whole, tried and taken back while the link was down
    const isReverted = code === ALREADY_REVERTED && this.#isPayloadSent;
    return { outcome: isReverted ? "reverted" : "refused", error: { code, at, rc } };
  }

  #isOurs(state: RunningState): boolean {
    const { digest } = this.#facts ?? {};
    return digest?.length === state.digest.length && digest.every((b, i) => b === state.digest[i]);
  }

  #advance(object: string, reached: number): void {
    if (reached <= (this.#reached.get(object) ?? 0)) return;
    this.#reached.set(object, reached);
    this.#session.progress();
  }

  async #pausePoll(): Promise<void> {
    await pause(this.#pollWait, this.#options.signal);
    this.#pollWait = Math.min(this.#pollWait * 1.5, this.#limits.poll.longest);
  }
}
