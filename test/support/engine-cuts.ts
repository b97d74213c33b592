/**
 * Power cuts of a board in the real interpreter by the operating system: its process is killed at seeded
 * moments of an update, and what its flash file holds then is what the next start finds.
 */
import assert from "node:assert/strict";
import { randomFrom } from "../../host/board/tears.js";
import type { PushEvent } from "../../host/push-types.js";
import type { EngineRig, Offer } from "./engine-rig.js";

/** Another one for each release, so that a payload is sent. */
const app = (sequence: number) => `suitcase.confirm();//${sequence}`;
/** A cut comes this long after one of these events, at most; milliseconds. */
const EVENTS: [type: PushEvent["type"], within: number][] = [
  ["connected", 600],
  ["envelope", 400],
  ["wanted", 400],
  ["payload", 1200],
  ["staged", 2400],
];

/** Where the cuts fell: the last event before each, and what ran afterwards. */
export interface CutCounts {
  cuts: number;
  after: Record<string, number>;
  old: number;
  new: number;
  /** Updates that were finished without a cut, one after each cut. */
  finished: number;
}

const LIMITS = { poll: { first: 20, longest: 100 } };

/**
 * Cuts `cuts` updates. After each the old or the new firmware runs, and takes the update.
 *
 * @param cut told after each cut
 */
export async function cutUpdates(
  rig: EngineRig,
  cuts: number,
  seed: number,
  cut: () => void = () => {},
): Promise<CutCounts> {
  const random = randomFrom(seed);
  const counts: CutCounts = { cuts: 0, after: {}, old: 0, new: 0, finished: 0 };
  let sequence = 1;
  rig.powerOn();
  assert.equal((await rig.push(rig.release(sequence, app(sequence)))).outcome, "confirmed");
  await rig.powerOff();
  while (counts.cuts < cuts) {
    const offer = rig.release(sequence + 1, app(sequence + 1));
    const [type, within] = EVENTS[Math.floor(random() * EVENTS.length)];
    const last = await interrupt(rig, offer, type, random() * within);
    // It was over before the cut came.
    if (last === undefined) {
      sequence++;
      continue;
    }
    counts.cuts++;
    counts.after[last] = (counts.after[last] ?? 0) + 1;
    rig.powerOn();
    const state = await rig.state();
    const why = `seed ${seed}, cut ${counts.cuts} after ${last}: sequence ${state.sequence}`;
    assert.ok([sequence, sequence + 1].includes(state.sequence), why);
    counts[state.sequence === sequence ? "old" : "new"]++;
    const { outcome, error } = await rig.push(offer, { limits: LIMITS });
    assert.ok(["confirmed", "already"].includes(outcome), `${why}, ${outcome} ${error?.code}`);
    const after = await rig.state();
    assert.deepEqual([after.sequence, after.trial, after.reason], [sequence + 1, 0, 0], why);
    counts.finished++;
    await rig.powerOff();
    sequence++;
    cut();
  }
  return counts;
}

/** Kills the board `delay` ms after the event; gives the last event before that, none when it was done. */
async function interrupt(
  rig: EngineRig,
  offer: Offer,
  type: PushEvent["type"],
  delay: number,
): Promise<string | undefined> {
  const stop = new AbortController();
  let last = "start";
  let timer: NodeJS.Timeout | undefined;
  let isCut = false;
  const board = rig.powerOn();
  const kill = () => {
    isCut = true;
    void board.kill();
    stop.abort();
  };
  const onEvent = (event: PushEvent) => {
    last = event.type;
    if (event.type === type) timer ??= setTimeout(kill, delay);
  };
  await rig.push(offer, { onEvent, signal: stop.signal, limits: LIMITS }).catch((error) => {
    if (!isCut) throw error;
  });
  clearTimeout(timer);
  await rig.powerOff();
  return isCut ? last : undefined;
}
