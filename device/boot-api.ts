/**
 * What the bootloader hands to the agent: the agent is a function's body, and this its parameter `$`.
 *
 * The bootloader is never updated, so this interface is a contract with every agent to come: it
 * only holds functions that the bootloader needs for itself, and the agent may bring its own in
 * place of any of them.
 */
import type { Port } from "./port/port.js";

export interface BootApi {
  port: Port;
  /** The configuration's bytes (flash/layout.ts, CONFIG_*). */
  settings: Uint8Array;
  /** The newest journal record, 128 bytes (flash/layout.ts, PHASE and following) ... */
  record: Uint8Array;
  /** ... and the same as 32 numbers. */
  numbers: Uint32Array;
  /** Appends `record` to the journal. */
  save(): void;
  /** Start of slot 0 or 1, bytes from the start of the region; slot 1 ends where slot 2 would start. */
  slotAt(slot: number): number;
  /** The table of a slot as 32-bit numbers (flash/slot.ts); throws SLOT_DAMAGED. */
  readTable(slot: number): Uint32Array;
  /** signature | public key | Sig_structure, as Port.verify takes it (suit/sig-structure.ts). */
  signedBlock(
    envelope: Uint8Array,
    digestAt: number,
    protectedAt: number,
    signatureAt: number,
    key: Uint8Array,
  ): Uint8Array;
  /** Ends a trial badly: the confirmed slot stays, the reason (REVERT_*) is recorded. */
  revert(reason: number): void;
  /** What bytes.ts has (shared.ts). */
  Bytes: typeof Uint8Array;
  characters: typeof String.fromCharCode;
  words(bytes: Uint8Array): Uint32Array;
  chars(bytes: Uint8Array, at: number, size: number): string;
  same(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, size: number): boolean;
  /** The slot that runs, 0 or 1; -1 when none is bootable. */
  running: number;
  /** False when the app is damaged and the agent runs alone. */
  appRuns: boolean;
  /** The app is held back for this boot, for an update that needs its memory. */
  isHeld: boolean;
  /** The start of the app has come to its end: it does not when memory or stack run out in it. */
  ended: boolean;
}
