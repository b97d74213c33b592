/**
 * Single bits that change, in everything that a board believes: what it makes of each. A bit is detected
 * when something else runs, or nothing does; it is harmless when the same runs, and it is whole. What must
 * never be: that a changed program runs.
 */
import { CONFIG_AT, CONFIG_SIZE } from "../../device/flash/layout.js";
import type { Snapshot } from "../../host/board/flash.js";
import { app, profileOf, REFUSED, release, SimBoard, STAGED } from "../support/sim-board.js";
import { placeAt, readJournal } from "./closure/journal-view.js";
import { SharedRealm } from "./closure/shared-realm.js";

export interface Tally {
  flips: number;
  /** The same firmware runs. */
  harmless: number;
  /** The other one runs, or an agent alone. */
  fellBack: number;
  /** Nothing is trusted any more. */
  dark: number;
}

export type Part = "agent" | "app" | "envelope" | "table" | "journal" | "keys";

export class FlipRig {
  readonly sim: SimBoard;
  /** v1 runs in slot 0, v2 is staged in slot 1; and v2 runs, confirmed. */
  readonly states: { staged: Snapshot; settled: Snapshot };
  private readonly agent: string;
  private readonly apps: string[];
  private programs: string[] = [];
  readonly made: ReturnType<typeof release>[];

  constructor(board: string) {
    const profile = profileOf(board, 20);
    const realm = new SharedRealm();
    realm.onProgram = (code) => this.programs.push(code);
    const small = (name: string) => app(name).subarray(0, 300);
    this.made = [1, 2].map((n) => release(profile, n, `v${n}`, { app: small(`v${n}`) }));
    const [v1, v2] = this.made;
    this.sim = new SimBoard(profile, { firmware: v1, realm: () => realm });
    this.sim.board.on("boot", () => {
      this.programs = [];
    });
    // A configuration that names other addresses makes the simulator complain.
    this.sim.board.on("fault", () => {});
    const text = (uri: string, from = v1) => Buffer.from(from.payload(uri)).toString("latin1");
    this.agent = text("agent");
    this.apps = [text("app"), text("app", v2)];
    if (this.sim.stage(v2).state !== STAGED) throw new Error("v2 is refused");
    const staged = this.sim.flash.snapshot();
    this.sim.advance(4000);
    this.states = { staged, settled: this.sim.flash.snapshot() };
  }

  /** The bytes of a part, from the start of the flash. */
  rangesOf(part: Part, image: Uint8Array): [from: number, to: number][] {
    if (part === "keys") return [[CONFIG_AT, CONFIG_AT + CONFIG_SIZE]];
    const places = readJournal(image);
    if (part === "journal")
      return places.flatMap((place, i): [number, number][] =>
        typeof place === "object" ? [[placeAt(i), placeAt(i + 1)]] : [],
      );
    const newest = places.filter((place) => typeof place === "object").at(-1);
    const slot = this.sim.slotAt(1);
    const tableAt = newest?.slots[1].tableAt ?? 0;
    const [agentEnd, appEnd] = [this.agent.length, ((this.agent.length + 3) & ~3) + 300];
    const range = {
      agent: [0, agentEnd],
      app: [appEnd - 300, appEnd],
      envelope: [appEnd, tableAt],
      table: [tableAt, tableAt + 72],
    }[part];
    return [[slot + range[0], slot + range[1]]];
  }

  /** Boots on an image with one bit changed. */
  flip(snapshot: Snapshot, at: number, bit: number, tally: Tally): void {
    const image = snapshot.image.slice();
    image[at] ^= 1 << bit;
    tally.flips++;
    try {
      this.sim.restore({ image, wordWrites: snapshot.wordWrites });
      this.sim.advance(1);
    } catch {
      // A board without a bootloader's configuration.
    }
    const [agent, program, ...others] = this.programs;
    const isKnown = program === undefined || this.apps.includes(program);
    if ((agent !== undefined && agent !== this.agent) || !isKnown || others.length > 0)
      throw new Error(`a changed program ran: bit ${bit} at ${at}`);
    if (agent === undefined) tally.dark++;
    else if (program === this.apps[1]) tally.harmless++;
    else tally.fellBack++;
  }

  /** Flips the bits that `bitsOf` names in every `step`-th byte of a part. */
  sweep(
    state: "staged" | "settled",
    part: Part,
    bitsOf: (at: number) => number[],
    step = 1,
  ): Tally {
    const snapshot = this.states[state];
    const tally: Tally = { flips: 0, harmless: 0, fellBack: 0, dark: 0 };
    for (const [from, to] of this.rangesOf(part, snapshot.image))
      for (let at = from; at < to; at += step)
        for (const bit of bitsOf(at)) this.flip(snapshot, at, bit, tally);
    return tally;
  }

  /** Offers v3 with one bit of its envelope changed; gives whether it was taken. */
  offerWithFlip(made: ReturnType<typeof release>, at: number, bit: number): boolean {
    const envelope = made.envelope.slice();
    envelope[at] ^= 1 << bit;
    const operations = this.sim.watch();
    const reply = this.sim.offer(envelope);
    this.sim.flash.onOperation(undefined);
    if (reply.state === REFUSED && operations.length > 0)
      throw new Error(`refused after flash was changed: bit ${bit} at ${at}`);
    return reply.state !== REFUSED;
  }
}

/** One bit of each byte, another one in each. */
export const oneBit = (at: number): number[] => [(at * 5 + (at >> 3)) & 7];
export const allBits = (): number[] => [0, 1, 2, 3, 4, 5, 6, 7];
