/**
 * What the bootloader hands to the agent, as the global `suitcase`, before it runs it. The agent
 * takes it and puts the app's interface in its place.
 *
 * The bootloader is never updated, so this interface is a contract with every agent to come: it
 * only holds functions that the bootloader needs for itself, and the agent may bring its own in
 * place of any of them.
 */
import type { Port } from "./port/port.js";

/** A slot as the journal knows it. */
export interface SlotState {
  /** Sequence number of the manifest. */
  sequence: number;
  /** Offset of the slot table in the slot; 0 while nothing complete lies in it. */
  tableAt: number;
  /** SHA-256 of the manifest (with its bstr head), 32 bytes; zeros for an empty slot. */
  digest: Uint8Array;
}

/** The whole state of a board, as one journal record holds it. */
export interface State {
  /** SETTLED, STAGED or TRIAL (flash/journal.ts). */
  phase: number;
  /** The confirmed slot, 0 or 1. The other one is the target of the next update. */
  active: number;
  /** Boots of the running trial, counted before the app is parsed. */
  trials: number;
  /** Why the last trial ended without confirmation (REVERT_*), or 0. */
  reason: number;
  /** The highest sequence number ever staged: nothing below it is accepted again. */
  floor: number;
  slots: SlotState[];
}

export interface BootApi {
  port: Port;
  /** The configuration's bytes (flash/layout.ts, CONFIG_*). */
  config: Uint8Array;
  state: State;
  /** Appends `state` to the journal. */
  save(): void;
  /** Start of slot 0 or 1, bytes from the start of the region. */
  slotAt(slot: number): number;
  /** Checks all bytes of a slot; throws SLOT_DAMAGED or SIGNATURE_INVALID. */
  check(slot: number): void;
  /** The slot that runs, 0 or 1; -1 when none is bootable. */
  running: number;
  /** Set by the agent: called by the bootloader when the app threw while it was started. */
  failed?: (error: unknown) => void;
}
