/** What a push and a dry run both ask a board, and how they read its refusals. */
import { SuitcaseError } from "./errors.js";
import { type SmpClient, SmpError, type Timing } from "./link/smp.js";
import { ROLE_RUNNING, type RunningState } from "./link/state.js";

/** Numbers of device/errors.ts that call for another attempt rather than an end. */
const LINK_OFFSET = 601;
const LINK_SESSION = 603;
const RC_BAD_STATE = 6;
const RC_NOT_SUPPORTED = 8;
const RC_BUSY = 10;

export const noProgress = (why: string, cause?: Error) =>
  new SuitcaseError("LINK_NO_PROGRESS", why, { cause });

/** Null also for a board that knows no 66/1: then there is nothing to wait for. */
export async function readRunning(client: SmpClient, timing: Timing): Promise<RunningState | null> {
  try {
    return await client.state(ROLE_RUNNING, timing);
  } catch (error) {
    if (error instanceof SmpError) return null;
    throw error;
  }
}

/** True for a refusal that only says that the board has restarted, or is busy. */
export function isAboutLink({ error, rc }: SmpError): boolean {
  return (
    error === LINK_OFFSET ||
    error === LINK_SESSION ||
    rc === RC_BUSY ||
    (rc === RC_BAD_STATE && error === undefined)
  );
}

/** @throws NOT_A_SUIT_BOARD when the refusal says so */
export function checkIsSuitBoard(refusal: SmpError): void {
  if (refusal.rc !== RC_NOT_SUPPORTED || refusal.error !== undefined) return;
  const message = "What answers there does not know SUIT updates.";
  throw new SuitcaseError("NOT_A_SUIT_BOARD", message, { cause: refusal });
}

/** The board's own account of a refusal; undefined when there is none to be had. */
export async function lastReport(
  client: SmpClient | null,
  timing: Timing,
): Promise<Uint8Array | undefined> {
  try {
    const report = await client?.report({ ...timing, attempts: 2 });
    return report instanceof Uint8Array ? report : undefined;
  } catch {
    // the refusal itself is known: an account of it is not worth another failure
    return undefined;
  }
}
