import { Command } from "commander";
import { loadConfig } from "../author/config.js";
import { openSimulated, profileOf } from "../board/open.js";
import { dryRun } from "../dry-run.js";
import { SuitcaseError } from "../errors.js";
import { parseAddress } from "../link/address.js";
import { openLink } from "../link/open.js";
import { SmpClient } from "../link/smp.js";
import { calibrate, type Figure } from "../provision/calibrate.js";
import type { BoardConsole } from "../provision/console.js";
import { openConsole } from "../provision/open.js";
import { getBytes } from "../storage/fetch.js";
import { BOARD_FLAG, BOARD_HELP } from "./context.js";
import { throughOf } from "./provision-wire.js";
import { print, printJson } from "./report.js";

interface Flags {
  board: string;
  profile?: string;
  release?: string;
  through?: string;
  json?: boolean;
}

/** `suitcase calibrate`: what a board really takes, beside our estimates. */
export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("measure a board: a blank one by its console, a provisioned one by its agent")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--profile <name>", "the kind of board (default: suitcase.json's, or puckjs)")
    .option("--release <envelope>", "of a provisioned board: also how long it checks this release")
    .option("--through <way>", "`own` links, or the package `espruino` (default for ble:)")
    .option("--json", "print the figures as JSON")
    .action(async (flags: Flags) => {
      const profile = profileOf(flags.profile ?? loadConfig(undefined).config.board);
      const asked = await byConsole(flags, profile);
      const figures = asked ?? (await byAgent(flags));
      const way = asked ? "console" : "agent";
      if (flags.json) printJson({ board: flags.board, profile: profile.name, way, figures });
      else for (const line of block(profile.name, way, figures)) print(line);
    });
}

/** Undefined when the console is closed. */
async function byConsole(flags: Flags, profile: ReturnType<typeof profileOf>) {
  const console = await openIfOpen(flags);
  if (!console) return undefined;
  try {
    return await calibrate(console, profile);
  } finally {
    await console.close();
  }
}

/** Milliseconds until a port is free again. */
const PAUSE = 500;

async function openIfOpen(flags: Flags): Promise<BoardConsole | undefined> {
  if (parseAddress(flags.board).kind === "sim") return undefined;
  try {
    return await openConsole(flags.board, throughOf(flags));
  } catch (error) {
    if (!(error instanceof SuitcaseError) || error.name !== "console-silent") throw error;
    await new Promise((done) => setTimeout(done, PAUSE));
    return undefined;
  }
}

const ECHOES = 20;
const ECHO_SIZE = 64;

async function byAgent({ board, release }: Flags): Promise<Figure[]> {
  const connect = () => openLink(board, openSimulated);
  const client = new SmpClient(await connect());
  const figures: Figure[] = [];
  const measured = (what: string, unit: string, value: number) =>
    figures.push({ what, unit, measured: Number(value.toPrecision(3)), estimate: null });
  try {
    const start = Date.now();
    for (let i = 0; i < ECHOES; i++) await client.echo("x".repeat(ECHO_SIZE));
    const seconds = (Date.now() - start) / 1000;
    measured("agent, one request and its answer", "ms", (1000 * seconds) / ECHOES);
    measured("agent, each way", "bytes/s", (ECHOES * ECHO_SIZE) / seconds);
  } finally {
    await client.close();
  }
  if (release === undefined) return figures;
  let sent = 0;
  await dryRun({
    connect,
    envelope: await getBytes(release),
    onEvent: ({ type }) => {
      if (type === "checking") sent ||= Date.now();
    },
  });
  measured("agent, verify and judge the release", "ms", Date.now() - sent);
  return figures;
}

/** To be pasted into an issue. */
function block(profile: string, way: string, figures: Figure[]): string[] {
  const show = (value: number | null) => (value === null ? "-" : String(value));
  return [
    `### Calibration of a ${profile}, by its ${way}`,
    "",
    "| what | measured | estimate | unit |",
    "|---|---|---|---|",
    ...figures.map(
      ({ what, measured, estimate, unit, why }) =>
        `| ${what} | ${measured === null ? `not measured: ${why}` : show(measured)} | ${show(estimate)} | ${unit} |`,
    ),
  ];
}
