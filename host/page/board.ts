/**
 * One board: the link to it, what it tells of itself, and the update that is under way.
 *
 *   off          known from before, or let go    -> connecting
 *   connecting   the link opens, the state is read -> ready, or off with the reason
 *   ready                                         -> working, off
 *   working      a check or an update             -> ready, or interrupted
 *   interrupted  an update stopped before its end -> connecting, working: it goes on where it stopped
 */
import { dryRun } from "../dry-run.js";
import { isLinkFailure } from "../errors.js";
import { SmpClient } from "../link/smp.js";
import { push } from "../push.js";
import type { PushLimits } from "../push-types.js";
import { readStatus } from "../read-status.js";
import type { StatusReport } from "../status-report.js";
import type { Chosen, LinkKind } from "./chosen.js";
import { type Fit, fetchAll, fitOf, type Kind, type Knowledge } from "./fit.js";
import { Job, type StoredJob } from "./job.js";
import { LinkHolder } from "./link-holder.js";
import {
  dryRunOutcome,
  errorOutcome,
  fitOutcome,
  type Outcome,
  pushOutcome,
  toSuitcaseError,
} from "./outcome.js";
import { payloadOf, type Release, titleOf } from "./release.js";
import type { Store } from "./store.js";
import { Transfer } from "./transfer.js";

export type Phase = "off" | "connecting" | "ready" | "working" | "interrupted";

/** What is kept of a board that is not there. */
export interface BoardRecord {
  /** Its device identifier, hex. */
  id: string;
  name: string;
  kind: LinkKind;
  key: string;
  report: StatusReport | null;
  /** What the page last installed there calls itself. */
  title: string;
  outcome: Outcome | null;
}

/** What a board needs of the page around it. */
export interface Surroundings {
  store: Store;
  kinds: ReadonlyMap<string, Kind>;
  keys(): Uint8Array[];
  changed(board: Board): void;
  /** Keeps the screen on; the result lets it go. */
  stayAwake(): () => void;
  limits?: Partial<PushLimits>;
}

/** A phone may lie in a pocket for a while. */
const LIMITS: Partial<PushLimits> = { reconnect: 600_000, failures: 200 };
/** Errors after which an update can go on later. */
const RESUMABLE = ["interrupted", "link-no-progress", "storage-unreachable"];

const jobKey = (id: string) => `job ${id}`;

export class Board {
  readonly #around: Surroundings;
  #holder: LinkHolder | null = null;
  chosen: Chosen | null = null;
  record: BoardRecord;
  phase: Phase = "off";
  job: Job | null = null;
  /** An update that stopped before its end. */
  stored: StoredJob | null = null;
  /** Where the board says that its next release is; empty when it names none. */
  asksFor = "";
  /** An interrupted update may go on without being told to. */
  isAutomatic = true;

  constructor(around: Surroundings, record: BoardRecord, stored: StoredJob | null = null) {
    this.#around = around;
    this.record = record;
    this.stored = stored;
    if (stored) this.phase = "interrupted";
  }

  /** A board that was just chosen; who it is, it tells when it is connected. */
  static of(around: Surroundings, chosen: Chosen): Board {
    const { kind, key, name } = chosen;
    const record = { id: "", name, kind, key, report: null, title: "", outcome: null };
    const board = new Board(around, record);
    board.attach(chosen);
    return board;
  }

  get report(): StatusReport | null {
    return this.record.report;
  }

  get isConnected(): boolean {
    return this.#holder?.isOpen === true;
  }

  get isBusy(): boolean {
    return this.phase === "connecting" || this.phase === "working";
  }

  attach(chosen: Chosen): void {
    this.chosen = chosen;
    this.#holder = new LinkHolder(
      () => chosen.open(),
      () => this.#linkChanged(),
    );
  }

  /** This very board was chosen once more: it goes on with the link of the other entry. */
  takeOver(other: Board): void {
    this.chosen = other.chosen;
    const holder = other.#holder;
    if (this.chosen) this.attach(this.chosen);
    this.asksFor = other.asksFor;
    this.record = { ...other.record, title: this.record.title, outcome: this.record.outcome };
    this.phase = this.stored ? "interrupted" : "ready";
    // the link that is open belongs to the entry that goes
    void holder?.close();
    this.#around.changed(this);
  }

  #linkChanged(): void {
    if (!this.isConnected && this.phase === "ready") this.phase = "off";
    this.#around.changed(this);
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.#around.changed(this);
  }

  /** Opens the link and reads what runs there; `stranger` when another board answers than before. */
  async connect(): Promise<"connected" | "failed" | "stranger"> {
    this.record.outcome = null;
    this.#enter("connecting");
    const report = await this.#readStatus().catch((error) => {
      this.record.outcome = errorOutcome(error, "The board could not be connected");
      return null;
    });
    const isStranger = report !== null && this.record.id !== "" && report.device !== this.record.id;
    if (report === null || isStranger) await this.#holder?.close();
    else this.#learn(report);
    const idle = report === null || isStranger ? "off" : "ready";
    this.#enter(this.stored ? "interrupted" : idle);
    return report === null ? "failed" : isStranger ? "stranger" : "connected";
  }

  #learn(report: StatusReport): void {
    this.record.report = report;
    this.record.id ||= report.device;
  }

  async #readStatus(): Promise<StatusReport> {
    const client = new SmpClient(await this.#lease());
    try {
      const report = await readStatus(client, {
        name: this.record.name,
        hardware: (profile) => this.#around.kinds.get(profile)?.doors ?? [],
        capabilities: true,
      });
      this.asksFor = (await client.poll()).manifest ?? "";
      return report;
    } finally {
      await client.close();
    }
  }

  #lease() {
    if (!this.#holder) throw new Error("no board was chosen");
    return this.#holder.lease();
  }

  async disconnect(): Promise<void> {
    await this.#holder?.close();
    if (this.phase === "ready") this.#enter("off");
  }

  /** What would become of a release here; null while the board has not told who it is. */
  fit(release: Release): Fit | null {
    return this.report && fitOf(release, this.#knowledge(this.report));
  }

  #knowledge(report: StatusReport, isResumed = false): Knowledge {
    const { kinds, keys } = this.#around;
    return { report, kind: kinds.get(report.profile), keys: keys(), isResumed };
  }

  /** Asks for the board's verdict; installs nothing. */
  async check(release: Release): Promise<void> {
    await this.#work(new Job(release, true), async (job) => {
      const bad = this.#refusedHere(release);
      if (bad) return bad;
      const result = await dryRun(this.#pushOptions(job));
      return dryRunOutcome(result, release, this.record.kind);
    });
  }

  /** Updates the board, to the end of the trial. */
  async update(release: Release): Promise<void> {
    await this.#install(new Job(release, false), false);
  }

  /** Goes on with what was interrupted. */
  async resume(): Promise<void> {
    if (this.stored && this.phase !== "working")
      await this.#install(new Job(this.stored.release, false, this.stored.started), true);
  }

  /** By the user: then it goes on only when the user says so. */
  stop(): void {
    this.isAutomatic = false;
    this.job?.abort.abort();
  }

  /** What was said of the last thing that was done is read. */
  dismiss(): void {
    this.record.outcome = null;
    this.#around.changed(this);
  }

  /** Gives an interrupted update up. */
  async forgetJob(): Promise<void> {
    this.stored = null;
    await this.#around.store.delete(jobKey(this.record.id));
    this.#enter(this.isConnected ? "ready" : "off");
  }

  async #install(job: Job, isResumed: boolean): Promise<void> {
    const { release } = job;
    await this.#work(job, async () => {
      const bad = isResumed ? null : this.#refusedHere(release);
      if (bad) return bad;
      const spoilt = await this.#load(job, isResumed);
      if (spoilt) return fitOutcome(spoilt, release);
      await this.#remember(job);
      const { signal } = job.abort;
      const fetchPayload = (uri: string) => payloadOf(release, uri, signal);
      const result = await push({ ...this.#pushOptions(job), fetchPayload });
      if (result.outcome === "confirmed") this.record.title = titleOf(release.summary);
      return pushOutcome(result, release, isResumed);
    });
  }

  #refusedHere(release: Release): Outcome | null {
    const fit = this.fit(release);
    const isNo = fit && ["refused", "foreign", "older"].includes(fit.kind);
    return isNo ? fitOutcome(fit, release) : null;
  }

  /** Gets all files first, so that a bad one is found before the board erases anything. */
  async #load(job: Job, isResumed: boolean): Promise<Fit | null> {
    const { release, abort } = job;
    const files: [string, number][] = [];
    const fetched = (uri: string, bytes: number) => files.push([uri, bytes]);
    try {
      if (!this.report) return null;
      const knowledge = this.#knowledge(this.report, isResumed);
      return await fetchAll(release, knowledge, fetched, abort.signal);
    } catch (error) {
      // the board may have this one already; when it asks for it, that is an error
      if (abort.signal.aborted) throw error;
      return null;
    } finally {
      job.transfer = new Transfer(release.envelope.length, files);
    }
  }

  async #remember({ release, started }: Job): Promise<void> {
    this.stored = { release, started };
    await this.#around.store.set(jobKey(this.record.id), this.stored);
  }

  #pushOptions(job: Job) {
    return {
      connect: () => this.#lease(),
      envelope: job.release.envelope,
      signal: job.abort.signal,
      limits: { ...LIMITS, ...this.#around.limits },
      onEvent: (event: Parameters<Job["event"]>[0]) => {
        job.event(event);
        this.#around.changed(this);
      },
    };
  }

  /** Runs `work`, which gives the outcome, and leaves the board in the phase that follows from it. */
  async #work(job: Job, work: (job: Job) => Promise<Outcome>): Promise<void> {
    if (this.phase === "working") return;
    const sleep = this.#around.stayAwake();
    this.isAutomatic = true;
    this.job = job;
    this.record.outcome = null;
    this.#enter("working");
    let isOver = true;
    try {
      this.record.outcome = await work(job);
    } catch (thrown) {
      const error = toSuitcaseError(thrown);
      const isLink: boolean = isLinkFailure(error);
      isOver = !(isLink || RESUMABLE.includes(error.name));
      const what = job.isDry ? "The check was interrupted" : "The update was interrupted";
      this.record.outcome = errorOutcome(error, what);
    }
    sleep();
    await this.#after(job, isOver);
  }

  async #after(job: Job, isOver: boolean): Promise<void> {
    if (isOver && !job.isDry) {
      this.stored = null;
      await this.#around.store.delete(jobKey(this.record.id));
    }
    // what runs now; not worth another failure
    if (isOver)
      await this.#readStatus().then(
        (report) => this.#learn(report),
        () => this.#holder?.close(),
      );
    this.job = null;
    this.#enter(this.stored ? "interrupted" : this.isConnected ? "ready" : "off");
  }
}
