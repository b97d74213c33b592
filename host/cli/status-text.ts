/** A board's state as a few lines for people. */

import type { Firmware, StatusReport } from "../status-report.js";
import { capabilityLines } from "../suit/capabilities.js";

const line = (name: string, text: string) => `${name.padEnd(13)}${text}`;

/** Not escaped yet: some of it is text from the board. */
export function statusLines(report: StatusReport): string[] {
  const { running, other, lastRevert } = report;
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
  lines.push(...refusalLines(report));
  const open = `OPEN: ${report.doors.join(", ")} (signing protects nothing while a door is open)`;
  lines.push(line("doors", report.doors.length > 0 ? open : report.secure ? "closed" : "unknown"));
  if (report.hardware.length > 0)
    lines.push(
      line("hardware", `whoever holds a ${report.profile} owns it: ${report.hardware.join("; ")}`),
    );
  return [...lines, ...abilityLines(report)];
}

/** The board's report tells more than the number; without one, or with another's, the number stands. */
function refusalLines({ lastRefusal, report }: StatusReport): string[] {
  const isBad = report !== null && "error" in report;
  const view = isBad ? null : report;
  const lines: string[] = [];
  const isAbout = view && !view.accepted && (!lastRefusal || lastRefusal.code === view.code);
  if (view?.accepted) lines.push(line("last attempt", view.sentence));
  if (isAbout) {
    lines.push(line("last refusal", `${view.code} ${view.sentence}`));
    lines.push(line("advice", view.advice ?? ""));
  } else if (lastRefusal) {
    const { code, at, message, advice } = lastRefusal;
    lines.push(line("last refusal", `${code} at ${at}: ${message}`), line("advice", advice));
  }
  if (isBad) lines.push(line("report", report.error));
  return lines;
}

function abilityLines({ capabilities }: StatusReport): string[] {
  if (capabilities === undefined) return [];
  if (capabilities === null) return [line("supports", "unknown; the board's agent does not tell")];
  if ("error" in capabilities) return [line("supports", capabilities.error)];
  return ["supports", ...capabilityLines(capabilities).map((each) => `  ${each}`)];
}
