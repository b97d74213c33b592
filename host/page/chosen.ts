/** A board that the user has chosen in the browser's own dialogue: it can be opened from now on. */
import type { Transport } from "../link/transport.js";

export type LinkKind = "ble" | "serial";

export interface Chosen {
  readonly kind: LinkKind;
  /** The browser's name for it: the same when the same board is chosen again. */
  readonly key: string;
  /** As it calls itself. */
  readonly name: string;
  open(): Promise<Transport>;
}

/** One of the browser's ways to boards. */
export interface Connector {
  readonly kind: LinkKind;
  /** Asks the user; must be called within a click. Null when nothing was chosen. */
  choose(options?: { everything?: boolean }): Promise<Chosen | null>;
  /** Boards that were chosen before and can be opened without asking. */
  known(): Promise<Chosen[]>;
}
