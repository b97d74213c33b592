/**
 * What the parts of a whole update cost a board: an agent without a link (test/engines/board/phases.ts)
 * goes through one from the offer to the last journal record, on a flash that was provisioned as any.
 */
import { readBundle } from "../../host/board/bundles.js";
import type { Profile } from "../../host/board/profiles.js";
import { EngineRig } from "../support/engine-rig.js";
import type { Counter } from "./counter.js";

export interface Part {
  name: string;
  instructions: number;
  calls: number;
}

const PARTS = ["parse", "verify", "hash", "write", "rest", "staged"];

/** Milliseconds in which an update must be through. */
const PATIENCE = 300_000;

export async function measureParts(
  counter: Counter,
  engine: string,
  profile: Profile,
  byMemory: boolean,
  appSize: number,
): Promise<Part[]> {
  const rig = new EngineRig(engine, profile);
  const bundle = readBundle(profile.nativeModule ? "test/phases.js" : "test/phases-js.js");
  // What the shipped agent takes is read and copied, too.
  const agent = new Uint8Array(readBundle(rig.agentName).length).fill(10);
  agent.set(bundle);
  const next = rig.packed(2, [
    ["agent", agent],
    ["app", new Uint8Array(appSize).fill(49)],
  ]);
  const text = Buffer.from(next.envelope).toString("base64");
  const app = `${counter.script(byMemory)};measure(count,atob("${text}"),${appSize})`;
  const first = rig.packed(1, [
    ["agent", agent],
    ["app", Buffer.from(app, "latin1")],
  ]);
  try {
    rig.provision({ keepConsole: true, firmware: first });
    counter.reset();
    let said = "";
    await new Promise<void>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`no end: ${said.slice(-300)}`)), PATIENCE);
      rig.powerOn().onData((bytes) => {
        said += Buffer.from(bytes).toString("latin1");
        if (!/@staged \d+ \d+\s|Uncaught/.test(said)) return;
        clearTimeout(timer);
        done();
      });
    });
    const found = [...said.matchAll(/@(\w+) (-?\d+) (\d+)\s/g)].map(
      ([, name, instructions, calls]) => ({
        name,
        instructions: Number(instructions),
        calls: Number(calls),
      }),
    );
    if (found.map(({ name }) => name).join() !== PARTS.join() || found.at(-1)?.calls !== 1)
      throw new Error(`the update was not staged: ${said.slice(-500)}`);
    return found.slice(0, -1);
  } finally {
    await rig.remove();
  }
}
