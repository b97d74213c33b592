import { Command } from "commander";
import { loadConfig } from "../author/config.js";
import { EngineBoard } from "../board/engine.js";
import { linkDevice, openBoard, openFlash, profileOf, provisionedAs } from "../board/open.js";
import type { Profile } from "../board/profiles.js";
import { type BoardProcess, serveBoard } from "../board/serve-board.js";
import { SuitcaseError } from "../errors.js";
import { addIdentityOptions, provisionFile } from "./provision.js";
import type { ProvisionFlags } from "./provision-plan.js";
import { print, printJson } from "./report.js";

interface SimFlags extends ProvisionFlags {
  board?: string;
  flash: string;
  tcp: string;
  host: string;
  engine: string;
  quiet?: boolean;
  blank?: boolean;
}

/** `suitcase sim`: a board that lives in a file, behind a TCP port. */
export function simCommand(): Command {
  const command = new Command("sim")
    .description("run a simulated board, or a real interpreter, behind a TCP port")
    .requiredOption("--flash <file>", "the board's flash; with --trust a blank one is provisioned")
    .option("--board <name>", "the kind of board (default: what the flash was provisioned for)")
    .option("--tcp <port>", "where the board's serial port is; 0 for any free one", "5000")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--engine <path>", "`sim`, or an Espruino for Linux that runs the bundles", "sim")
    .option("--blank", "a board as it comes, with an open console: for `suitcase provision`")
    .option("--quiet", "do not print what the board prints")
    .option("--json", "print the address as one JSON object");
  return addIdentityOptions(command).action(async (flags: SimFlags) => {
    const port = /^\d{1,5}$/.test(flags.tcp) ? Number(flags.tcp) : Number.NaN;
    if (!(port <= 65535)) throw new SuitcaseError("BAD_USAGE", `--tcp ${flags.tcp} is no port`);
    const isEngine = flags.engine !== "sim";
    const version = isEngine ? EngineBoard.version(flags.engine) : undefined;
    const profile = prepare(flags, isEngine);
    const board = isEngine
      ? new EngineBoard(flags.engine, flags.flash)
      : simulated(flags.flash, profile, flags.quiet === true);
    const server = await serveBoard(board, port, flags.host).catch(async (error) => {
      await board.close();
      throw error;
    });
    const address = `tcp:${flags.host}:${server.port}`;
    if (flags.json) printJson({ board: address, flash: flags.flash, espruino: version });
    else
      print(
        `The board of ${flags.flash} is at ${address}${version ? ` (Espruino ${version})` : ""}`,
      );
    untilStopped(() => server.close());
    // Resolves never: the command ends by a signal or with the board.
    await new Promise((_, reject) => board.onFailure?.(reject)).finally(() => server.close());
  });
}

/**
 * Provisions a blank flash when keys were given, and checks that the flash is of the right board.
 *
 * @returns the kind of board
 */
function prepare(flags: SimFlags, isEngine: boolean): Profile {
  const present = provisionedAs(flags.flash);
  const wanted = flags.board === undefined ? undefined : profileOf(flags.board);
  const name = wanted?.name ?? (isEngine ? "linux" : undefined);
  if (!present && flags.trust.length > 0) provisionFile(flags.flash, { ...flags, profile: name });
  const profile = provisionedAs(flags.flash) ?? (flags.blank ? blankFlash(flags, name) : undefined);
  if (!profile) throw new SuitcaseError("BOARD_BLANK", `${flags.flash} holds no provisioned board`);
  if (wanted && wanted.name !== profile.name)
    throw new SuitcaseError(
      "FLASH_FILE",
      `${flags.flash} was provisioned for a ${profile.name}, not a ${wanted.name}`,
    );
  if (isEngine && profile.name !== "linux")
    throw new SuitcaseError(
      "FLASH_FILE",
      `${flags.flash} is the flash of a ${profile.name}; the interpreter needs one of a linux board`,
    );
  return profile;
}

/** Makes the flash file when it is not there. */
function blankFlash({ flash, config }: SimFlags, name?: string): Profile {
  const profile = profileOf(name ?? loadConfig(config).config.board);
  openFlash(flash, profile).close();
  return profile;
}

function simulated(file: string, profile: Profile, quiet: boolean): BoardProcess {
  const log = (text: string) => {
    if (!quiet) process.stderr.write(text);
  };
  const { board, close } = openBoard(file, log, profile);
  const device = linkDevice(board.profile);
  return {
    write: (bytes) => board.send(device, bytes),
    onData: (callback) => {
      board.onData(device, (bytes) => setImmediate(() => callback(bytes)));
    },
    close: async () => close(),
  };
}

/** Ends cleanly on Ctrl-C: the flash file is whole at any instant anyway. */
function untilStopped(stop: () => Promise<void>): void {
  const end = () => void stop().then(() => process.exit(0));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}
