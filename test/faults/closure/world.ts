/**
 * The board that is explored, the releases that exist for it, and what its owner may do with it.
 */
import { createHash } from "node:crypto";
import {
  BLOCK,
  JOURNAL_AT,
  RECORD,
  SETTLED,
  SLOTS_AT,
  TABLE_ENTRY,
  TABLE_HEAD,
} from "../../../device/flash/layout.js";
import type { Profile } from "../../../host/board/profiles.js";
import {
  agentOf,
  app,
  type Made,
  profileOf,
  release,
  SimBoard,
  type SimOptions,
} from "../../support/sim-board.js";
import { type JournalRecord, readJournal } from "./journal-view.js";

/** What a release does when it runs. */
export type Nature = "good" | "silent" | "throws";

export interface Known extends Made {
  sequence: number;
  nature: Nature;
  /** The bytes of its app, and how many bytes of a slot it takes. */
  program: string;
  used: number;
  /** A whole slot, as far as it is used. */
  slot: Uint8Array;
}

const RESTS: { [nature in Nature]?: string } = {
  silent: "",
  throws: "throw new Error('broken')",
};

/** The sequence numbers that exist, and what these releases do; by the name of the world. */
export const WORLDS: { [name: string]: [number, Nature][] } = {
  small: [
    [1, "good"],
    [2, "throws"],
    [3, "silent"],
  ],
  large: [
    [1, "good"],
    [2, "silent"],
    [3, "good"],
    [4, "throws"],
  ],
};
/** Never part of a history: it must be installable in every state. */
export const RESCUE = 9;

/** A large flash is cut down to slots of eight blocks. */
const BLOCKS = 20;

export interface WorldOptions extends SimOptions {
  /** In place of the agent that ships. */
  agent?: Uint8Array;
}

export class World {
  readonly profile: Profile;
  readonly releases = new Map<number, Known>();
  /** Runs the firmware of release 1; the other slot is blank. */
  readonly start: Uint8Array;
  /** The first record of the board. */
  readonly firstRecord: Uint8Array;
  readonly slotSize: number;
  readonly agent: string;

  /** @param name board and set of releases: `puckjs/small` */
  constructor(
    readonly name: string,
    private readonly options: WorldOptions = {},
  ) {
    const [board, set] = name.split("/");
    this.profile = profileOf(board, BLOCKS);
    const agent = options.agent ?? agentOf(this.profile);
    this.agent = Buffer.from(agent).toString("latin1");
    const all: [number, Nature][] = [...WORLDS[set], [RESCUE, "good"]];
    for (const [sequence, nature] of all) {
      const name = `v${sequence}`;
      const program = app(name, RESTS[nature]).subarray(0, 300);
      const made = release(this.profile, sequence, name, { agent, app: program });
      const known = { ...made, sequence, nature, program: Buffer.from(program).toString("latin1") };
      this.releases.set(sequence, { ...known, used: 0, slot: new Uint8Array() });
    }
    const sim = this.board();
    this.slotSize = sim.slotSize;
    this.start = sim.flash.snapshot().image;
    this.firstRecord = this.start.slice(JOURNAL_AT, JOURNAL_AT + RECORD);
    // What a slot of each release looks like: as provisioning lays it down, apart from any update.
    for (const known of this.releases.values()) {
      const { flash } = known.sequence === 1 ? sim : this.board(known);
      const [record] = readJournal(flash.snapshot().image) as JournalRecord[];
      const used = record.slots[0].tableAt + TABLE_HEAD + 2 * TABLE_ENTRY + 4;
      Object.assign(known, { used, slot: flash.read(SLOTS_AT, used) });
    }
    sim.board.powerOff();
  }

  /** A board with a first firmware, switched on. */
  board(firmware = this.of(1), options: SimOptions = {}): SimBoard {
    const profile = { ...this.profile, writesPerWord: 0, writesPerBlock: 0 };
    return new SimBoard(profile, { ...this.options, ...options, firmware });
  }

  of(sequence: number): Known {
    const known = this.releases.get(sequence);
    if (!known) throw new Error(`there is no release ${sequence}`);
    return known;
  }

  byDigest(digest: Uint8Array): Known | undefined {
    return [...this.releases.values()].find((known) => Buffer.compare(known.digest, digest) === 0);
  }

  /** A readable name for the bytes of a slot, by the hashes of its first blocks. */
  namer(): (hashes: string) => string {
    const names = new Map<string, string>([["", "-"]]);
    for (const known of this.releases.values()) {
      const bytes = new Uint8Array(this.slotSize).fill(255);
      bytes.set(known.slot);
      let joined = "";
      for (let at = 0; at < known.used; at += BLOCK) {
        joined += createHash("sha1")
          .update(bytes.subarray(at, at + BLOCK))
          .digest("base64");
        if (!names.has(joined)) names.set(joined, `${known.name}/${at / BLOCK + 1}`);
      }
    }
    return (hashes) => {
      let name = names.get(hashes);
      if (name === undefined) {
        name = `#${names.size}`;
        names.set(hashes, name);
      }
      return name;
    };
  }
}

/** What can be done with a board that is switched on; `offer` with the number of a release. */
export type Act = "wait" | "confirm" | "revert" | `offer${number}`;

/** Everything that can change a board whose newest record is this one. */
export function actsIn({ phase, floor }: JournalRecord, world: World): Act[] {
  if (phase !== SETTLED) return ["wait", "confirm", "revert"];
  const offers = [...world.releases.keys()].filter((n) => n >= floor && n !== RESCUE);
  return offers.map((sequence): Act => `offer${sequence}`);
}
