/** What a board tells about the firmware it holds (docs/wire-format.md, 66/1). */
import type { Answer } from "./packet.js";

export const ROLE_RUNNING = 32;
export const ROLE_OTHER = 33;

/** What runs on the board (role 32). */
export interface RunningState {
  vendor: Uint8Array;
  class: Uint8Array;
  device: Uint8Array;
  sequence: number;
  digest: Uint8Array;
  slot: number;
  slotSize: number;
  /** 0, or the number of this trial boot. */
  trial: number;
  floor: number;
  /** Why the last trial was reverted, or 0. */
  reason: number;
  refused: number;
  refusedAt: number;
  doors: number;
  /** Name of the profile that the board was provisioned for; empty when it does not say. */
  board: string;
  free: number;
  version: string;
}

/** A whole firmware in the other slot (role 33). */
export interface OtherState {
  sequence: number;
  digest: Uint8Array;
  slot: number;
}

const NOTHING = new Uint8Array(0);

export function runningState(answer: Answer): RunningState {
  const number = (key: string) => answer.integer(key) ?? 0;
  return {
    vendor: answer.bytes("vendor_id") ?? NOTHING,
    class: answer.bytes("class_id") ?? NOTHING,
    device: answer.bytes("device_id") ?? NOTHING,
    ...otherState(answer),
    slotSize: number("slot_size"),
    board: (answer.text("board") ?? "").replaceAll("\0", ""),
    trial: number("trial"),
    floor: number("floor"),
    reason: number("reason"),
    refused: number("refused"),
    refusedAt: number("refused_at"),
    doors: number("doors"),
    free: answer.integer("free") ?? -1,
    version: answer.text("version") ?? String(answer.integer("version") ?? ""),
  };
}

export function otherState(answer: Answer): OtherState {
  return {
    sequence: answer.integer("sequence_number") ?? 0,
    digest: answer.bytes("digest") ?? NOTHING,
    slot: answer.integer("slot") ?? 0,
  };
}
