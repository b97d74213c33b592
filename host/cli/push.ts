import { Command } from "commander";
import { describeError } from "../errors.js";
import { openLink } from "../link/open.js";
import { push } from "../push.js";
import type { PushEvent, PushResult } from "../push-types.js";
import { getBytes } from "../storage/fetch.js";
import { payloadLocation } from "../storage/resolve.js";
import { draftAdvice } from "../suit/older-drafts.js";
import {
  BOARD_FLAG,
  BOARD_HELP,
  type BoardOptions,
  type LinkContext,
  linkContext,
} from "./context.js";
import { ProgressBar } from "./progress.js";
import { OutcomeError } from "./report.js";

interface PushFlags extends BoardOptions {
  wait: boolean;
}

export function pushCommand(given: Partial<LinkContext> = {}): Command {
  const context = linkContext(given);
  return new Command("push")
    .description("update a board; run it again to resume")
    .argument("<envelope>", "a .suit file or its http(s) address")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--no-wait", "done as soon as the update is staged")
    .option("--json", "print one JSON object")
    .action((location: string, flags: PushFlags) => runPush(location, flags, context));
}

async function runPush(location: string, { board, json, wait }: PushFlags, context: LinkContext) {
  const envelope = await getBytes(location);
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const onSignal = () => interrupt.abort();
  process.once("SIGINT", onSignal);
  const show = new PushDisplay(context);
  try {
    const result = await push({
      connect: () => openLink(board, context.openSimulated),
      envelope,
      fetchPayload: (uri) => getBytes(payloadLocation(location, uri), { signal }),
      onEvent: (event) => show.event(event),
      signal,
      wait,
      ...(context.timing ? { limits: { timing: context.timing } } : {}),
    });
    show.end();
    report(result, json === true, context, draftAdvice(envelope));
  } finally {
    show.end();
    process.off("SIGINT", onSignal);
  }
}

const SENTENCES: Record<PushResult["outcome"], string> = {
  confirmed: "runs and is confirmed",
  already: "runs already; nothing was sent to flash",
  staged: "is staged; the board tries it after its reset",
  refused: "was refused",
  reverted: "was tried and reverted",
};

function report(
  result: PushResult,
  json: boolean,
  { out }: LinkContext,
  hint: string | undefined,
): void {
  const { outcome, sequence, bytesSent: bytes, seconds } = result;
  if (outcome === "refused" || outcome === "reverted") throw failure(result, outcome, hint);
  if (json) out(JSON.stringify({ outcome, sequence, bytes, seconds }));
  else
    out(`Sequence ${sequence} ${SENTENCES[outcome]} (${bytes} bytes in ${seconds.toFixed(1)} s).`);
}

function failure(
  { sequence, bytesSent: bytes, seconds, error }: PushResult,
  outcome: "refused" | "reverted",
  hint: string | undefined,
): OutcomeError {
  const figures = outcome === "refused" ? { outcome } : { outcome, sequence, bytes, seconds };
  const { code = 0, at, rc = 0 } = error ?? {};
  if (code > 0) return new OutcomeError(code, describeError(code, at).message, figures, at, hint);
  const detail = `The update ${SENTENCES[outcome]} without a reason (rc ${rc}).`;
  return new OutcomeError("NO_REASON", detail, figures);
}

function sentence(event: Exclude<PushEvent, { type: "envelope" | "payload" }>): string {
  switch (event.type) {
    case "connected":
      return `Connected to ${event.board}.`;
    case "running":
      return `Sequence ${event.state.sequence} runs there.`;
    case "checking":
      return "The board checks the manifest.";
    case "wanted":
      return `The board asks for ${JSON.stringify(event.uri)}.`;
    case "staged":
      return "Staged; the board resets.";
    case "trial":
      return `On trial, boot ${event.boot}.`;
    case "setback":
      return `${event.reason.message} Going on.`;
  }
}

/** Events as lines and bars. */
class PushDisplay {
  readonly #context: LinkContext;
  #bar: ProgressBar | null = null;
  #label = "";

  constructor(context: LinkContext) {
    this.#context = context;
  }

  event(event: PushEvent): void {
    if (event.type === "envelope") this.#progress("envelope", event.done, event.total);
    else if (event.type === "payload") this.#progress(event.uri, event.done, event.total);
    else this.#say(sentence(event));
  }

  end(): void {
    this.#bar?.end();
    this.#bar = null;
    this.#label = "";
  }

  #say(text: string): void {
    this.end();
    this.#context.err.write(`${text}\n`);
  }

  #progress(label: string, done: number, total: number): void {
    if (label !== this.#label) {
      this.end();
      // a URI comes from the board: shown as text, and short
      const name = label.replace(/[^ -~]/g, "?").slice(-24);
      this.#bar = new ProgressBar(name, this.#context.err);
      this.#label = label;
    }
    this.#bar?.update(done, total);
  }
}
