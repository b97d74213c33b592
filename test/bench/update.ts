/**
 * What the phases of a whole update cost on a board with the bundles that are shipped: the count is read
 * when the host is told of the end of a phase. What a phase waits, an idle interpreter spends on polling
 * its inputs, and that is counted with it.
 */
import type { Profile } from "../../host/board/profiles.js";
import { EngineRig } from "../support/engine-rig.js";
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

/** Instructions from the start of an interpreter until it idles, without those of an empty board. */
export async function measureBoot(
  counter: Counter,
  engine: string,
  profile: Profile,
  appSize: number,
): Promise<number> {
  const rig = new EngineRig(engine, profile);
  const start = async () => {
    counter.reset();
    rig.powerOn();
    await pause(3000);
    const first = counter.count;
    await pause(1000);
    // A second of idling, taken off three times.
    const idle = counter.count - first;
    await rig.powerOff();
    return first - 3 * idle;
  };
  try {
    rig.provision();
    rig.powerOn();
    const { outcome } = await rig.push(rig.release(1, appOf(appSize)));
    if (outcome !== "confirmed") throw new Error(`the update was ${outcome}`);
    await rig.powerOff();
    const boot = await start();
    const blank = new EngineRig(engine, profile);
    try {
      const { openFlash } = await import("../../host/board/open.js");
      openFlash(blank.flash, profile).close();
      counter.reset();
      blank.powerOn();
      await pause(3000);
      const first = counter.count;
      await pause(1000);
      return boot - (first - 3 * (counter.count - first));
    } finally {
      await blank.remove();
    }
  } finally {
    await rig.remove();
  }
}
