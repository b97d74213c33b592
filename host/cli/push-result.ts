/** How a push or a dry run ended: one JSON object, or lines, or an error with exit code 1. */
import { WAITING } from "../../device/errors.js";
import { describeError } from "../errors.js";
import { estimateSeconds } from "../estimate.js";
import type { Address } from "../link/address.js";
import type { Needs } from "../link/poll.js";
import type { DryRunResult, PushResult } from "../push-types.js";
import { reportAbout } from "../refusal-words.js";
import { draftAdvice } from "../suit/older-drafts.js";
import { safeJson } from "../suit/printable.js";
import { waitEvents } from "../suit/wait.js";
import { OutcomeError } from "./report.js";

interface Context {
  /** As it was published: what a report names is looked up in it. */
  envelope: Uint8Array;
  json: boolean;
  out: (line: string) => void;
}

const SENTENCES = {
  confirmed: "runs and is confirmed",
  already: "runs already; nothing was sent to flash",
  staged: "is staged; the board tries it after its reset",
};

/** @throws OutcomeError when the board did not take the update */
export function reportPush(result: PushResult, { envelope, json, out }: Context): void {
  const { outcome, sequence, bytesSent: bytes, seconds } = result;
  const figures = { outcome, sequence, bytes, seconds };
  if (outcome === "waiting") throw waiting(envelope, figures);
  if (outcome === "refused") throw refusal(result, envelope, { outcome });
  if (outcome === "reverted")
    throw failure(result, envelope, "The update was tried and reverted", figures);
  if (json) out(safeJson(figures, 0));
  else
    out(`Sequence ${sequence} ${SENTENCES[outcome]} (${bytes} bytes in ${seconds.toFixed(1)} s).`);
}

/** @throws OutcomeError when the board would not take the update */
export function reportDryRun(
  result: DryRunResult,
  { envelope, json, out, address }: Context & { address: Address },
): void {
  const { outcome, sequence } = result;
  const figures = { outcome, dryRun: true, sequence };
  if (outcome === "waiting") throw waiting(envelope, figures);
  if (outcome === "refused") throw refusal(result, envelope, figures);
  const needs = result.needs && needsOf(result.needs, address);
  if (json) out(safeJson({ ...figures, ...(needs && { needs }) }, 0));
  else if (!needs) out(`Sequence ${sequence} runs already; there is nothing to do.`);
  else for (const line of needsLines(sequence, needs)) out(line);
}

type NeedsView = Needs & { estimatedSeconds: number | null };

const needsOf = (needs: Needs, address: Address): NeedsView => ({
  ...needs,
  estimatedSeconds: estimateSeconds(needs, address),
});

function needsLines(sequence: number, needs: NeedsView): string[] {
  const { bytes, erases, slot, estimatedSeconds: seconds } = needs;
  const line = (name: string, value: number | null, unit: string) =>
    `  ${name.padEnd(10)}${value ?? "unknown"} ${unit}`;
  return [
    `Sequence ${sequence} would be accepted. Nothing was installed.`,
    line("to send", bytes, "bytes of payload"),
    line("to erase", erases, "blocks of 4096 bytes"),
    line("slot", slot, "bytes"),
    line("time", seconds, "s (estimated, not measured)"),
  ];
}

/** A refusal in the words of the board's report where there is one about it. */
function refusal(
  result: Pick<PushResult, "error" | "report">,
  envelope: Uint8Array,
  figures: Record<string, unknown>,
): OutcomeError {
  const view = reportAbout(result, envelope);
  if (view === null) return failure(result, envelope, "The update was refused", figures);
  const { code, sentence } = view;
  const { at = 0 } = result.error ?? {};
  return new OutcomeError(code, sentence, { ...figures, report: view }, at, draftAdvice(envelope));
}

function failure(
  { error }: Pick<PushResult, "error">,
  envelope: Uint8Array,
  what: string,
  figures: Record<string, unknown>,
): OutcomeError {
  const { code = 0, at, rc = 0 } = error ?? {};
  if (code > 0) {
    const { message } = describeError(code, at);
    return new OutcomeError(code, message, figures, at, draftAdvice(envelope));
  }
  return new OutcomeError("NO_REASON", `${what} without a reason (rc ${rc}).`, figures);
}

function waiting(envelope: Uint8Array, figures: Record<string, unknown>): OutcomeError {
  const events = waitEvents(envelope);
  const what = events.length > 0 ? events.join(" and ") : "an event that the manifest names";
  const sentence = `The board waits for ${what}; the release is not installed yet.`;
  return new OutcomeError(WAITING, sentence, { ...figures, waitsFor: events });
}
