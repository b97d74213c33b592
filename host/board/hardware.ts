/** What the modules of a simulated interpreter share: the machine they are part of. */
import type { Clock } from "./clock.js";
import type { NorFlash } from "./flash.js";
import type { Profile } from "./profiles.js";
import type { Radio } from "./radio.js";
import type { Realm } from "./realm.js";

export interface Machine {
  readonly profile: Profile;
  readonly flash: NorFlash;
  readonly clock: Clock;
  readonly realm: Realm;
  /**
   * Wraps a function of the host for use by the board's code: it does nothing but throw once the
   * power is off, reports simulator errors, and turns a {@link BoardError} into the context's Error.
   */
  guard<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R;
  /** Runs code of the board from outside: a callback, a line from the console. */
  enter(run: () => unknown): void;
  /** The same, after what runs now has ended. */
  later(run: () => unknown): void;
  /** Bytes leave through a serial device. */
  write(device: string, text: string): void;
  /** Text for whoever has the console. */
  print(text: string): void;
  /** An app switched an LED or another pin. */
  pinChanged(name: string, value: number): void;
  /** The native module was called. */
  nativeCalled(op: number, length: number): void;
  /** Resets; never returns. */
  reset(reason: string): never;
  /** Starts over with a new context over the same memory of the chip: `load()`, `reset()`. */
  restart(): never;
  watchdog: Watchdog;
  radio: Radio;
}

/** `start` again while it runs changes nothing, as on nRF52. */
export interface Watchdog {
  start(seconds: number, isAuto: boolean): void;
  kick(): void;
}

/** An exception as Espruino throws it. */
export class BoardError extends Error {}

/** `members` as an object of the context whose functions are guarded. */
export function guarded(
  machine: Machine,
  members: Record<string, unknown>,
): Record<string, unknown> {
  const made = machine.realm.object({});
  for (const [name, value] of Object.entries(members)) {
    made[name] =
      typeof value === "function" ? machine.guard(value as (...args: unknown[]) => unknown) : value;
  }
  return made;
}
