#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { openSimulated } from "../board/open.js";
import { buildCommand } from "./build.js";
import { calibrateCommand } from "./calibrate.js";
import { initCommand } from "./init.js";
import { inspectCommand } from "./inspect.js";
import { keygenCommand } from "./keygen.js";
import { confirmCommand, rebootCommand, revertCommand } from "./orders.js";
import { packCommand } from "./pack.js";
import { provisionCommand } from "./provision.js";
import { publishCommand } from "./publish.js";
import { pushCommand } from "./push.js";
import { reportError } from "./report.js";
import { serveCommand } from "./serve.js";
import { simCommand } from "./sim.js";
import { statusCommand } from "./status.js";
import { unprovisionCommand } from "./unprovision.js";
import { verifyCommand } from "./verify.js";

const link = { openSimulated };

/** Every subcommand, in the order of --help. */
const COMMANDS: (() => Command)[] = [
  initCommand,
  keygenCommand,
  buildCommand,
  packCommand,
  inspectCommand,
  verifyCommand,
  publishCommand,
  () => serveCommand(link),
  simCommand,
  provisionCommand,
  unprovisionCommand,
  calibrateCommand,
  () => pushCommand(link),
  () => statusCommand(link),
  () => confirmCommand(link),
  () => revertCommand(link),
  () => rebootCommand(link),
];

/** From build/host/cli/ up to the package. */
const PACKAGE = new URL("../../../package.json", import.meta.url);

/** Makes commander throw instead of exiting, and keep its own error texts to itself. */
function quieten(command: Command): Command {
  command.exitOverride().configureOutput({ outputError: () => {} });
  for (const child of command.commands) quieten(child);
  return command;
}

function createProgram(): Command {
  const program = new Command("suitcase")
    .description("signed, power-fail-safe firmware update for boards that run JavaScript")
    // `suitcase pack --version 1.2.0` is the release's, `suitcase --version` our own.
    .enablePositionalOptions()
    .version(JSON.parse(readFileSync(PACKAGE, "utf8")).version);
  for (const create of COMMANDS) program.addCommand(create());
  return quieten(program);
}

/** A request for help or version is no error; `suitcase` alone is wrong usage. */
const isHelp = (thrown: unknown) => thrown instanceof CommanderError && thrown.exitCode === 0;

/** Commands end with `process.exitCode` where they accept or refuse something without an error. */
async function main(argv: string[]): Promise<void> {
  // A reader that has seen enough (`suitcase inspect X | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    if (argv.length === 2) throw new CommanderError(2, "usage", "no command was given");
    await createProgram().parseAsync(argv);
  } catch (thrown) {
    if (!isHelp(thrown)) process.exitCode = reportError(thrown, argv.includes("--json"));
  }
}

await main(process.argv);
