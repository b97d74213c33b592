/** What the link commands need from outside; tests and the main program put it in. */
import { describeError, SuitcaseError } from "../errors.js";
import { type OpenSimulated, openLink } from "../link/open.js";
import { SmpClient, SmpError, type Timing } from "../link/smp.js";
import type { PushLimits } from "../push-types.js";
import type { ProgressStream } from "./progress.js";

export interface LinkContext {
  openSimulated: OpenSimulated;
  /** Results. */
  out: (line: string) => void;
  /** Progress and remarks. */
  err: ProgressStream;
  timing?: Timing;
  /** Of a push. */
  limits?: Partial<PushLimits>;
}

export function linkContext(given: Partial<LinkContext> = {}): LinkContext {
  return {
    openSimulated: async () => {
      throw new SuitcaseError("LINK_NOT_AVAILABLE", "This build has no simulated board.");
    },
    out: (line) => process.stdout.write(`${line}\n`),
    err: process.stderr,
    ...given,
  };
}

/** Opens the board, lets `use` work with it and closes it; a board's refusal becomes a SuitcaseError. */
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
      const message = `The board does not do this (rc ${error.rc}).`;
      throw new SuitcaseError("NOT_A_SUIT_BOARD", message, { cause: error });
    }
    throw boardRefusal(error.error, error.at);
  } finally {
    await client.close();
  }
}

/** A board's refusal as what a command throws; the place is part of the sentence. */
function boardRefusal(code: number, at?: number): SuitcaseError {
  return new SuitcaseError(code, describeError(code, at).message);
}

export interface BoardOptions {
  board: string;
  json?: boolean;
}

export const BOARD_FLAG = "--board <address>";
export const BOARD_HELP = "sim:FILE, tcp:HOST:PORT, serial:PATH[@BAUD] or ble:NAME";
