/** A board's state as `status --json` prints it. */
import { describeError, SuitcaseError } from "./errors.js";
import type { Asked } from "./link/smp.js";
import type { OtherState, RunningState } from "./link/state.js";
import { type Capabilities, decodeCapabilities } from "./suit/capabilities.js";
import { hex as plainHex } from "./suit/diagnostic.js";
import { type ReportView, viewReport } from "./suit/report-words.js";

export interface Firmware {
  sequence: number;
  digest: string;
  slot: number;
}

interface Reason {
  code: number;
  at?: number;
  name: string;
  message: string;
  advice: string;
}

export interface StatusReport {
  board: string;
  sequence: number | null;
  slot: number | null;
  state: "confirmed" | "trial" | "none";
  trial: { boot: number } | null;
  running: Firmware | null;
  other: Firmware | null;
  floor: number | null;
  lastRevert: Reason | null;
  lastRefusal: Reason | null;
  /** The board's account of the last attempt, dry runs too; null when it gives none. */
  report: ReportView | BadAnswer | null;
  /** Doors that somebody left open. */
  doors: string[];
  /** Kind of board, and the ways past all checks that its hardware leaves open to whoever holds it. */
  profile: string;
  hardware: string[];
  secure: boolean;
  vendor: string;
  class: string;
  device: string;
  slotSize: number | null;
  agent: string;
  free: number | null;
  /** Only when asked for; null when the board does not tell. */
  capabilities?: CapabilitiesView | BadAnswer | null;
}

/** What a board told and nobody can read. */
export interface BadAnswer {
  raw: string;
  error: string;
}

export type CapabilitiesView = Capabilities & { raw: string };

/** What a board was asked for beside its state. */
export interface Told {
  report: Asked;
  capabilities?: Asked;
}

/** By bit of `doors`. */
const DOORS = ["console"];

/** @param hardware what the hardware of such a board leaves open (host/board/profiles.ts) */
export function statusReport(
  board: string,
  running: RunningState | null,
  other: OtherState | null,
  told: Told,
  hardware: string[],
): StatusReport {
  const doors = doorNames(running?.doors ?? 0);
  const { reason = 0, refused = 0, refusedAt = 0, trial = 0 } = running ?? {};
  return {
    board,
    sequence: running?.sequence ?? null,
    slot: running?.slot ?? null,
    state: running === null ? "none" : trial > 0 ? "trial" : "confirmed",
    trial: trial > 0 ? { boot: trial } : null,
    running: running && firmware(running),
    other: other && firmware(other),
    floor: running?.floor ?? null,
    lastRevert: reason ? describeError(reason) : null,
    lastRefusal: refused ? { ...describeError(refused), at: refusedAt } : null,
    report: read(told.report, viewReport),
    doors,
    profile: running?.board ?? "",
    hardware,
    // a board that runs nothing of ours protects nothing
    secure: running !== null && doors.length === 0,
    vendor: hex(running?.vendor),
    class: hex(running?.class),
    device: hex(running?.device),
    slotSize: running?.slotSize ?? null,
    agent: running?.version ?? "",
    free: running && running.free >= 0 ? running.free : null,
    ...(told.capabilities !== undefined && {
      capabilities: read(told.capabilities, viewCapabilities),
    }),
  };
}

const viewCapabilities = (bytes: Uint8Array): CapabilitiesView => ({
  ...decodeCapabilities(bytes),
  raw: hex(bytes),
});

/** A status is worth showing whatever the board says of its last attempt. */
function read<T>(asked: Asked, view: (bytes: Uint8Array) => T): T | BadAnswer | null {
  if (!(asked instanceof Uint8Array)) return null;
  try {
    return view(asked);
  } catch (error) {
    if (!(error instanceof SuitcaseError)) throw error;
    return { raw: hex(asked), error: error.message };
  }
}

function doorNames(bits: number): string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 31; bit++) {
    // a door this host does not know is still a door
    if ((bits >>> bit) & 1) names.push(DOORS[bit] ?? `door-${bit}`);
  }
  return names;
}

function firmware({ sequence, digest, slot }: OtherState): Firmware {
  return { sequence, digest: hex(digest), slot };
}

const hex = (bytes: Uint8Array | undefined) => plainHex(bytes ?? new Uint8Array(0));
