/**
 * A way from a new board to a state, on one line: `puckjs;offer2@17:half.5;=3;wait@1:before.0`. Each step
 * is an act, the operation at which the power fails, and how (flash-state.ts); without `@` the act ends.
 * `=3` puts the journal where three more records fit, `~zeros` says how undecided cells read from there.
 */
import { type CutName, READINGS, type Reading } from "./flash-state.js";
import type { Act } from "./world.js";

/** What the closure does in every state beside the acts. */
export type Check = "boots" | "rescue" | "refuse";

export interface Step {
  act: Act | Check;
  /** Number of the operation, and how it is cut; undefined for an act that ends. */
  at?: number;
  cut?: CutName;
  seed?: number;
}

export type Turn = Step | { room: number } | { reading: Reading };

export function writeTurn(turn: Turn): string {
  if ("room" in turn) return `=${turn.room}`;
  if ("reading" in turn) return `~${turn.reading}`;
  return turn.at === undefined ? turn.act : `${turn.act}@${turn.at}:${turn.cut}.${turn.seed}`;
}

export function readTurn(text: string): Turn {
  if (text.startsWith("=")) return { room: Number(text.slice(1)) };
  const reading = READINGS.find((name) => text === `~${name}`);
  if (reading) return { reading };
  const found = /^(\w+)(?:@(\d+):([a-z-]+)\.(\d+))?$/.exec(text);
  if (!found) throw new Error(`"${text}" is no step of a seed`);
  const [, act, at, cut, seed] = found;
  if (at === undefined) return { act: act as Act };
  return { act: act as Act, at: Number(at), cut: cut as CutName, seed: Number(seed) };
}
