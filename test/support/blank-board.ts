/** A simulated board as it comes: an open console, and whatever files somebody left. Time runs fast. */
import { agentBundle, readBundle } from "../../host/board/bundles.js";
import { type Clock, RealClock } from "../../host/board/clock.js";
import { NorFlash } from "../../host/board/flash.js";
import { boardDuplex, linkDevice } from "../../host/board/open.js";
import type { Profile } from "../../host/board/profiles.js";
import { SimulatedBoard } from "../../host/board/simulator.js";
import { createFile } from "../../host/board/storage.js";
import { SuitcaseError } from "../../host/errors.js";
import { consoleAside } from "../../host/link/aside.js";
import { SmpClient } from "../../host/link/smp.js";
import { ROLE_RUNNING, type RunningState } from "../../host/link/state.js";
import { framedTransport } from "../../host/link/stream.js";
import type { Duplex } from "../../host/link/transport.js";
import { type BoardConsole, consoleOver } from "../../host/provision/console.js";
import type { BoardFacts } from "../../host/provision/inspect-board.js";
import {
  type ProvisionBoardOptions,
  type ProvisionedBoard,
  provisionBoard,
} from "../../host/provision/provision-board.js";
import { CLASS, DEVICE, KEY, VENDOR } from "./sim-board.js";

const SPEED = 50;

class FastClock implements Clock {
  private readonly real = new RealClock();
  now(): number {
    return this.real.now() * SPEED;
  }
  after(delay: number, run: () => void): () => void {
    return this.real.after(delay / SPEED, run);
  }
}

/** Of a host that is as impatient as the clock is fast. */
const TIMING = { ask: 50, attempts: 2, settle: 1 };
export const WAITS = { patience: 200, perBlock: 5, pause: 1, begun: 10 };
const SMP = { first: 50, longest: 200, attempts: 8 };

export class BlankBoard {
  readonly flash: NorFlash;
  readonly board: SimulatedBoard;
  private links: Duplex[] = [];
  private isPlugged = true;

  constructor(
    readonly profile: Profile,
    files: Record<string, number> = {},
  ) {
    this.flash = new NorFlash(SimulatedBoard.geometry(profile));
    for (const [name, size] of Object.entries(files)) createFile(this.flash, name, size);
    this.board = new SimulatedBoard({ profile, flash: this.flash, clock: new FastClock() });
    // A board without power answers nothing: whoever talks to it finds the link broken.
    this.board.on("cut", () => void this.unplug());
    this.board.powerOn();
  }

  restart(): void {
    this.board.powerOff();
    this.board.powerOn();
  }

  /** Takes the cable off; `replug` puts it on again. */
  async unplug(): Promise<void> {
    this.isPlugged = false;
    for (const link of this.links.splice(0)) await link.close();
  }

  replug(): void {
    this.isPlugged = true;
  }

  plug(): Duplex {
    if (!this.isPlugged) throw new SuitcaseError("LINK_LOST");
    const link = boardDuplex(this.board);
    this.links.push(link);
    return link;
  }

  open = async (): Promise<BoardConsole> => consoleOver(this.plug(), "sim", TIMING);

  /** With consent, unless it is given. */
  provision(
    options: Partial<ProvisionBoardOptions> & { keepConsole?: boolean; as?: Profile } = {},
  ): Promise<ProvisionedBoard> {
    const profile = options.as ?? this.profile;
    return provisionBoard({
      open: this.open,
      config: {
        profile,
        vendor: VENDOR,
        class: CLASS,
        device: DEVICE,
        keys: [{ public: KEY.publicKey, kid: new Uint8Array(0), roles: ["author"] }],
        keepConsole: options.keepConsole ?? false,
        deadline: 60,
        trials: 3,
        watchdog: 30,
      },
      parts: { boot: readBundle("boot.js"), agent: readBundle(agentBundle(profile)) },
      consent: async () => {},
      waits: WAITS,
      ...options,
    });
  }

  /** What the agent says, asked over SMP. */
  async state(): Promise<RunningState> {
    // The reset that ends provisioning comes a moment later.
    await new Promise((done) => setTimeout(done, WAITS.begun));
    const client = new SmpClient(framedTransport(consoleAside(this.plug()), "sim"), {
      timing: SMP,
    });
    try {
      const state = await client.state(ROLE_RUNNING);
      if (!state) throw new Error("nothing runs");
      return state;
    } finally {
      await client.close();
    }
  }

  /** Types a line into the console, if it is there. */
  type(text: string): void {
    this.board.send(linkDevice(this.profile), `${text}\n`);
  }

  /** Refuses consent, and keeps what it was asked for. */
  refusing(): { consent: (facts: BoardFacts) => Promise<void>; asked: BoardFacts[] } {
    const asked: BoardFacts[] = [];
    const consent = async (facts: BoardFacts) => {
      asked.push(facts);
      throw new Error("no");
    };
    return { consent, asked };
  }
}
