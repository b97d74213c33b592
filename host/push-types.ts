/** What a push is told, what it tells while it runs, and what it returns. */
import type { Needs, Spent } from "./link/poll.js";
import { PATIENT, type Timing } from "./link/smp.js";
import type { RunningState } from "./link/state.js";
import type { Transport } from "./link/transport.js";

export type PushEvent =
  | { type: "connected"; board: string }
  | { type: "running"; state: RunningState }
  | { type: "envelope"; done: number; total: number }
  | { type: "checking" }
  | { type: "holding" }
  | { type: "waiting" }
  | { type: "wanted"; uri: string; session: number }
  | { type: "payload"; uri: string; done: number; total: number }
  | { type: "staged"; spent?: Spent }
  | { type: "trial"; boot: number }
  | { type: "setback"; reason: Error; failures: number };

export interface PushLimits {
  timing: Timing;
  backoff: { first: number; longest: number };
  /** Milliseconds between polls. */
  poll: { first: number; longest: number };
  /** Setbacks in a row without progress. */
  failures: number;
  /** Milliseconds: a board out of reach, one that checks, one in its trial. */
  reconnect: number;
  check: number;
  trial: number;
  /** Milliseconds for an event that the manifest waits for. */
  wait: number;
}

export const DEFAULT_LIMITS: PushLimits = {
  timing: PATIENT,
  backoff: { first: 200, longest: 3000 },
  poll: { first: 20, longest: 1000 },
  failures: 20,
  reconnect: 60_000,
  check: 180_000,
  trial: 900_000,
  wait: 600_000,
};

export interface PushOptions {
  /** Opens a link; called again whenever it broke. */
  connect: () => Promise<Transport>;
  envelope: Uint8Array;
  /** Gets what a manifest names by a URI that is not in the envelope itself. */
  fetchPayload: (uri: string) => Promise<Uint8Array>;
  onEvent?: (event: PushEvent) => void;
  signal?: AbortSignal;
  /** False: done as soon as the update is staged. */
  wait?: boolean;
  limits?: Partial<PushLimits>;
}

export interface PushResult {
  /**
   * `staged`: not known to be confirmed, because the host did not wait (longer). `waiting`: an event
   * that the manifest waits for has not come; the board goes on by itself when it does.
   */
  outcome: "confirmed" | "reverted" | "refused" | "already" | "staged" | "waiting";
  sequence: number;
  /** Of `refused` and `reverted`: the board's number (0 when it gave none), where, MCUmgr's code. */
  error?: { code: number; at: number; rc: number };
  /** Of `refused`: the SUIT_Report (host/suit/report.ts), when the board gives one. */
  report?: Uint8Array;
  /** What the update cost the flash of the board; agents of before do not count. */
  spent?: Spent;
  bytesSent: number;
  seconds: number;
}

/** What a dry run returns: the flash of the board is as it was. */
export interface DryRunResult extends Omit<PushResult, "outcome"> {
  outcome: "accepted" | "refused" | "already" | "waiting";
  /** Of `accepted`. */
  needs?: Needs;
}
