/**
 * When are two flash images the same to the bootloader and the agent? When
 *
 * - the newest journal record says the same, but for its number, and as many records fit behind it;
 * - a slot that is complete, according to that record, holds the same bytes;
 * - a slot that is being received has the same last block that is not blank, and the same bytes in the
 *   blocks before it (that block is erased before anything else is written to it);
 * - and nothing is asked of the bytes of a slot of which the record says that it is being erased.
 *
 * That is a claim about the code. The closure checks it: it runs images that it took for the same, and
 * compares what they do (explore.ts).
 */
import { createHash } from "node:crypto";
import {
  BLOCK,
  JOURNAL_AT,
  RECORD,
  SLOTS_AT,
  TABLE_ENTRY,
  TABLE_HEAD,
} from "../../../device/flash/layout.js";
import { blockOf, type FlashState } from "./flash-state.js";
import {
  type JournalRecord,
  newestOf,
  PLACES,
  type Place,
  readPlace,
  roomBehind,
} from "./journal-view.js";

const BLANK = Buffer.alloc(BLOCK, 255);

export class Keyer {
  private places: (Place | undefined)[] = new Array(PLACES).fill(undefined);
  private hashes: (string | undefined)[];
  private image: Uint8Array;
  private read: { record: JournalRecord | undefined; room: number } | undefined;

  /**
   * @param slotBlocks blocks of a slot
   * @param nameOf a readable name for the bytes of a slot, by the hashes of its blocks
   */
  constructor(
    image: Uint8Array,
    private readonly slotBlocks: number,
    private readonly nameOf: (hashes: string) => string,
  ) {
    this.image = image;
    this.hashes = new Array(image.length / BLOCK).fill(undefined);
  }

  /** Puts bytes into the image, and what is known about them aside; gives what undoes it. */
  patch(at: number, bytes: Uint8Array): () => void {
    const old = this.image.slice(at, at + bytes.length);
    const { places, hashes, read } = this;
    this.image.set(bytes, at);
    if (at >= SLOTS_AT) {
      this.hashes = hashes.slice();
      for (let i = blockOf(at); i <= blockOf(at + bytes.length - 1); i++)
        this.hashes[i] = undefined;
    } else {
      this.places = places.slice();
      this.read = undefined;
      const first = Math.floor((at - JOURNAL_AT) / RECORD);
      for (let i = first; JOURNAL_AT + i * RECORD < at + bytes.length; i++)
        this.places[i] = undefined;
    }
    return () => {
      this.image.set(old, at);
      this.places = places;
      this.hashes = hashes;
      this.read = read;
    };
  }

  /** The newest record, and the room behind it. */
  journal(): { record: JournalRecord | undefined; room: number } {
    if (this.read) return this.read;
    for (let i = 0; i < PLACES; i++) this.places[i] ??= readPlace(this.image, i);
    const places = this.places as Place[];
    const newest = newestOf(places);
    const record = places[newest] as JournalRecord | undefined;
    this.read = { record, room: newest < 0 ? 0 : roomBehind(places, newest) };
    return this.read;
  }

  /** Do the bytes of a range not matter to the class, whatever they are? */
  ignores(at: number, length: number): boolean {
    const { record } = this.journal();
    if (!record || at < SLOTS_AT) return false;
    const slot = Math.floor((at - SLOTS_AT) / (this.slotBlocks * BLOCK));
    const { sequence, tableAt } = record.slots[slot] ?? { tableAt: 1 };
    if (tableAt) return false;
    if (!sequence) return true;
    const last = this.lastOf(slot);
    return last > 0 && blockOf(at) >= last && blockOf(at + length - 1) === last;
  }

  /** The class of the image without the room in its journal; `extra` is part of it. */
  key(weak: readonly number[] = []): string {
    const { record } = this.journal();
    if (!record) return "no journal";
    const { phase, active, trials, floor, reason, slots } = record;
    const parts = slots.map((slot, i) => this.slotKey(i, slot.sequence, slot.tableAt, slot.digest));
    const places = weak.map((at) => ` weak${blockOf(at)}`).join("");
    return `p${phase} a${active} t${trials} f${floor} r${reason} ${parts.join(" ")}${places}`;
  }

  private slotKey(slot: number, sequence: number, tableAt: number, digest: string): string {
    const of = `${sequence}@${tableAt}/${digest.slice(0, 8)}`;
    if (!tableAt && !sequence) return of;
    const first = blockOf(SLOTS_AT) + slot * this.slotBlocks;
    if (tableAt) return `${of}=${this.nameOf(this.hashesOf(first, this.blocksOf(tableAt)))}`;
    const last = this.lastOf(slot);
    return `${of}>${last}:${this.nameOf(this.hashesOf(first, last))}`;
  }

  /** The last block of a slot that is not blank; 0 when all are. */
  private lastOf(slot: number): number {
    const first = blockOf(SLOTS_AT) + slot * this.slotBlocks;
    let last = this.slotBlocks - 1;
    while (last > 0 && this.isBlank(first + last)) last--;
    return last;
  }

  /** Blocks of a slot as far as its table, that of two components. */
  private blocksOf(tableAt: number): number {
    return Math.min(blockOf(tableAt + TABLE_HEAD + 2 * TABLE_ENTRY + 3) + 1, this.slotBlocks);
  }

  private hashesOf(first: number, count: number): string {
    let joined = "";
    for (let i = first; i < first + count; i++) {
      this.hashes[i] ??= createHash("sha1")
        .update(this.image.subarray(i * BLOCK, (i + 1) * BLOCK))
        .digest("base64");
      joined += this.hashes[i];
    }
    return joined;
  }

  private isBlank(block: number): boolean {
    return BLANK.compare(this.image, block * BLOCK, (block + 1) * BLOCK) === 0;
  }
}

/** How many places are left, as far as it matters to undecided cells: they matter to the next record. */
const NEAR = 2;

/** The key of a state: that of its bytes, or of both readings when they differ. */
export function keyOf(state: FlashState, keyer: Keyer): string {
  const { unstable, weak } = state;
  const ones = keyer.key(weak);
  if (!unstable) return ones;
  const { room } = keyer.journal();
  const bytes = state.image.subarray(unstable.at, unstable.at + unstable.mask.length);
  const undo = keyer.patch(
    unstable.at,
    bytes.map((byte, i) => byte & ~unstable.mask[i]),
  );
  const zeros = keyer.key(weak);
  const other = keyer.journal().room;
  undo();
  if (zeros === ones && room === other) return ones;
  const rooms = [Math.min(room, NEAR), Math.min(other, NEAR), Math.sign(room - other)];
  return `unstable[${ones}|${zeros}|${rooms}]`;
}
