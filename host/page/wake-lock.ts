/** Keeps the screen on while an update runs: a phone that sleeps lets its links go. */
export class WakeLock {
  #holders = 0;
  #lock: WakeLockSentinel | null = null;

  constructor() {
    // The system takes the lock when the page is hidden and does not give it back.
    document.addEventListener("visibilitychange", () => void this.#acquire());
  }

  /** The result lets go. */
  hold(): () => void {
    this.#holders++;
    void this.#acquire();
    return () => {
      if (--this.#holders > 0) return;
      void this.#lock?.release();
      this.#lock = null;
    };
  }

  async #acquire(): Promise<void> {
    if (this.#holders === 0 || document.visibilityState !== "visible") return;
    // missing, or refused when the battery is low: the update goes on all the same
    const lock = await navigator.wakeLock?.request("screen").catch(() => null);
    if (this.#holders === 0) await lock?.release();
    else this.#lock = lock ?? null;
  }
}
