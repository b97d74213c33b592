/**
 * What the phases of a whole update cost on a board with the bundles that are shipped: the count is read
 * when the host is told of the end of a phase. What a phase waits, an idle interpreter spends on polling
 * its inputs, and that is counted with it.
 */
import { readBundle } from "../../host/board/bundles.js";
import { slotSize } from "../../host/board/config-page.js";
import { openFlash } from "../../host/board/open.js";
import type { Profile } from "../../host/board/profiles.js";
import { EngineRig, type Offer } from "../support/engine-rig.js";
import type { Counter } from "./counter.js";

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

export type Phases = [what: string, instructions: number][];

const CONFIRM = "suitcase.trial()&&suitcase.confirm();";

/** An app that fills a release up to `size` bytes. */
const appOf = (size: number) =>
  `${CONFIRM}/*${"0123456789abcdef".repeat(Math.ceil(size / 16)).slice(0, size)}*/`;

export async function measureUpdate(
  counter: Counter,
  engine: string,
  profile: Profile,
  appSize: number,
): Promise<Phases> {
  const rig = new EngineRig(engine, profile);
  const phases: Phases = [];
  try {
    rig.provision();
    counter.reset();
    rig.powerOn();
    await rig.state();
    let last = counter.count;
    const phase = (what: string) => {
      const now = counter.count;
      phases.push([what, now - last]);
      last = now;
    };
    const result = await rig.push(rig.release(1, appOf(appSize)), {
      onEvent: ({ type }) => {
        if (type === "wanted") phase("envelope received and parsed, signature verified");
        if (type === "staged") phase("payloads received, written, hashed; journal");
      },
    });
    phase("restart, boot into the trial, confirmation");
    if (result.outcome !== "confirmed") throw new Error(`the update was ${result.outcome}`);
    return phases;
  } finally {
    await rig.remove();
  }
}

/**
 * A release that fills a slot to its last word, and the bytes of code in it: the app makes up for what
 * agent, envelope and table leave.
 */
function fullRelease(rig: EngineRig, agent: Uint8Array): { offer: Offer; code: number } {
  const size = slotSize(rig.profile);
  const filled = (appSize: number) => {
    const app = appOf(appSize);
    const components: [string, Uint8Array][] = [
      ["agent", agent],
      ["app", Buffer.from(app, "latin1")],
    ];
    return { use: rig.packed(1, components).slotUse, app };
  };
  const { use } = filled(1000);
  // Components and envelope are each filled up to whole words.
  const { use: full, app } = filled(1000 + ((size - use) & ~3));
  if (full > size || full + 3 < size)
    throw new Error(`the slot has ${size} bytes, the release takes ${full}`);
  return { offer: rig.release(1, app), code: agent.length + app.length };
}

/** Instructions from the start of an interpreter until it idles, with the flash as it is. */
async function measureStart(counter: Counter, rig: EngineRig): Promise<number> {
  counter.reset();
  rig.powerOn();
  await pause(3000);
  const first = counter.count;
  await pause(1000);
  // A second of idling, taken off three times.
  const idle = counter.count - first;
  await rig.powerOff();
  return first - 3 * idle;
}

/**
 * Instructions of a boot with a full slot, without those of an empty board, and the bytes of code that
 * were checked.
 */
export async function measureBoot(
  counter: Counter,
  engine: string,
  profile: Profile,
): Promise<{ instructions: number; code: number }> {
  const rig = new EngineRig(engine, profile);
  const blank = new EngineRig(engine, profile);
  try {
    const { offer, code } = fullRelease(rig, readBundle(rig.agentName));
    rig.provision();
    rig.powerOn();
    const { outcome } = await rig.push(offer);
    if (outcome !== "confirmed") throw new Error(`the update was ${outcome}`);
    await rig.powerOff();
    const boot = await measureStart(counter, rig);
    openFlash(blank.flash, profile).close();
    return { instructions: boot - (await measureStart(counter, blank)), code };
  } finally {
    await rig.remove();
    await blank.remove();
  }
}
