/** Plays envelopes on a device in memory, through the code that `suitcase verify` runs. */
import assert from "node:assert/strict";
import type { DeviceState } from "../../host/device-state.js";
import { describeError } from "../../host/errors.js";
import { type Verdict, verifyEnvelope } from "../../host/verify.js";
import { device } from "./envelopes.js";

export interface Situation extends Partial<DeviceState> {
  /** What is behind URIs. */
  payloads?: Record<string, Uint8Array>;
  /** The URIs that the device may have asked for before it refused; default none. */
  asked?: string[];
}

export interface Played {
  verdict: Verdict;
  asked: string[];
}

export function play(envelope: Uint8Array, situation: Situation = {}): Played {
  const { payloads = {}, asked: _, ...changes } = situation;
  const asked: string[] = [];
  const state = device(changes);
  const verdict = verifyEnvelope(envelope, state, (uri) => {
    asked.push(uri);
    return Object.hasOwn(payloads, uri) ? payloads[uri] : undefined;
  });
  return { verdict, asked };
}

/** Asserts that an envelope is refused for this reason, before anything was asked for. */
export function assertRefused(envelope: Uint8Array, code: number, situation: Situation = {}): void {
  const { verdict, asked } = play(envelope, situation);
  const found = verdict.accepted ? "accepted" : `${verdict.error.name} at ${verdict.error.at}`;
  assert.equal(found.split(" ")[0], describeError(code).name, found);
  assert.deepEqual(asked, situation.asked ?? []);
}

/** Asserts that an envelope is accepted; gives the SHA-256 of each component. */
export function assertAccepted(
  envelope: Uint8Array,
  situation: Situation = {},
): Record<string, string> {
  const { verdict } = play(envelope, situation);
  if (!verdict.accepted) assert.fail(`${verdict.error.name} at ${verdict.error.at}`);
  return verdict.components;
}

/** What is tested, what is sent, why it is refused (0: it is accepted), and to which device. */
export type Row = [title: string, envelope: () => Uint8Array, code: number, situation?: Situation];

/** One test for each row. */
export function cases(rows: Row[]): void {
  for (const [title, envelope, code, situation] of rows)
    it(title, () => {
      if (code) assertRefused(envelope(), code, situation);
      else assertAccepted(envelope(), situation);
    });
}

/** One test for each row; all are refused for the same reason. */
export function refusals(
  title: string,
  code: number,
  rows: Record<string, () => Uint8Array>,
  situation?: Situation,
): void {
  cases(
    Object.entries(rows).map(([name, envelope]) => [
      `${title}: ${name}`,
      envelope,
      code,
      situation,
    ]),
  );
}
