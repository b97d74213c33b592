import { Command } from "commander";
import { hardwareDoors } from "../board/profiles.js";
import { type Asked, SmpError } from "../link/smp.js";
import { ROLE_OTHER, ROLE_RUNNING } from "../link/state.js";
import { statusReport } from "../status-report.js";
import { printable, safeJson } from "../suit/printable.js";
import {
  BOARD_FLAG,
  BOARD_HELP,
  type BoardOptions,
  type LinkContext,
  linkContext,
  withBoard,
} from "./context.js";
import { statusLines } from "./status-text.js";

interface StatusFlags extends BoardOptions {
  capabilities?: boolean;
}

export function statusCommand(given: Partial<LinkContext> = {}): Command {
  const context = linkContext(given);
  return new Command("status")
    .description("what runs on a board, its trial, its last refusal and its open doors")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--capabilities", "also what the board's agent supports")
    .option("--json", "print one JSON object")
    .action(async ({ board, json, capabilities }: StatusFlags) => {
      await withBoard(board, context, async (client) => {
        const running = await client.state(ROLE_RUNNING);
        const other = running && (await client.state(ROLE_OTHER));
        const told = { report: await quietly(client.report()) };
        const able = capabilities ? { capabilities: await quietly(client.capabilities()) } : {};
        const report = statusReport(
          board,
          running,
          other,
          { ...told, ...able },
          hardwareDoors(running?.board),
        );
        if (json) context.out(safeJson(report, 0));
        else for (const line of statusLines(report)) context.out(printable(line));
      });
    });
}

/** Whatever else a board answers: a status is worth showing without it. */
async function quietly(asked: Promise<Asked>): Promise<Asked> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SmpError) return "unsupported";
    throw error;
  }
}
