/**
 * All that is random about a case is a string of bytes that fast-check makes and, when a case fails,
 * shrinks. A choice that is 0 is the plainest one, and so is every choice behind the end: a shorter
 * string is a simpler case.
 */
export class Choices {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  #byte(): number {
    return this.bytes[this.#at++] ?? 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return (limit > 64 ? this.#byte() * 256 + this.#byte() : this.#byte()) % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** True about once in `rarity` times. */
  rarely(rarity: number): boolean {
    return this.#byte() >= 256 - 256 / rarity;
  }

  /** Bytes as they come. */
  take(size: number): Uint8Array {
    return Uint8Array.from({ length: size }, () => this.#byte());
  }
}
