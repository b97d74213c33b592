/** What the programs of the updater tell the resident part. */
import type { Transfer } from "../flash/transfer.js";
import { cancel, later } from "../port/espruino-agent.js";

/** The timer of what a program has put off: it may not leave before. 0 when there is none. */
export let pending = 0;
/** What the offer has accepted, until the intake takes it. */
export let accepted: Transfer | undefined;

/** Calls a program back later, and not for what it has put off before; without `work` not at all. */
export const putOff = (work?: () => void, delay?: number): void => {
  if (pending) cancel(pending);
  pending = work
    ? later(() => {
        pending = 0;
        work();
      }, delay as number)
    : 0;
};

/** The intake may begin. */
export const handOver = (transfer: Transfer | undefined): void => {
  accepted = transfer;
};
