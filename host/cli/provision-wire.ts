/** `suitcase provision` and `unprovision` for boards on a wire or radio. */
import { createInterface } from "node:readline/promises";
import { openSimulated } from "../board/open.js";
import { isLinkFailure, SuitcaseError } from "../errors.js";
import { openLink } from "../link/open.js";
import { SmpClient } from "../link/smp.js";
import { ROLE_RUNNING, type RunningState } from "../link/state.js";
import type { BoardConsole } from "../provision/console.js";
import { type BoardFacts, losses } from "../provision/inspect-board.js";
import { defaultThrough, openConsole, type Through } from "../provision/open.js";
import { provisionBoard } from "../provision/provision-board.js";
import { type ProvisionFlags, type planOf, resultOf } from "./provision-plan.js";
import { note } from "./report.js";

export interface WireFlags extends ProvisionFlags {
  board: string;
  through?: string;
}

/** A board that has just been provisioned starts within this time, milliseconds. */
const START = 30_000;
const PAUSE = 500;
/** Milliseconds after which a board that was told to reset has done so. */
const RESET = 1500;
/** For finding out whether an agent is there when there is no console. */
const QUICK = { first: 1000, longest: 2000, attempts: 2 };

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

export function throughOf(flags: { board: string; through?: string }): Through {
  const { through = defaultThrough(flags.board) } = flags;
  if (through !== "own" && through !== "espruino")
    throw new SuitcaseError("BAD_USAGE", `--through ${through} is neither own nor espruino`);
  return through;
}

/**
 * Opens the console of a board. One that stepped aside for the link (link/aside.ts) comes back by a reset.
 *
 * @throws CONSOLE_CLOSED for a board that answers as a provisioned one, CONSOLE_SILENT, errors of the link
 */
export async function consoleOf(board: string, through: Through): Promise<BoardConsole> {
  try {
    return await openConsole(board, through);
  } catch (error) {
    if (!(error instanceof SuitcaseError) || error.name !== "console-silent") throw error;
    // The port may take a moment to be free again.
    await pause(PAUSE);
    const state = await stateOf(board, true).catch(() => null);
    if (!state) throw error;
    if (state.doors) {
      await pause(RESET);
      return await openConsole(board, through);
    }
    const device = Buffer.from(state.device).toString("hex");
    throw new SuitcaseError(
      "CONSOLE_CLOSED",
      `${board} is provisioned (device ${device}, sequence ${state.sequence}), and its console is closed`,
    );
  }
}

/**
 * What an agent says of itself; null when none runs.
 *
 * @param resets resets a board that was provisioned with an open console
 */
async function stateOf(board: string, resets = false): Promise<RunningState | null> {
  const client = new SmpClient(await openLink(board, openSimulated), { timing: QUICK });
  try {
    const state = await client.state(ROLE_RUNNING);
    if (resets && state?.doors) await client.reset();
    return state;
  } finally {
    await client.close();
  }
}

/** Provisions a board, and asks it afterwards whether it is the one that it was to become. */
export async function provisionOverWire(
  flags: WireFlags,
  plan: ReturnType<typeof planOf>,
): Promise<ReturnType<typeof resultOf>> {
  const through = throughOf(flags);
  let shown = "";
  let open: typeof openConsole = consoleOf;
  const made = await provisionBoard({
    config: plan.board,
    parts: plan.parts,
    open: () => {
      const opened = open(flags.board, through);
      open = openConsole;
      return opened;
    },
    consent: (facts) => consentTo(flags, facts, !plan.board.keepConsole),
    onStep: (step, done, total) => {
      const line = step === "write" ? `write ${Math.floor((10 * done) / total)}0 %` : step;
      if (line !== shown) note(`  ${line}`);
      shown = line;
    },
  });
  await awaitBoard(flags.board, plan.board.device);
  return resultOf(flags.board, plan, made);
}

/**
 * Says what will be lost, and asks.
 *
 * @param closes the board's console is closed for good
 * @throws ALREADY_PROVISIONED, BOARD_HOLDS_FILES, YES_NEEDED when nobody said yes
 */
export async function consentTo(
  { board, yes }: { board: string; yes?: boolean },
  facts: BoardFacts,
  closes: boolean,
): Promise<void> {
  const lost = losses(facts);
  const what = lost.length > 0 ? ", with" : ": nothing of value is there";
  note(`${board}: a ${facts.board} with Espruino ${facts.version}`);
  note(`  ${facts.storage} bytes of Storage are erased${what}`);
  for (const each of lost) note(`    ${each}`);
  if (closes) note("  its console is closed for good");
  if (yes || (lost.length === 0 && !closes)) return;
  const canAsk = process.stdin.isTTY && process.stderr.isTTY;
  if (canAsk && (await isYes("Go on? [y/N] "))) return;
  if (facts.provisioned)
    throw new SuitcaseError("ALREADY_PROVISIONED", `${board} holds ${lost[0]}`);
  if (lost.length > 0)
    throw new SuitcaseError("BOARD_HOLDS_FILES", `${board} holds ${lost.join("; ")}`);
  throw new SuitcaseError("YES_NEEDED");
}

async function isYes(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}

/** The bootloader has run, and the agent answers as the board that it was made. */
async function awaitBoard(board: string, device: Uint8Array): Promise<void> {
  const end = Date.now() + START;
  for (;;) {
    await pause(PAUSE);
    try {
      const state = await stateOf(board);
      if (state && Buffer.compare(state.device, device) === 0) return;
      throw new SuitcaseError("LINK_ANSWER", `${board} answers as another board.`);
    } catch (error) {
      if (error instanceof SuitcaseError && error.name === "link-not-available") {
        note(`note: ${board} was written and read back; this link cannot ask its agent`);
        return;
      }
      if (!isLinkFailure(error) || Date.now() > end) throw error;
    }
  }
}
