/**
 * Plays one act on the bundles that ship, from a flash image on, and watches: which programs run, what
 * is written where, what the board says. What must never be is reported as a {@link BadState}.
 */
import * as layout from "../../../device/flash/layout.js";
import type { Cut, Operation } from "../../../host/board/flash.js";
import {
  ALREADY,
  DEADLINE,
  REFUSED,
  type SimBoard,
  STAGED,
  TRIALS,
} from "../../support/sim-board.js";
import type { FlashState, Op } from "./flash-state.js";
import type { Check } from "./seed.js";
import { SharedRealm } from "./shared-realm.js";
import { type Act, type Known, RESCUE, type World } from "./world.js";

/** One of the invariants does not hold. */
export class BadState extends Error {
  override name = "BadState";
}

export interface Run {
  ops: Op[];
  /** What was said at the end of it, for a readable trace. */
  story: string[];
  bad?: string;
}

/** What does not show in an image. */
export interface Circumstances {
  state: Pick<FlashState, "weak">;
  /** A record that was seen to be good may be gone: the other slot need not be what the journal says. */
  isTainted?: boolean;
  /** The power fails at this operation of the run. */
  cut?: { at: number; how: Cut };
}

/** What the board said last. */
interface Seen {
  release: Known;
  trial: number;
  floor: number;
}

const { JOURNAL_AT, SLOTS_AT } = layout;

/** Flash operations and boots after which a run counts as one that never ends. */
const MAX_OPS = 1000;
const MAX_BOOTS = 30;

export class Runner {
  private readonly sim: SimBoard;
  private ops: Op[] = [];
  private programs: string[] = [];
  private story: string[] = [];
  private boots = 0;
  /** The slot that runs: nothing may be written to it. */
  private running = -1;
  private weak: number[] = [];
  private isTainted = false;
  private cut: Circumstances["cut"];
  /** The last operation, until the next one or the end tells what it left. */
  private open: Op | undefined;
  private fault: string | undefined;
  private seen: Seen | undefined;
  runs = 0;

  /** @param isFresh each boot has a realm of its own, as the simulator does it elsewhere */
  constructor(
    readonly world: World,
    isFresh = false,
  ) {
    const makeRealm = () => {
      const realm = new SharedRealm();
      realm.onProgram = (code) => this.programs.push(code);
      return realm;
    };
    const shared = makeRealm();
    this.sim = world.board(undefined, { realm: isFresh ? makeRealm : () => shared });
    this.sim.board.on("boot", () => {
      this.programs = [];
      this.sim.lines.length = 0;
      this.running = -1;
      if (++this.boots > MAX_BOOTS) this.stop("it boots for ever");
    });
  }

  /** Plays `act` on a board that finds `image` when it is switched on. */
  run(image: Uint8Array, { state, isTainted, cut }: Circumstances, act: Act | Check): Run {
    const { sim } = this;
    this.runs++;
    this.ops = [];
    this.story = [];
    this.boots = 0;
    this.open = this.fault = undefined;
    this.weak = [...state.weak];
    this.isTainted = isTainted === true;
    this.cut = cut;
    sim.flash.onOperation(undefined);
    sim.board.powerOff();
    sim.flash.restore({ image, wordWrites: new Uint16Array(image.length / 4) });
    sim.reconnect();
    sim.flash.onOperation((operation) => this.watch(operation));
    let bad: string | undefined;
    try {
      sim.board.powerOn();
      this.play(act);
    } catch (error) {
      bad = error instanceof Error ? error.message || error.name : String(error);
    }
    sim.board.powerOff();
    sim.flash.onOperation(undefined);
    this.close();
    return { ops: this.ops, story: this.story, bad: this.fault ?? bad };
  }

  /** The flash as the last run left it. */
  get image(): Uint8Array {
    return this.sim.flash.snapshot().image;
  }

  private play(act: Act | Check): void {
    this.observe();
    if (act === "boots") this.bootAgain();
    else if (act === "rescue") {
      this.wait();
      this.offer(this.world.of(RESCUE));
      if (this.seen?.release.sequence !== RESCUE || this.seen.trial)
        throw new BadState("I5: an update is not possible");
    } else if (act === "refuse") this.refuse();
    else if (act === "wait") this.wait();
    else if (act === "confirm" || act === "revert") this.decide(act === "confirm");
    else this.offer(this.world.of(Number(act.slice(5))));
  }

  /** I4: the trial ends when nobody does anything. */
  private wait(): void {
    if (!this.seen?.trial) return;
    this.sim.advance(1300);
    if (this.observe().trial) this.sim.advance((DEADLINE + 3) * 1000);
    if (this.observe().trial) throw new BadState("I4: the trial does not end");
  }

  /** I4, I5, I7: no chain of boots lasts for ever, and a boot of a settled board changes nothing. */
  private bootAgain(): void {
    for (let boot = 0; boot <= TRIALS + 1; boot++) {
      this.sim.powerCycle();
      this.observe();
    }
    if (this.seen?.trial) throw new BadState("I4: the trial does not end");
    this.close();
    const count = this.ops.length;
    this.sim.powerCycle();
    this.observe();
    if (this.ops.length > count) throw new BadState("I7: a settled board writes at its boot");
  }

  /** I6: what is refused leaves the flash as it was. */
  private refuse(): void {
    const { sim, world } = this;
    const count = this.ops.length;
    const tampered = world.of(RESCUE).envelope.slice();
    tampered[80] ^= 1;
    const { trial, floor } = this.seen as Seen;
    const { error } = sim.offer(tampered);
    if (error !== 203) throw new BadState(`I2: a bad signature is answered with ${error}`);
    const wanted = trial ? 405 : 401;
    if (trial || floor > 1) {
      const reply = sim.offer(world.of(1).envelope);
      if (reply.state !== ALREADY && reply.error !== wanted)
        throw new BadState(`I3: an older release is answered with ${reply.error}`);
    }
    if (this.ops.length > count) throw new BadState("I6: a refused release changes the flash");
  }

  private decide(confirm: boolean): void {
    const { sim } = this;
    const before = this.seen as Seen;
    if (!before.trial) return;
    sim.link.change(1, { confirm });
    sim.advance(400);
    const after = this.observe();
    if (after.trial || (after.release === before.release) !== confirm)
      throw new BadState(`I4: ${confirm ? "confirm" : "revert"} is without effect`);
  }

  private offer(known: Known): void {
    const { sim } = this;
    const before = this.seen as Seen;
    const count = this.ops.length;
    const isWeak = this.weak.length > 0;
    const staging = sim.stage(known);
    this.story.push(`offered ${known.name}: state ${staging.state}, error ${staging.error}`);
    if (staging.state === REFUSED && staging.error < 500 && this.ops.length > count)
      throw new BadState(`I6: ${staging.error} after the flash was changed`);
    if (staging.state !== STAGED) {
      if (known.sequence > before.floor && !before.trial && !isWeak)
        throw new BadState(`I5: ${known.name} is refused with ${staging.error}`);
      return;
    }
    sim.advance(1600);
    const trial = this.observe();
    sim.advance(1300);
    const after = this.observe();
    if (isWeak) return;
    if (known.nature !== "throws" && trial.release !== known)
      throw new BadState(`I4: ${known.name} is not tried`);
    if (known.nature === "good" && (after.release !== known || after.trial))
      throw new BadState(`I4: ${known.name} is not confirmed`);
    if (known.nature === "throws" && after.release !== before.release)
      throw new BadState(`I4: ${known.name} is not reverted`);
  }

  /** I1, I2: a whole firmware runs, from a slot that holds it to the last byte, and nothing else ran. */
  private observe(): Seen {
    const { sim, world } = this;
    if (this.fault) throw new BadState(this.fault);
    // Time for a reset that is due.
    if (!sim.board.isOn) sim.advance(1);
    if (!sim.board.isOn) throw new BadState("I1: the board is dead");
    let reply: ReturnType<SimBoard["state"]>;
    try {
      reply = sim.state();
    } catch {
      throw new BadState("I1: no agent answers");
    }
    const release = world.byDigest(reply.digest as Uint8Array);
    const slot = reply.slot as number;
    this.running = slot;
    if (!release) throw new BadState("I1: what runs is no release");
    if (!sim.flash.holds(sim.slotAt(slot), release.slot))
      throw new BadState(`I2: slot ${slot} does not hold ${release.name}`);
    const [agent, app, ...others] = this.programs;
    if (agent !== world.agent || app !== release.program || others.length > 0)
      throw new BadState(`I2: other programs than those of ${release.name} ran`);
    if (sim.said !== release.name) throw new BadState(`I1: ${sim.said} speaks`);
    const [trial, floor] = [reply.trial as number, reply.floor as number];
    if (trial > TRIALS) throw new BadState("I4: more boots than a trial may take");
    if (release.sequence > floor) throw new BadState("I3: a newer firmware than the floor runs");
    this.checkOther(1 - slot, reply.state as unknown as Uint8Array);
    this.story.push(`${release.name} runs in slot ${slot}${trial ? `, trial ${trial}` : ""}`);
    this.seen = { release, trial, floor };
    return this.seen;
  }

  /** I1: what the journal says to be complete in the other slot lies there: it may be needed. */
  private checkOther(slot: number, record: Uint8Array): void {
    const { sim, world } = this;
    if (this.isTainted) return;
    const { SLOT_STATE, SLOT_STATE_SIZE, SLOT_TABLE, SLOT_DIGEST } = layout;
    const from = SLOT_STATE + slot * SLOT_STATE_SIZE;
    const table = record.subarray(from + SLOT_TABLE, from + SLOT_DIGEST);
    if (table.every((byte) => byte === 0)) return;
    const digest = record.subarray(from + SLOT_DIGEST, from + SLOT_STATE_SIZE);
    const release = world.byDigest(digest);
    if (!release || !sim.flash.holds(sim.slotAt(slot), release.slot))
      throw new BadState(`I1: slot ${slot} does not hold what the journal says`);
  }

  private stop(why: string): never {
    this.fault ??= why;
    throw new BadState(why);
  }

  private watch(operation: Operation): Cut | undefined {
    this.close();
    const { kind, at, length } = operation;
    const { flash } = this.sim;
    if (this.ops.length >= MAX_OPS) this.stop("it writes for ever");
    if (at < JOURNAL_AT || at + length > SLOTS_AT + 2 * this.world.slotSize)
      this.stop(`writes outside of journal and slots, at ${at}`);
    if (at >= SLOTS_AT) {
      const slot = Math.floor((at - SLOTS_AT) / this.world.slotSize);
      if (this.running < 0 || slot === this.running) this.stop(`I1: writes to the slot that runs`);
    }
    const isWeak = this.weak.some((page) => page <= at && at < page + flash.pageSize);
    if (kind === "erase") this.weak = this.weak.filter((page) => page !== at);
    else if (isWeak) flash.failNext("write");
    else if (flash.read(at, length).some((byte) => byte !== 255))
      this.stop(`writes over what is written, at ${at}`);
    const isLost = kind === "program" && isWeak;
    this.open = { kind, at, length, bytes: new Uint8Array(0), isLost };
    return this.cut?.at === this.ops.length ? this.cut.how : undefined;
  }

  /** Takes up what the last operation left. */
  private close(): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    if (open.kind === "program") open.bytes = this.sim.flash.read(open.at, open.length);
    this.ops.push(open);
  }
}
