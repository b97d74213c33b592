import { Command } from "commander";
import {
  BOARD_FLAG,
  BOARD_HELP,
  type BoardOptions,
  type LinkContext,
  linkContext,
  withBoard,
} from "./context.js";

export function rebootCommand(given: Partial<LinkContext> = {}): Command {
  const context = linkContext(given);
  return new Command("reboot")
    .description("reset a board")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--json", "print one JSON object")
    .action(async ({ board, json }: BoardOptions) => {
      await withBoard(board, context, (client) => client.reset());
      context.out(json ? JSON.stringify({ board, done: "reboot" }) : "The board resets.");
    });
}
