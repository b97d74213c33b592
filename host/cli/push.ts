import { Command } from "commander";
import { loadConfig } from "../author/config.js";
import { dryRun } from "../dry-run.js";
import { SuitcaseError } from "../errors.js";
import { parseAddress } from "../link/address.js";
import { openLink } from "../link/open.js";
import { manifestFacts } from "../link/strip.js";
import { askManifestUri } from "../pull.js";
import { push } from "../push.js";
import { getBytes } from "../storage/fetch.js";
import { pulledLocation } from "../storage/manifest-uri.js";
import { payloadLocation } from "../storage/resolve.js";
import { printable } from "../suit/printable.js";
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
  from?: string;
  dryRun?: boolean;
}

export function pushCommand(given: Partial<LinkContext> = {}): Command {
  const context = linkContext(given);
  return new Command("push")
    .description("update a board; run it again to resume")
    .argument(
      "[envelope]",
      "a .suit file or its http(s) address; without it the project's storage, or the board, is asked",
    )
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--from <url>", "the storage in which lies what the board names")
    .option("--dry-run", "ask for the board's verdict and what it would take; installs nothing")
    .option("--no-wait", "done as soon as the update is staged")
    .option("--json", "print one JSON object")
    .action((given: string | undefined, flags: PushFlags) =>
      runPush(given ?? fromStorage(flags), flags, context),
    );
}

/** The newest release of the project that is worked in, if it says where releases are served. */
function fromStorage({ from }: PushFlags): string | undefined {
  const { storage } = loadConfig().config;
  if (storage === undefined || from !== undefined) return undefined;
  return new URL("app.suit", storage.replace(/\/?$/, "/")).href;
}

/** Where the envelope is that the board itself names. */
async function pulled({ board, from }: PushFlags, context: LinkContext): Promise<string> {
  const connect = () => openLink(board, context.openSimulated);
  const location = pulledLocation(await askManifestUri(connect, context.timing), from);
  context.err.write(`${printable(location)}\n`);
  return location;
}

async function runPush(given: string | undefined, flags: PushFlags, context: LinkContext) {
  const { board, wait } = flags;
  const json = flags.json === true;
  const location = given ?? (await pulled(flags, context));
  const envelope = await getBytes(location);
  // What a board made us fetch must not become a way to read what is no release.
  if (given === undefined && !(await manifestFacts(envelope)))
    throw new SuitcaseError("STORAGE_ANSWER", `What lies at ${location} is no envelope.`);
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
