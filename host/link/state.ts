/** What a board tells about the firmware it holds (docs/wire-format.md, 66/1). */
import { u32 } from "../../device/bytes.js";
import * as layout from "../../device/flash/layout.js";
import type { HealthRule } from "../suit/health-rule.js";
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
  /** Of a running trial: what its health rule still wants (8xx, 0 nothing), and the rule. */
  health?: { wants: number; rule: HealthRule };
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

/** Bytes of the configuration without which it is none; an answer holds those in front of the keys. */
const CONFIG_HEAD = layout.CONFIG_DEVICE + 16;

/**
 * Newer agents send their configuration and journal record as they stand in flash and leave the
 * reading to the host; older ones send each member by itself.
 */
export function runningState(answer: Answer): RunningState {
  const number = (key: string) => answer.integer(key) ?? 0;
  const config = page(answer.bytes("config"), CONFIG_HEAD, layout.CONFIG_MAGIC);
  const record = page(answer.bytes("state"), layout.RECORD, layout.RECORD_MAGIC);
  const id = (start: number, key: string) =>
    config?.slice(start, start + 16) ?? answer.bytes(key) ?? NOTHING;
  const isTrial = record?.[layout.PHASE] === layout.TRIAL;
  return {
    vendor: id(layout.CONFIG_VENDOR, "vendor_id"),
    class: id(layout.CONFIG_CLASS, "class_id"),
    device: id(layout.CONFIG_DEVICE, "device_id"),
    ...otherState(answer),
    slotSize: config ? u32(config, layout.CONFIG_SLOT_SIZE) : number("slot_size"),
    board: boardName(config) || (answer.text("board") ?? "").replaceAll("\0", ""),
    trial: record ? (isTrial ? record[layout.TRIALS] : 0) : number("trial"),
    floor: record ? u32(record, layout.FLOOR) : number("floor"),
    reason: record ? u32(record, layout.REASON) : number("reason"),
    refused: number("refused"),
    refusedAt: number("refused_at"),
    // A console that was left open has stepped aside for this very link (aside.ts).
    doors:
      number("doors") | (config && config[layout.CONFIG_FLAGS] & layout.FLAG_KEEP_CONSOLE ? 1 : 0),
    ...(isTrial && { health: healthOf(answer.bytes("health")) }),
    free: answer.integer("free") ?? -1,
    version: answer.text("version") ?? String(answer.integer("version") ?? ""),
  };
}

/** Five numbers of 32 bits: what is wanting, and the members of the rule (RULE_*). */
function healthOf(bytes: Uint8Array | undefined): RunningState["health"] {
  if (bytes?.length !== 20) return undefined;
  const [wants, app, link, free, seconds] = [0, 4, 8, 12, 16].map((at) => u32(bytes, at));
  return { wants, rule: { app: app === 1, link, free, seconds } };
}

/** Bytes as they stand in flash; undefined when they are none of these. */
function page(bytes: Uint8Array | undefined, size: number, magic: number): Uint8Array | undefined {
  return bytes && bytes.length >= size && bytes[0] === magic ? bytes : undefined;
}

function boardName(config: Uint8Array | undefined): string {
  const name = config?.subarray(layout.CONFIG_NAME, layout.CONFIG_NAME + layout.NAME_SIZE) ?? [];
  return String.fromCharCode(...name).replace(/[\0\xff]+$/, "");
}

export function otherState(answer: Answer): OtherState {
  return {
    sequence: answer.integer("sequence_number") ?? 0,
    digest: answer.bytes("digest") ?? NOTHING,
    slot: answer.integer("slot") ?? 0,
  };
}
