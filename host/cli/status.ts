import { Command } from "commander";
import { ROLE_OTHER, ROLE_RUNNING } from "../link/state.js";
import {
  BOARD_FLAG,
  BOARD_HELP,
  type BoardOptions,
  type LinkContext,
  linkContext,
  withBoard,
} from "./context.js";
import { statusReport, statusText } from "./status-report.js";

export function statusCommand(given: Partial<LinkContext> = {}): Command {
  const context = linkContext(given);
  return new Command("status")
    .description("what runs on a board, its trial, its last refusal and its open doors")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--json", "print one JSON object")
    .action(async ({ board, json }: BoardOptions) => {
      await withBoard(board, context, async (client) => {
        const running = await client.state(ROLE_RUNNING);
        const other = running && (await client.state(ROLE_OTHER));
        const report = statusReport(board, running, other);
        context.out(json ? JSON.stringify(report) : statusText(report));
      });
    });
}
