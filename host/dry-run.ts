/**
 * Asks a board for its verdict over an envelope without installing anything: the board checks it as
 * always, leaves its flash alone and says what the update would take.
 */
import { isLinkFailure, SuitcaseError } from "./errors.js";
import { ACCEPTABLE, ALREADY, CHECKING, REFUSED, STAGED, WAITING, WANTED } from "./link/poll.js";
import { pause, Session } from "./link/session.js";
import { type SmpClient, SmpError } from "./link/smp.js";
import { manifestFacts, stripIntegrated } from "./link/strip.js";
import {
  checkIsSuitBoard,
  isAboutLink,
  lastReport,
  noProgress,
  readRunning,
} from "./push-board.js";
import { DEFAULT_LIMITS, type DryRunResult, type PushOptions } from "./push-types.js";

export type DryRunOptions = Omit<PushOptions, "fetchPayload" | "wait">;
type Verdict = Pick<DryRunResult, "outcome" | "needs" | "error">;

/** @throws DRY_RUN_UNKNOWN for a board with an older agent; the links' errors */
export async function dryRun(options: DryRunOptions): Promise<DryRunResult> {
  const facts = await manifestFacts(options.envelope);
  const { envelope } = stripIntegrated(options.envelope);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const emit = options.onEvent ?? (() => {});
  const { connect, signal } = options;
  const session = new Session({
    connect,
    signal,
    timing: limits.timing,
    backoff: limits.backoff,
    failures: limits.failures,
    reconnectLimit: limits.reconnect,
    onConnected: (client) => emit({ type: "connected", board: client.name }),
    onSetback: (reason, failures) => emit({ type: "setback", reason, failures }),
  });

  /** Polls until there is a verdict; null when the board has forgotten the envelope. */
  const judged = async (client: SmpClient): Promise<Verdict | null> => {
    const since = Date.now();
    let isWaiting = false;
    for (let wait = limits.poll.first; ; wait = Math.min(wait * 1.5, limits.poll.longest)) {
      const answer = await client.poll();
      const { state, needs, error: code = 0, at = 0, rc } = answer;
      if (state === ACCEPTABLE) return { outcome: "accepted", needs };
      if (state === ALREADY) return { outcome: "already" };
      if (state === REFUSED) return { outcome: "refused", error: { code, at, rc } };
      if (state === WANTED || state === STAGED) throw await tookItSeriously(client, state);
      if (state !== CHECKING && state !== WAITING) return null;
      if (state === WAITING && !isWaiting) emit({ type: "waiting" });
      isWaiting = state === WAITING;
      if (Date.now() - since > (isWaiting ? limits.wait : limits.check)) {
        if (isWaiting) return { outcome: "waiting" };
        throw noProgress("The board does not come to an end with checking.");
      }
      await pause(wait, signal);
    }
  };

  const attempt = async (client: SmpClient): Promise<Verdict | null> => {
    const state = await readRunning(client, limits.timing);
    if (state) emit({ type: "running", state });
    // Reports and dry runs came with the same agent. One that knows neither would take this for a
    // real update, so it is not even offered.
    if ((await client.report()) === "unsupported")
      throw new SuitcaseError(
        "DRY_RUN_UNKNOWN",
        "The board's agent does not know dry runs; nothing was sent and nothing was installed.",
      );
    const onProgress = (done: number, total: number) => emit({ type: "envelope", done, total });
    await client.uploadEnvelope(envelope, onProgress, { dry: true });
    emit({ type: "checking" });
    return judged(client);
  };

  const started = Date.now();
  try {
    for (;;) {
      const verdict = await settled(session, attempt);
      if (verdict === null) continue;
      const client = verdict.outcome === "refused" ? session.open : null;
      const report = await lastReport(client, limits.timing);
      const seconds = (Date.now() - started) / 1000;
      const { bytesSent } = session;
      return {
        ...verdict,
        ...(report && { report }),
        sequence: facts?.sequence ?? 0,
        bytesSent,
        seconds,
      };
    }
  } finally {
    await session.end();
  }
}

/** One attempt; null when it has to be made again. */
async function settled(
  session: Session,
  attempt: (client: SmpClient) => Promise<Verdict | null>,
): Promise<Verdict | null> {
  const client = await session.client();
  try {
    const verdict = await attempt(client);
    if (verdict === null)
      await session.setback(noProgress("The board forgets the envelope again and again."));
    return verdict;
  } catch (error) {
    if (isLinkFailure(error)) await session.lost(error);
    else if (!(error instanceof SmpError)) throw error;
    else if (isAboutLink(error))
      await session.setback(noProgress(`The board does not take it (${error.message}).`, error));
    else {
      checkIsSuitBoard(error);
      const { error: code = 0, at = 0, rc } = error;
      return { outcome: "refused", error: { code, at, rc } };
    }
    return null;
  }
}

/** The board ignored that it was a dry run: it is made to forget the update at once. */
async function tookItSeriously(client: SmpClient, state: number): Promise<SuitcaseError> {
  const cause = "The board's agent does not know dry runs and took this for an update";
  if (state === STAGED)
    return new SuitcaseError(
      "DRY_RUN_UNKNOWN",
      `${cause}: it had all files, and tries the release after its reset. Take it back with \`suitcase revert\`.`,
    );
  await client.cleanup();
  return new SuitcaseError(
    "DRY_RUN_UNKNOWN",
    `${cause}, which was called off. Nothing was installed; its inactive slot may have been erased.`,
  );
}
