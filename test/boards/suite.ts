/** The acceptance suite (boards.json), run on whatever board is there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { generateKey } from "../../host/author/keys.js";
import { packRelease } from "../../host/author/pack.js";
import { agentBundle, readBundle } from "../../host/board/bundles.js";
import { describeError, isLinkFailure } from "../../host/errors.js";
import { SmpClient } from "../../host/link/smp.js";
import { ROLE_RUNNING, type RunningState } from "../../host/link/state.js";
import { push } from "../../host/push.js";
import type { Bench } from "./bench.js";

export interface Case {
  title: string;
  do: "provision" | "state" | "type" | "push" | "reset";
  needs?: keyof typeof NEEDS;
  text?: string[];
  sequence?: number;
  app?: string;
  author?: "other";
  class?: "other";
  tamper?: "signature" | "payload";
  /** The link breaks, or the power is cut, after so many pieces of a payload. */
  breaks?: number;
  cuts?: number;
  expect?: { outcome?: string; error?: string; sequence?: number; profile?: boolean };
}

interface Suite {
  deadline: number;
  apps: Record<string, string>;
  cases: Case[];
}

/** What a case may need, and how it is said to be absent. */
const NEEDS = {
  provisioning: ["provision", "the board is not to be erased (--provision)"],
  typing: ["type", "text cannot be typed into this link"],
  power: ["cutPower", "there is no relay (--relay)"],
} as const;

/** From build/test/boards/ to the data. */
const FILE = new URL("../../../test/boards/boards.json", import.meta.url);
export const SUITE = JSON.parse(readFileSync(FILE, "utf8")) as Suite;

/** Milliseconds within which a board that was reset answers. */
const START = 60_000;
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

export class BoardRun {
  #floor = -1;

  constructor(readonly bench: Bench) {}

  /** Why a case is left out; undefined when it is not. */
  absent({ needs }: Case): string | undefined {
    if (needs === undefined) return undefined;
    const [member, reason] = NEEDS[needs];
    return this.bench[member] ? undefined : reason;
  }

  async run(each: Case): Promise<void> {
    if (each.do === "provision") await this.bench.provision?.(SUITE.deadline);
    else if (each.do === "type") await this.#type(each);
    else if (each.do === "push") await this.#push(each);
    else if (each.do === "reset") await this.#reset();
    await this.#expectState(each);
  }

  async #state(): Promise<RunningState> {
    for (const end = Date.now() + START; ; await pause(200)) {
      try {
        const client = new SmpClient(await this.bench.connect());
        try {
          const state = await client.state(ROLE_RUNNING);
          if (!state) throw new Error("the board runs nothing");
          return state;
        } finally {
          await client.close();
        }
      } catch (error) {
        if (!isLinkFailure(error) || Date.now() > end) throw error;
      }
    }
  }

  async #expectState({ expect = {} }: Case): Promise<void> {
    const state = await this.#state();
    if (this.#floor < 0) this.#floor = state.floor;
    assert.equal(state.doors, 0, "a door is open");
    if (expect.profile) assert.equal(state.board, this.bench.profile.name);
    if (expect.sequence !== undefined) {
      assert.equal(state.sequence - this.#floor, expect.sequence, "what runs");
      assert.equal(state.trial, 0, "a trial runs");
    }
  }

  async #type({ text = [] }: Case): Promise<void> {
    const before = await this.#state();
    for (const line of text) await this.bench.type?.(line);
    const { sequence, digest, floor } = await this.#state();
    assert.deepEqual(
      { sequence, digest, floor },
      {
        sequence: before.sequence,
        digest: before.digest,
        floor: before.floor,
      },
    );
  }

  async #reset(): Promise<void> {
    const client = new SmpClient(await this.bench.connect());
    await client.reset();
    await client.close();
    await pause(1000);
  }

  async #push(each: Case): Promise<void> {
    const { envelope, payloads } = await this.#release(each);
    let pieces = 0;
    let isDone = false;
    let client: { close(): Promise<void> } | undefined;
    const result = await push({
      connect: async () => {
        client = await this.bench.connect();
        return client as Awaited<ReturnType<Bench["connect"]>>;
      },
      envelope,
      fetchPayload: async (uri) => {
        const found = payloads.get(uri);
        if (!found) throw new Error(`the board asked for ${uri}`);
        return found;
      },
      onEvent: ({ type }) => {
        const limit = each.breaks ?? each.cuts;
        if (type !== "payload" || limit === undefined || isDone || ++pieces < limit) return;
        isDone = true;
        if (each.breaks === undefined) void this.bench.cutPower?.();
        else void client?.close();
      },
    });
    const { expect = {} } = each;
    const said = result.error && describeError(result.error.code).name;
    assert.deepEqual([result.outcome, said], [expect.outcome, expect.error]);
    if (each.breaks ?? each.cuts) assert.ok(isDone, "nothing was interrupted");
  }

  async #release({ sequence = 0, app = "", author, class: kind, tamper }: Case) {
    const state = await this.#state();
    const { profile, key } = this.bench;
    const text = `${SUITE.apps[app]}\n// ${sequence} `.padEnd(900, "x");
    const made = packRelease({
      vendor: state.vendor,
      class: kind ? new Uint8Array(16).fill(9) : state.class,
      sequence: this.#floor + sequence,
      components: [
        { name: "agent", bytes: readBundle(agentBundle(profile)) },
        { name: "app", bytes: new Uint8Array(Buffer.from(`${text}\n`)) },
      ],
      key: author ? generateKey() : key,
      hint: !profile.nativeModule,
    });
    const payloads = new Map(made.payloads.map(({ uri, bytes }) => [uri, bytes.slice()]));
    if (tamper === "payload") for (const bytes of payloads.values()) bytes[bytes.length - 2] ^= 1;
    const envelope = made.envelope.slice();
    // S, behind the head of a nil payload: R would be looked at before.
    if (tamper === "signature")
      envelope[Buffer.from(envelope).indexOf("f65840", "hex") + 3 + 40] ^= 1;
    return { envelope, payloads };
  }
}
