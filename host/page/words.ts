/** A board's state in plain words. */
import type { Firmware, StatusReport } from "../status-report.js";
import type { Board } from "./board.js";
import { type Release, titleOf } from "./release.js";
import { shown } from "./shown.js";

export type Tone = "good" | "bad" | "busy" | "plain";

/** A firmware by the name of the release that it is, or else by its number. */
export function firmwareName({ digest, sequence }: Firmware, releases: Release[]): string {
  const release = releases.find(({ summary }) => summary.digest === digest);
  if (release) return titleOf(release.summary);
  return sequence === 0 ? "Factory firmware" : `Release ${sequence}`;
}

export const slotLetter = (slot: number): string => "AB"[slot] ?? String(slot);

/** What runs there, in a few words. */
export function runningLine({ running, trial }: StatusReport, releases: Release[]): string {
  if (running === null) return "Tells nothing of itself";
  const how = trial ? `on trial, boot ${trial.boot}` : "confirmed";
  return `${firmwareName(running, releases)}, ${how}`;
}

/** One line for the list of boards. */
export function boardLine(board: Board, releases: Release[]): { tone: Tone; text: string } {
  const { phase, job, report } = board;
  const { outcome } = board.record;
  if (phase === "connecting") return { tone: "busy", text: "Connecting…" };
  if (phase === "working" && job) return { tone: "busy", text: workLine(board) };
  if (phase === "interrupted") return { tone: "bad", text: "Update interrupted" };
  if (outcome?.tone === "bad") return { tone: "bad", text: outcome.title };
  const line = report ? runningLine(report, releases) : "";
  if (phase === "off") return { tone: "plain", text: line || "Not connected" };
  return { tone: "good", text: line };
}

function workLine({ job }: Board): string {
  if (job?.isDry) return "Checking";
  if (job?.step === "restart") return "Restarting";
  if (job?.step === "trial") return "On trial";
  const { done, total } = job?.figures ?? { done: 0, total: 0 };
  return `Updating, ${total === 0 ? 0 : Math.floor((100 * done) / total)} %`;
}

export interface Security {
  /** Null: nobody can tell. */
  isSecure: boolean | null;
  title: string;
  text: string;
}

const DOORS: Record<string, string> = { console: "the console" };

export function securityOf({ running, doors, hardware }: StatusReport): Security {
  if (running === null)
    return {
      isSecure: null,
      title: "Unknown",
      text: "The board tells nothing of itself, so nobody can say what is open.",
    };
  if (doors.length > 0) {
    const open = doors.map((door) => DOORS[door] ?? shown(door, 30)).join(" and ");
    return {
      isSecure: false,
      title: `Not secure: ${open} ${doors.length > 1 ? "are" : "is"} open`,
      text: "Whoever reaches it can replace everything there, whatever is signed. Provision the board again to close it.",
    };
  }
  const holder = hardware.map((door) => shown(door, 80)).join("; ");
  return {
    isSecure: true,
    title: "No door is open",
    text: holder === "" ? "" : `Whoever holds the board in hand owns it all the same: ${holder}.`,
  };
}

/** Why the board refused or took back something, and what to do: none, one or two paragraphs. */
export function troubles(report: StatusReport): { title: string; text: string; advice: string }[] {
  const { lastRefusal, lastRevert, report: told } = report;
  const view = told && !("error" in told) && !told.accepted ? told : null;
  const found = [];
  if (lastRevert)
    found.push({
      title: "The last update was taken back",
      text: lastRevert.message,
      advice: lastRevert.advice,
    });
  if (view)
    found.push({
      title: "Last refusal",
      text: shown(view.sentence),
      advice: view.advice ?? "",
    });
  else if (lastRefusal)
    found.push({
      title: "Last refusal",
      text: lastRefusal.message,
      advice: lastRefusal.advice,
    });
  return found;
}
