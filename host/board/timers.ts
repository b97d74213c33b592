/** setTimeout and its kin, as Espruino has them: numbers count up from 1, text is a program too. */
import { BoardError, type Machine } from "./hardware.js";

interface Timer {
  fn: unknown;
  args: unknown[];
  /** Milliseconds between calls; 0 for a time-out. */
  every: number;
  due: number;
  cancel: () => void;
}

export class Timers {
  private readonly timers = new Map<number, Timer>();
  private last = 0;

  constructor(private readonly machine: Machine) {}

  /** The globals, to be guarded. */
  globals(): Record<string, (...args: never[]) => unknown> {
    return {
      setTimeout: (fn: unknown, delay: number, ...args: unknown[]) =>
        this.add(fn, delay, args, false),
      setInterval: (fn: unknown, delay: number, ...args: unknown[]) =>
        this.add(fn, delay, args, true),
      clearTimeout: (...ids: unknown[]) => this.clear("clearTimeout", ids),
      clearInterval: (...ids: unknown[]) => this.clear("clearInterval", ids),
      changeInterval: (id: number, every: number) => this.change(id, every),
    };
  }

  stop(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  private add(fn: unknown, delay: number, args: unknown[], repeats: boolean): number {
    if (typeof fn !== "function" && typeof fn !== "string") {
      throw new BoardError("Function or String not supplied!");
    }
    const wait = Math.max(repeats ? 1 : 0, Number(delay) || 0);
    const timer: Timer = { fn, args, every: repeats ? wait : 0, due: 0, cancel: () => {} };
    timer.due = this.machine.clock.now() + wait;
    const id = ++this.last;
    this.timers.set(id, timer);
    this.arm(id, timer);
    return id;
  }

  private arm(id: number, timer: Timer): void {
    const delay = Math.max(0, timer.due - this.machine.clock.now());
    timer.cancel = this.machine.clock.after(delay, () => this.fire(id, timer));
  }

  private fire(id: number, timer: Timer): void {
    if (timer.every > 0) {
      timer.due += timer.every;
      this.arm(id, timer);
    } else {
      this.timers.delete(id);
    }
    const { realm } = this.machine;
    this.machine.enter(() =>
      typeof timer.fn === "string"
        ? realm.run(timer.fn, "timer")
        : realm.call(timer.fn, timer.args),
    );
  }

  private clear(name: string, ids: unknown[]): void {
    if (ids.length === 0) {
      this.stop();
      return;
    }
    if (ids[0] === undefined) {
      throw new BoardError(`${name}(undefined) not allowed. Use ${name}() instead`);
    }
    const timer = this.timers.get(ids[0] as number);
    timer?.cancel();
    this.timers.delete(ids[0] as number);
  }

  private change(id: number, every: number): void {
    const timer = this.timers.get(id);
    if (!timer) throw new BoardError("Unknown Timeout or Interval");
    timer.cancel();
    timer.every = Math.max(1, every);
    timer.due = this.machine.clock.now() + timer.every;
    this.arm(id, timer);
  }
}
