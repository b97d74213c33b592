/** The two programs of the updater on boards without the native module: they lie in the slot as they are. */
import type { Transfer } from "../flash/transfer.js";
import type { Handler } from "../link/codes.js";
import { begin } from "../link/intake.js";
import { handle } from "../link/offer.js";

/** The offer, for an envelope of so many bytes, or the intake of a transfer; gives what answers. */
export const open = (transfer?: Transfer, _envelope?: number): Handler =>
  transfer ? begin(transfer) : handle;

/** The program is not needed any more. */
export const leave = (): void => {};
