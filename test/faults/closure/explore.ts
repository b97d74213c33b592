/**
 * Crash-state closure: from every flash image that can be reached, every act is played, and the power is
 * cut at every flash operation, in every way; what that leaves is a new image. It ends when no new one
 * appears: then any number of cuts, one after another, has been tried.
 *
 * Images that are the same to the code (keyer.ts) are explored once, and each class with every number of
 * free places in the journal's block. Every n-th image that was taken for the same as another is played,
 * too, and must do the same.
 *
 * A cut leaves what can be computed: the flash before the operation, and a torn piece. So an act is run
 * once for all its cuts (closure.test.ts compares such images with those of real cuts).
 */

import { BLOCK, SETTLED, SLOTS_AT } from "../../../device/flash/layout.js";
import {
  apply,
  type FlashState,
  hiddenAfter,
  type Reading,
  readAs,
  tearsOf,
} from "./flash-state.js";
import {
  type JournalRecord,
  newestOf,
  readJournal,
  roomBehind,
  stateOf,
  withRoom,
} from "./journal-view.js";
import { Keyer, keyOf } from "./keyer.js";
import { type Run, Runner } from "./runner.js";
import { type Check, type Step, type Turn, writeTurn } from "./seed.js";
import { type Act, actsIn, type World } from "./world.js";

export interface Limits {
  /** Seeds per random tear. */
  repeats: number;
  /** Of how many images that were taken for the same one is played. */
  sampleEvery: number;
  /** Explore each class with every number of free places that matters, not with plenty only. */
  withRooms: boolean;
  readings: readonly Reading[];
  /** Cut the power again while cells are undecided; otherwise such a board is only used once. */
  cutUnstable: boolean;
  /** Gets each pair of newest records that follow one another, and the act. */
  onRecord?: (from: JournalRecord, to: JournalRecord, act: Act) => void;
  /** Ends the exploration after so many states: it is then no closure. */
  maxStates: number;
  /** Ends it after so many bad states. */
  maxBad: number;
}

/** A flash image to be explored, and how it came about. */
interface Node {
  state: FlashState;
  key: string;
  parent?: Node;
  turns: Turn[];
  /** Undecided cells were part of its history: a record that was seen to be good may be gone. */
  isTainted?: boolean;
}

export interface Report {
  classes: number;
  states: number;
  runs: number;
  cuts: number;
  /** By the kind of the cut. */
  tears: Map<string, number>;
  merges: number;
  compared: number;
  /** Seed and reason of the first bad states. */
  bad: { seed: string; why: string; isOfRun: boolean }[];
  isClosed: boolean;
}

/** The most records that one act writes, from a settled state on and from another one. */
const UPDATE_RECORDS = 6;
const TRIAL_RECORDS = 3;
const PLENTY = 20;

export class Explorer {
  readonly report: Report = {
    ...{ classes: 0, states: 0, runs: 0, cuts: 0, merges: 0, compared: 0, isClosed: false },
    tears: new Map(),
    bad: [],
  };
  readonly runner: Runner;
  private readonly known = new Map<string, Node>();
  /** Those without undecided cells come first: they are fewer, and more comes of them. */
  private readonly queues: { stable: Node[]; unstable: Node[] } = { stable: [], unstable: [] };
  private readonly nameOf: (hashes: string) => string;
  private seeds = 1;

  constructor(
    private readonly world: World,
    private readonly limits: Limits,
  ) {
    this.runner = new Runner(world);
    this.nameOf = world.namer();
  }

  explore(): Report {
    const { report, limits } = this;
    this.meet({ state: { image: this.world.start, weak: [] }, key: "", turns: [] });
    for (let node = this.next(); node; node = this.next()) {
      this.visit(node);
      if (report.bad.length >= limits.maxBad || report.states >= limits.maxStates) break;
    }
    report.isClosed = this.next() === undefined && report.bad.length === 0;
    report.runs = this.runner.runs;
    return report;
  }

  private next(): Node | undefined {
    return this.queues.stable.shift() ?? this.queues.unstable.shift();
  }

  /** Takes up an image, unless it is known. */
  private meet(node: Node, keyer = this.keyer(node.state.image), isSampled = false): void {
    const key = keyOf(node.state, keyer);
    const first = this.known.get(key);
    if (first) {
      if (isSampled || this.isSampled()) this.compare(node, first);
      // Without undecided cells in its history more is asked of it.
      if (!first.isTainted || this.isTainted(node)) return;
    }
    const image = node.state.image.slice();
    const isStable = !key.startsWith("unstable");
    const unstable = isStable ? undefined : node.state.unstable;
    const isTainted = this.isTainted(node);
    const met = { ...node, key, isTainted, state: { ...node.state, image, unstable } };
    this.known.set(key, met);
    this.queues[isStable ? "stable" : "unstable"].push(met);
    if (!first) this.report.classes++;
  }

  private isTainted({ state, parent }: Node): boolean {
    return state.unstable !== undefined || parent?.isTainted === true;
  }

  private keyer(image: Uint8Array): Keyer {
    return new Keyer(image, this.world.slotSize / BLOCK, this.nameOf);
  }

  private visit(node: Node): void {
    const { state } = node;
    if (node.key === "no journal") {
      this.fail(node, [], "I1: no valid journal record");
      return;
    }
    if (state.unstable) {
      for (const reading of this.limits.readings)
        this.expand(node, readAs(state, reading), [{ reading }], ["boots"], reading);
      return;
    }
    const record = stateOf(state.image);
    const rooms = Array.from(
      { length: record?.phase === SETTLED ? UPDATE_RECORDS : TRIAL_RECORDS },
      (_, room) => room,
    );
    for (const room of [PLENTY, ...(this.limits.withRooms ? rooms : [])])
      this.expand(
        node,
        withRoom(state.image, room, this.world.firstRecord),
        [{ room }],
        room === PLENTY ? ["boots", "rescue", "refuse"] : [],
      );
  }

  /** Plays everything on one image of a class. */
  private expand(
    node: Node,
    image: Uint8Array,
    turns: Turn[],
    checks: Check[],
    reading?: Reading,
  ): void {
    this.report.states++;
    const { weak } = node.state;
    const record = stateOf(image);
    if (!record) {
      this.fail(node, turns, "I1: no valid journal record");
      return;
    }
    for (const act of checks) {
      const { bad } = this.runner.run(image, node, act);
      if (bad) this.fail(node, [...turns, { act }], bad, true);
    }
    for (const act of actsIn(record, this.world)) {
      const run = this.runner.run(image, node, act);
      const isStable = !reading && weak.length === 0;
      const records = run.ops.filter((op) => op.at < SLOTS_AT && op.kind === "program").length;
      if (records > (record.phase === SETTLED ? UPDATE_RECORDS : TRIAL_RECORDS) && isStable)
        this.fail(node, [...turns, { act }], `${records} records for one act`);
      if (run.bad) this.fail(node, [...turns, { act }], run.bad, true);
      else if (!reading || this.limits.cutUnstable) {
        const start = reading ? node.state.image : image;
        this.cut(node, { ...node.state, image: start.slice() }, turns, act, run);
      }
    }
  }

  /** Meets everything that a cut of `run` leaves, and its end. */
  private cut(node: Node, start: FlashState, turns: Turn[], act: Act, run: Run): void {
    const { limits } = this;
    const keyer = this.keyer(start.image);
    const turnsOf = (step: Step): Turn[] => [...turns, step];
    let state = start;
    let record = keyer.journal().record;
    let floor = record?.floor ?? 0;
    const check = (step: Step): void => {
      // What undecided cells say now, they need not say later.
      if (state.unstable) return;
      const now = keyer.journal().record?.floor;
      if (now === undefined) this.fail(node, turnsOf(step), "I1: no valid journal record");
      else if (now < floor)
        this.fail(node, turnsOf(step), `I3: the floor falls from ${floor} to ${now}`);
    };
    run.ops.forEach((op, at) => {
      const seed = this.seeds++;
      const before: Step = { act, at, cut: "before", seed: 0 };
      this.count("before");
      if (at > 0) this.meet({ state, key: "", parent: node, turns: turnsOf(before) }, keyer);
      const old = state.image.slice(op.at, op.at + op.length);
      const key = keyer.ignores(op.at, op.length) ? keyOf(state, keyer) : undefined;
      for (const tear of tearsOf(op, old, seed, limits.repeats)) {
        this.count(tear.cut);
        // Most cuts tear what is going to be erased.
        const isSame = key !== undefined && tear.cut !== "weak";
        const isSampled = isSame && this.isSampled();
        if (isSame && !isSampled) continue;
        const step: Step = { act, at, cut: tear.cut, seed: tear.seed };
        const torn = tear.make();
        const undo = keyer.patch(op.at, torn.bytes);
        const left = { image: state.image, ...hiddenAfter(state, op, torn) };
        if (!torn.mask) check(step);
        this.meet({ state: left, key: "", parent: node, turns: turnsOf(step) }, keyer, isSampled);
        undo();
      }
      keyer.patch(op.at, op.kind === "erase" ? BLANK(op.length) : op.bytes);
      state = apply(state, op);
      const now = keyer.journal().record;
      if (record && now && now.serial !== record.serial) limits.onRecord?.(record, now, act);
      record = now ?? record;
      floor = Math.max(floor, now?.floor ?? 0);
    });
    this.meet({ state, key: "", parent: node, turns: turnsOf({ act }) }, keyer);
  }

  /** Counts an image that is taken for the same as another; is it the one to be looked at? */
  private isSampled(): boolean {
    return ++this.report.merges % this.limits.sampleEvery === 0;
  }

  private count(cut: string): void {
    this.report.cuts++;
    this.report.tears.set(cut, (this.report.tears.get(cut) ?? 0) + 1);
  }

  /** An image that was taken for the same as `first` must do the same. */
  private compare(node: Node, first: Node): void {
    if (first.state.unstable || first.key === "no journal") return;
    this.report.compared++;
    const places = readJournal(node.state.image);
    const room = Math.min(roomBehind(places, newestOf(places)), PLENTY);
    const other = withRoom(first.state.image, room, this.world.firstRecord);
    const record = stateOf(other);
    for (const act of record ? actsIn(record, this.world) : []) {
      const [a, b] = [node.state.image.slice(), other].map((image) => {
        const run = this.runner.run(image, { ...first, isTainted: true }, act);
        return run.bad ?? this.trace(image, run);
      });
      const [mine, others] = [a.split("\n"), b.split("\n")];
      const at = mine.findIndex((line, i) => line !== others[i]);
      const differs = at < 0 && mine.length === others.length ? undefined : Math.max(at, 0);
      if (differs !== undefined)
        this.fail(
          node,
          [{ act }],
          `not the same as another image of its class: ${mine[differs]}, not ${others[differs]}`,
        );
    }
  }

  /** What a run does, apart from where in the journal it does it. */
  private trace(image: Uint8Array, run: Run): string {
    const keyer = this.keyer(image.slice());
    return run.ops
      .map((op) => {
        keyer.patch(op.at, op.kind === "erase" ? BLANK(op.length) : op.bytes);
        return `${op.kind} ${op.at < SLOTS_AT ? "journal" : op.at} ${op.length} ${keyer.key()}`;
      })
      .join("\n");
  }

  /** `isOfRun`: a run shows it, and so will its replay. */
  private fail(node: Node, turns: Turn[], why: string, isOfRun = false): void {
    if (this.report.bad.length >= this.limits.maxBad) return;
    const path: Turn[] = [...turns];
    for (let at: Node | undefined = node; at; at = at.parent) path.unshift(...at.turns);
    const seed = [this.world.name, ...path.map(writeTurn)].join(";");
    this.report.bad.push({ seed, why, isOfRun });
  }
}

const BLANK = (length: number) => new Uint8Array(length).fill(255);
