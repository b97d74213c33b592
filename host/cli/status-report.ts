/** A board's state as `status` prints it: one object for scripts, a few lines for people. */
import { loadProfile, profileNames } from "../board/profiles.js";
import { describeError } from "../errors.js";
import type { OtherState, RunningState } from "../link/state.js";

interface Firmware {
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
}

/** By bit of `doors`. */
const DOORS = ["console"];

export function statusReport(
  board: string,
  running: RunningState | null,
  other: OtherState | null,
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
    doors,
    profile: running?.board ?? "",
    hardware: hardwareDoors(running?.board ?? ""),
    // a board that runs nothing of ours protects nothing
    secure: running !== null && doors.length === 0,
    vendor: hex(running?.vendor),
    class: hex(running?.class),
    device: hex(running?.device),
    slotSize: running?.slotSize ?? null,
    agent: running?.version ?? "",
    free: running && running.free >= 0 ? running.free : null,
  };
}

export function statusText(report: StatusReport): string {
  const { running, other, lastRevert, lastRefusal } = report;
  const line = (name: string, text: string) => `${name.padEnd(13)}${text}`;
  const show = ({ sequence, slot, digest }: Firmware) =>
    `sequence ${sequence} in slot ${"AB"[slot] ?? slot}, manifest ${digest.slice(0, 16)}`;
  const state = report.trial ? `trial, boot ${report.trial.boot}` : report.state;
  const lines = [line("board", report.board), line("state", state)];
  if (running) lines.push(line("running", show(running)));
  if (other) lines.push(line("other slot", show(other)));
  if (running) {
    lines.push(line("floor", `sequence ${report.floor}`));
    lines.push(line("device", report.device));
    lines.push(line("vendor", `${report.vendor}, class ${report.class}`));
    lines.push(line("slot size", `${report.slotSize} bytes`));
    lines.push(line("agent", `${report.agent}, ${report.free ?? "unknown"} free`));
  }
  if (lastRevert) lines.push(line("last revert", `${lastRevert.code} ${lastRevert.message}`));
  if (lastRefusal) {
    const { code, at, message } = lastRefusal;
    lines.push(line("last refusal", `${code} at ${at}: ${message}`));
  }
  const open = `OPEN: ${report.doors.join(", ")} (signing protects nothing while a door is open)`;
  lines.push(line("doors", report.doors.length > 0 ? open : report.secure ? "closed" : "unknown"));
  if (report.hardware.length > 0)
    lines.push(
      line("hardware", `whoever holds a ${report.profile} owns it: ${report.hardware.join("; ")}`),
    );
  return lines.join("\n");
}

function hardwareDoors(profile: string): string[] {
  return profileNames().includes(profile) ? loadProfile(profile).doors : [];
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

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}
