/** What the link commands need from outside; tests and the main program put it in. */
import { CliError, type Describe, describeByNumber, hostError } from "../errors-cli.js";
import { type OpenSimulated, openLink } from "../link/open.js";
import { SmpClient, SmpError, type Timing } from "../link/smp.js";
import type { ProgressStream } from "./progress.js";

export interface LinkContext {
  openSimulated: OpenSimulated;
  /** A board's error number in words. */
  describe: Describe;
  /** Results. */
  out: (line: string) => void;
  /** Progress and remarks. */
  err: ProgressStream;
  timing?: Timing;
}

export function linkContext(given: Partial<LinkContext> = {}): LinkContext {
  return {
    openSimulated: async () => {
      throw hostError("link-not-available", "This build has no simulated board.");
    },
    describe: describeByNumber,
    out: (line) => process.stdout.write(`${line}\n`),
    err: process.stderr,
    ...given,
  };
}

/** Opens the board, lets `use` work with it and closes it; a board's refusal becomes a CliError. */
export async function withBoard<T>(
  board: string,
  context: LinkContext,
  use: (client: SmpClient) => Promise<T>,
): Promise<T> {
  const transport = await openLink(board, context.openSimulated);
  const client = new SmpClient(transport, context.timing ? { timing: context.timing } : {});
  try {
    return await use(client);
  } catch (error) {
    if (!(error instanceof SmpError)) throw error;
    if (error.error === undefined) {
      throw hostError("not-a-suit-board", `The board does not do this (rc ${error.rc}).`, error);
    }
    throw refusal(error.error, context.describe);
  } finally {
    await client.close();
  }
}

/** A board's refusal as what a command throws. */
export function refusal(code: number, describe: Describe): CliError {
  return new CliError({ code, ...describe(code), exit: 1 });
}

export interface BoardOptions {
  board: string;
  json?: boolean;
}

export const BOARD_FLAG = "--board <address>";
export const BOARD_HELP = "sim:FILE, tcp:HOST:PORT, serial:PATH[@BAUD] or ble:NAME";
