/**
 * A board in the real interpreter with the bundles as they are shipped, and the releases for it. What
 * cannot run without the interpreter says so in one line (`describeEngine`).
 */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { generateKey } from "../../host/author/keys.js";
import { packRelease, type Release } from "../../host/author/pack.js";
import { agentBundle, readBundle } from "../../host/board/bundles.js";
import { EngineBoard } from "../../host/board/engine.js";
import { openFlash } from "../../host/board/open.js";
import { loadProfile } from "../../host/board/profiles.js";
import { provision } from "../../host/board/provision.js";
import { SmpClient } from "../../host/link/smp.js";
import { ROLE_RUNNING, type RunningState } from "../../host/link/state.js";
import { framedTransport } from "../../host/link/stream.js";
import type { Transport } from "../../host/link/transport.js";
import { push } from "../../host/push.js";
import type { PushEvent, PushResult } from "../../host/push-types.js";

export const ENGINE = process.env.ESPRUINO ?? path.join(homedir(), "engines", "espruino");

/**
 * An Espruino for ARM Linux, or a script that runs it under qemu-arm: with the geometry of a Puck.js,
 * its flash memory-mapped where a Puck.js has it, and Serial1 on standard input and output.
 */
export const ENGINE_ARM =
  process.env.ESPRUINO_ARM ?? path.join(homedir(), "engines", "espruino-arm");

/**
 * A group of tests in the real interpreter, under a name with its version. Where there is none, a
 * single test takes its place whose title says what was left out.
 */
export function describeEngine(
  what: string,
  tests: (this: Mocha.Suite) => void,
  engine = ENGINE,
  variable = "ESPRUINO",
): void {
  if (!existsSync(engine)) {
    describe(what, () => {
      it(`not run: there is no Espruino at ${engine} (set ${variable} to the path of one)`, () => {});
    });
    return;
  }
  describe(`${what} (Espruino ${EngineBoard.version(engine)})`, tests);
}
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** A release that can be pushed. */
export interface Offer {
  envelope: Uint8Array;
  payloads: Map<string, Uint8Array>;
}

export class EngineRig {
  readonly folder = mkdtempSync(path.join(tmpdir(), "engine-rig-"));
  readonly flash = path.join(this.folder, "board.flash");
  readonly vendor = new Uint8Array(16).fill(1);
  readonly class = new Uint8Array(16).fill(2);
  readonly device = new Uint8Array(16).fill(3);
  readonly key = generateKey();
  #board: EngineBoard | undefined;

  constructor(
    readonly engine = ENGINE,
    readonly profile = loadProfile("linux"),
  ) {}

  provision(
    options: {
      keepConsole?: boolean;
      deadline?: number;
      trials?: number;
      native?: Uint8Array;
    } = {},
  ): void {
    const flash = openFlash(this.flash, this.profile);
    provision(
      flash,
      {
        profile: this.profile,
        vendor: this.vendor,
        class: this.class,
        device: this.device,
        keys: [{ public: this.key.publicKey, kid: new Uint8Array(0), roles: ["author"] }],
        keepConsole: options.keepConsole ?? false,
        deadline: options.deadline ?? 60,
        trials: options.trials ?? 3,
        watchdog: 0,
      },
      {
        boot: readBundle("boot.js"),
        agent: readBundle(agentBundle(this.profile)),
        native: options.native,
      },
    );
    flash.close();
  }

  /**
   * Agent and app, signed for this board; `change` makes it one for another, or an agent that differs
   * from the one that runs by a byte and has to be sent.
   */
  release(
    sequence: number,
    app: string,
    change: { class?: Uint8Array; agent?: boolean } = {},
  ): Offer {
    const agent = readBundle(agentBundle(this.profile));
    const release: Release = packRelease({
      vendor: this.vendor,
      class: change.class ?? this.class,
      sequence,
      components: [
        { name: "agent", bytes: change.agent ? Buffer.concat([agent, bytes(" ")]) : agent },
        { name: "app", bytes: bytes(app) },
      ],
      key: this.key,
      hint: !this.profile.nativeModule,
    });
    return {
      envelope: release.envelope,
      payloads: new Map(release.payloads.map((each) => [each.uri, each.bytes])),
    };
  }

  powerOn(): EngineBoard {
    this.#board = new EngineBoard(this.engine, this.flash);
    return this.#board;
  }

  async powerOff(): Promise<void> {
    await this.#board?.close();
    this.#board = undefined;
  }

  get board(): EngineBoard {
    if (!this.#board) throw new Error("the board is off");
    return this.#board;
  }

  /** Opens the board's serial port. */
  connect = async (): Promise<Transport> => {
    const board = this.board;
    let isOpen = true;
    const closers: (() => void)[] = [];
    return framedTransport(
      {
        write: (data) => board.write(data),
        onData: (callback) => board.onData((data) => isOpen && callback(data)),
        onClose: (callback) => void closers.push(callback),
        close: async () => {
          isOpen = false;
          for (const callback of closers.splice(0)) callback();
        },
      },
      "engine",
    );
  };

  push(
    { envelope, payloads }: Offer,
    options: { onEvent?: (event: PushEvent) => void; signal?: AbortSignal } = {},
  ): Promise<PushResult> {
    return push({
      connect: this.connect,
      envelope,
      fetchPayload: async (uri) => {
        const payload = payloads.get(uri);
        if (!payload) throw new Error(`the board asked for ${uri}`);
        return payload;
      },
      ...options,
    });
  }

  async state(): Promise<RunningState> {
    const client = new SmpClient(await this.connect());
    try {
      const state = await client.state(ROLE_RUNNING);
      if (!state) throw new Error("nothing runs");
      return state;
    } finally {
      await client.close();
    }
  }

  /** SHA-256 of the flash file. */
  digest(): string {
    return createHash("sha256").update(readFileSync(this.flash)).digest("hex");
  }

  /** A file that apps write to, and what it holds. */
  readonly evidence = path.join(this.folder, "evidence");
  read(): string {
    return existsSync(this.evidence) ? readFileSync(this.evidence, "latin1") : "";
  }
  /** JavaScript that appends to it. */
  write(text: string): string {
    return `require("fs").appendFileSync(${JSON.stringify(this.evidence)},${text});`;
  }

  async remove(): Promise<void> {
    await this.powerOff();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
