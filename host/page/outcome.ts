/** How something that was done with a board ended, in words. */
import { describeError, isLinkFailure, SuitcaseError } from "../errors.js";
import { estimateSeconds } from "../estimate.js";
import { SmpError } from "../link/smp.js";
import type { DryRunResult, PushResult } from "../push-types.js";
import { reportAbout } from "../refusal-words.js";
import { draftAdvice } from "../suit/older-drafts.js";
import { waitEvents } from "../suit/wait.js";
import type { LinkKind } from "./chosen.js";
import type { Fit } from "./fit.js";
import { type Release, titleOf } from "./release.js";
import { shown } from "./shown.js";

export interface Outcome {
  tone: "good" | "bad" | "plain";
  title: string;
  text: string;
  advice: string;
  /** Milliseconds since 1970. */
  at: number;
}

const outcome = (tone: Outcome["tone"], title: string, text = "", advice = ""): Outcome => ({
  tone,
  title,
  text,
  advice,
  at: Date.now(),
});

const number = (value: number) => value.toLocaleString("en");

/** @param isResumed a release that runs already is then the one that was being installed */
export function pushOutcome(result: PushResult, release: Release, isResumed: boolean): Outcome {
  const title = titleOf(release.summary);
  const { bytesSent, seconds } = result;
  const figures = `${number(bytesSent)} bytes sent in ${seconds.toFixed(1)} s.`;
  switch (result.outcome) {
    case "confirmed":
      return outcome("good", `${title} runs and is confirmed`, figures);
    case "already":
      return isResumed
        ? outcome("good", `${title} runs and is confirmed`, "It was complete before you came back.")
        : outcome("good", `${title} runs already`, "There was nothing to do.");
    case "staged":
      return outcome(
        "plain",
        `${title} is on trial`,
        "The app on the board has not confirmed it yet.",
        "Connect again later to see how it ended.",
      );
    case "waiting":
      return waitingOutcome(release);
    case "reverted":
      return revertedOutcome(result, title);
    case "refused":
      return refusedOutcome(result, release, "The board refused the release");
  }
}

export function dryRunOutcome(result: DryRunResult, release: Release, kind: LinkKind): Outcome {
  const title = titleOf(release.summary);
  if (result.outcome === "refused")
    return refusedOutcome(result, release, "The board would refuse the release");
  if (result.outcome === "waiting") return waitingOutcome(release);
  if (result.outcome === "already")
    return outcome("good", `${title} runs already`, "There is nothing to do.");
  const { bytes = null, erases = null } = result.needs ?? {};
  const address =
    kind === "ble"
      ? ({ kind: "ble", name: "" } as const)
      : ({ kind: "serial", path: "", baud: 115200 } as const);
  const seconds = result.needs ? estimateSeconds(result.needs, address) : null;
  const parts = [
    ...(bytes === null ? [] : [`${number(bytes)} bytes to send`]),
    ...(erases === null ? [] : [`${erases} blocks of flash to erase`]),
    ...(seconds === null ? [] : [`about ${Math.max(1, Math.round(seconds))} s`]),
  ];
  return outcome(
    "good",
    `The board would take ${title.toLowerCase()}`,
    `${parts.join(", ")}${parts.length > 0 ? ". " : ""}Nothing was installed.`,
  );
}

function waitingOutcome({ envelope }: Release): Outcome {
  const events = waitEvents(envelope).map((event) => shown(event, 80));
  const what = events.length > 0 ? events.join(" and ") : "something that the release names";
  return outcome(
    "plain",
    "The board waits",
    `It has the release and waits for ${what}.`,
    "It goes on by itself; connect again later to see how it ended.",
  );
}

function revertedOutcome({ error }: Pick<PushResult, "error">, title: string): Outcome {
  const { code = 0 } = error ?? {};
  if (code === 0)
    return outcome(
      "bad",
      `${title} was taken back`,
      "The board gives no reason.",
      "Publish another.",
    );
  const { message, advice } = describeError(code);
  return outcome("bad", `${title} was tried and taken back`, message, advice);
}

function refusedOutcome(
  result: Pick<PushResult, "error" | "report">,
  { envelope }: Release,
  title: string,
): Outcome {
  const { code = 0, at, rc = 0 } = result.error ?? {};
  if (code === 0) return outcome("bad", title, `It gives no reason (rc ${rc}).`);
  const view = reportAbout(result, envelope);
  const { message, advice } = describeError(code, at);
  const older = draftAdvice(envelope);
  const words = view?.sentence ?? message;
  return outcome("bad", title, shown(words), older === undefined ? advice : `${older} ${advice}`);
}

/** What the page found out before it sent anything. */
export function fitOutcome({ sentence, advice, code }: Fit, release: Release): Outcome {
  const title = `${titleOf(release.summary)} is not for this board`;
  const isFor = code >= 320 && code <= 322;
  return outcome(
    "bad",
    isFor ? title : "This release is not sent",
    `${shown(sentence)} The page found this with the board's own checks; nothing was sent.`,
    advice,
  );
}

/** Link errors are written for a command line; on a page other things help. */
const TRY_AGAIN = "Go near the board, then choose Resume. It goes on where it stopped.";
const ADVICE: Record<string, string> = {
  "link-silent": "Is it a suitcase board, powered and near? Reset it, then connect again.",
  "not-a-suit-board":
    "It has no update service: it was never provisioned, or another board was chosen.",
  "dry-run-unknown": "Its agent is older than dry runs. Updating works all the same.",
  "storage-unreachable": "Check the network; what was loaded before is used without it.",
  interrupted: TRY_AGAIN,
};

export function errorOutcome(thrown: unknown, title: string): Outcome {
  const error = toSuitcaseError(thrown);
  const isLink = isLinkFailure(error) && error.name !== "link-silent";
  const advice = ADVICE[error.name] ?? (isLink ? TRY_AGAIN : error.advice);
  return outcome("bad", title, shown(error.message), advice);
}

export function toSuitcaseError(thrown: unknown): SuitcaseError {
  if (thrown instanceof SuitcaseError) return thrown;
  if (thrown instanceof SmpError)
    return new SuitcaseError(thrown.error ?? "NOT_A_SUIT_BOARD", undefined, { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SuitcaseError("INTERNAL", message, { cause: thrown });
}
