/** Time, real or under the control of a test. All times are in milliseconds. */
export interface Clock {
  now(): number;
  /** Calls `run` once, `delay` from now; the result cancels it. */
  after(delay: number, run: () => void): () => void;
}

export class RealClock implements Clock {
  now(): number {
    return Date.now();
  }

  after(delay: number, run: () => void): () => void {
    const timer = setTimeout(run, Math.min(delay, 0x7fffffff));
    return () => clearTimeout(timer);
  }
}

interface Entry {
  due: number;
  order: number;
  run: () => void;
}

/** Stands still until it is advanced; then runs what is due, in the order in which it is due. */
export class VirtualClock implements Clock {
  private time = 0;
  private order = 0;
  private readonly entries = new Set<Entry>();

  now(): number {
    return this.time;
  }

  after(delay: number, run: () => void): () => void {
    const entry = { due: this.time + Math.max(0, delay), order: this.order++, run };
    this.entries.add(entry);
    return () => this.entries.delete(entry);
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let entry = this.first(end); entry; entry = this.first(end)) {
      this.entries.delete(entry);
      this.time = entry.due;
      entry.run();
    }
    this.time = end;
  }

  private first(end: number): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.entries) {
      if (entry.due > end) continue;
      if (
        !first ||
        entry.due < first.due ||
        (entry.due === first.due && entry.order < first.order)
      ) {
        first = entry;
      }
    }
    return first;
  }
}
