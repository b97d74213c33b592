/** What a slot of a simulated board holds, read from its flash by its table (docs/flash-format.md). */
import * as layout from "../../device/flash/layout.js";
import type { SimBoard } from "./sim-board.js";

export interface Stored {
  bytes: Uint8Array;
  /** From the start of the slot. */
  at: number;
  role: number;
}

/** The components of the slot that the board runs, by index. */
export function storedComponents(sim: SimBoard): Stored[] {
  const record = sim.link.read(1).state as unknown as Uint8Array;
  const numbers = new Uint32Array(record.slice().buffer);
  const slot = sim.state().slot as number;
  const state = (layout.SLOT_STATE + slot * layout.SLOT_STATE_SIZE + layout.SLOT_TABLE) / 4;
  const bytes = sim.flash.snapshot().image.slice(sim.slotAt(slot), sim.slotAt(slot) + sim.slotSize);
  const word = (at: number) => new DataView(bytes.buffer).getUint32(at, true);
  const tableAt = numbers[state];
  const count = word(tableAt + layout.TABLE_COUNT) & 255;
  return Array.from({ length: count }, (_, i) => {
    const entry = tableAt + layout.TABLE_HEAD + i * layout.TABLE_ENTRY;
    const at = word(entry);
    return {
      at,
      bytes: bytes.slice(at, at + word(entry + layout.ENTRY_SIZE)),
      role: word(entry + layout.ENTRY_ROLE),
    };
  });
}
