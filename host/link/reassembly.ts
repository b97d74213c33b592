/**
 * Packets out of the pieces that BLE carries: cut anywhere, put together by the length in the packet's
 * header. Nothing marks the first piece, so what is lost must not shift what follows: a packet whose
 * next piece does not come in time is forgotten, and a piece that cannot start an answer is dropped.
 */
import { HEADER_SIZE } from "./packet.js";

/** Milliseconds: pieces of a packet follow each other within a few connection intervals. */
export const PIECE_TIMEOUT = 400;
/** No board answers with more than this. */
const MAX_PACKET = 4096;

export class Reassembly {
  readonly #now: () => number;
  #packet = new Uint8Array(0);
  #filled = 0;
  #last = 0;

  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  /** Takes a piece; gives the packet that it completes. */
  push(piece: Uint8Array): Uint8Array | null {
    const now = this.#now();
    if (now - this.#last > PIECE_TIMEOUT) this.#filled = 0;
    this.#last = now;
    if (this.#filled === 0 && !this.#start(piece)) return null;
    const room = this.#packet.length - this.#filled;
    if (piece.length > room) {
      // not the rest of this packet: perhaps the start of the next
      this.#filled = 0;
      return this.#start(piece) ? this.push(piece) : null;
    }
    this.#packet.set(piece, this.#filled);
    this.#filled += piece.length;
    if (this.#filled < this.#packet.length) return null;
    this.#filled = 0;
    return this.#packet;
  }

  /** False for what is no beginning of an answer. */
  #start(piece: Uint8Array): boolean {
    if (piece.length < HEADER_SIZE) return false;
    const size = HEADER_SIZE + (piece[2] as number) * 256 + (piece[3] as number);
    const isAnswer = ((piece[0] as number) & 5) === 1;
    if (!isAnswer || size > MAX_PACKET || piece.length > size) return false;
    this.#packet = new Uint8Array(size);
    return true;
  }
}
