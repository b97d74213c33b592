/** How far an update is, in bytes, and how long the rest will take. */

export interface Figures {
  done: number;
  total: number;
  /** Bytes a second over the last seconds; 0 while there are none to tell. */
  rate: number;
  /** Seconds; null while nobody knows. */
  left: number | null;
}

/** Milliseconds over which the rate is taken, and the least that says something. */
const WINDOW = 5000;
const LEAST = 400;

export class Transfer {
  readonly #now: () => number;
  readonly #sizes: Map<string, number>;
  readonly #done = new Map<string, number>();
  #moved = 0;
  #samples: [at: number, moved: number][] = [];

  /**
   * @param files what the board may ask for, in its order: by URI, in bytes. What it passes over it has.
   */
  constructor(envelope: number, files: [uri: string, size: number][], now = Date.now) {
    this.#sizes = new Map([["", envelope], ...files]);
    this.#now = now;
  }

  /** @param uri empty for the envelope */
  progress(uri: string, done: number, total: number): void {
    const before = this.#done.get(uri);
    if (before === undefined) this.#passOver(uri);
    // where an object begins it has moved nothing: what the board had already does not count
    else if (done > before) this.#moved += done - before;
    this.#sizes.set(uri, total);
    this.#done.set(uri, done);
    const now = this.#now();
    this.#samples.push([now, this.#moved]);
    const old = this.#samples.findIndex(([at]) => now - at <= WINDOW);
    if (old > 0) this.#samples = this.#samples.slice(old);
  }

  /** The board asks for files in their order: those before this one it copies from what it runs. */
  #passOver(uri: string): void {
    if (!this.#sizes.has(uri)) return;
    for (const before of [...this.#sizes.keys()]) {
      if (before === uri) return;
      if (!this.#done.has(before)) this.#sizes.delete(before);
    }
  }

  /** The board has everything: what it did not ask for it did not need. */
  complete(): void {
    for (const uri of [...this.#sizes.keys()]) if (!this.#done.has(uri)) this.#sizes.delete(uri);
    for (const [uri, size] of this.#sizes) this.#done.set(uri, size);
  }

  /** A link that broke: the time without one is not part of the rate. */
  interrupt(): void {
    this.#samples = [];
  }

  get figures(): Figures {
    const total = sum(this.#sizes.values());
    const done = Math.min(sum(this.#done.values()), total);
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    const time = first && last ? last[0] - first[0] : 0;
    const rate = first && last && time >= LEAST ? ((last[1] - first[1]) * 1000) / time : 0;
    return { done, total, rate, left: rate > 0 ? (total - done) / rate : null };
  }
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, each) => all + each, 0);
