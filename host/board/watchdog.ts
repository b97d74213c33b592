/**
 * The chip's watchdog. Once it runs it cannot be stopped or changed, and on nRF52 it goes on
 * through a soft reset; only power loss or its own reset ends it.
 */
import type { Clock } from "./clock.js";
import type { Watchdog } from "./hardware.js";

export class ChipWatchdog implements Watchdog {
  private seconds = 0;
  private cancel = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly expired: () => void,
  ) {}

  /** A program that never ends will be reset. */
  get isArmed(): boolean {
    return this.seconds > 0;
  }

  /** `isAuto`: the idle loop feeds it, so that only a program that never ends lets it expire. */
  start(seconds: number, isAuto: boolean): void {
    if (this.isArmed || seconds <= 0) return;
    this.seconds = seconds;
    if (!isAuto) this.kick();
  }

  kick(): void {
    this.cancel();
    if (this.isArmed) this.cancel = this.clock.after(this.seconds * 1000, this.expired);
  }

  powerOff(): void {
    this.cancel();
    this.seconds = 0;
  }
}
