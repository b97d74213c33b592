import { Command } from "commander";
import { hardwareDoors } from "../board/profiles.js";
import { readStatus } from "../read-status.js";
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
        const report = await readStatus(client, {
          name: board,
          hardware: hardwareDoors,
          ...(capabilities && { capabilities }),
        });
        if (json) context.out(safeJson(report, 0));
        else for (const line of statusLines(report)) context.out(printable(line));
      });
    });
}
