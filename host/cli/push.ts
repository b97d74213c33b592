import { Command } from "commander";
import { loadConfig } from "../author/config.js";
import { dryRun } from "../dry-run.js";
import { SuitcaseError } from "../errors.js";
import { parseAddress } from "../link/address.js";
import { openLink } from "../link/open.js";
import { push } from "../push.js";
import { getBytes } from "../storage/fetch.js";
import { payloadLocation } from "../storage/resolve.js";
import {
  BOARD_FLAG,
  BOARD_HELP,
  type BoardOptions,
  type LinkContext,
  linkContext,
} from "./context.js";
import { PushDisplay } from "./push-display.js";
import { reportDryRun, reportPush } from "./push-result.js";

interface PushFlags extends BoardOptions {
  wait: boolean;
  dryRun?: boolean;
}

export function pushCommand(given: Partial<LinkContext> = {}): Command {
  const context = linkContext(given);
  return new Command("push")
    .description("update a board; run it again to resume")
    .argument(
      "[envelope]",
      "a .suit file or its http(s) address (default: app.suit in the storage)",
    )
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--dry-run", "ask for the board's verdict and what it would take; installs nothing")
    .option("--no-wait", "done as soon as the update is staged")
    .option("--json", "print one JSON object")
    .action((location: string | undefined, flags: PushFlags) =>
      runPush(location ?? fromStorage(), flags, context),
    );
}

/** The newest release of the project that is worked in. */
function fromStorage(): string {
  const { storage } = loadConfig().config;
  if (storage === undefined)
    throw new SuitcaseError("BAD_USAGE", "No envelope is named, and suitcase.json has no storage");
  return new URL("app.suit", storage.replace(/\/?$/, "/")).href;
}

async function runPush(location: string, flags: PushFlags, context: LinkContext) {
  const { board, wait } = flags;
  const json = flags.json === true;
  const envelope = await getBytes(location);
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const onSignal = () => interrupt.abort();
  process.once("SIGINT", onSignal);
  const show = new PushDisplay(context);
  const { timing, limits } = context;
  const options = {
    connect: () => openLink(board, context.openSimulated),
    envelope,
    onEvent: show.event.bind(show),
    signal,
    limits: { ...limits, ...(timing && { timing }) },
  };
  try {
    if (flags.dryRun) {
      const result = await dryRun(options);
      show.end();
      reportDryRun(result, { envelope, json, out: context.out, address: parseAddress(board) });
      return;
    }
    const fetchPayload = (uri: string) => getBytes(payloadLocation(location, uri), { signal });
    const result = await push({ ...options, fetchPayload, wait });
    show.end();
    reportPush(result, { envelope, json, out: context.out });
  } finally {
    show.end();
    process.off("SIGINT", onSignal);
  }
}
