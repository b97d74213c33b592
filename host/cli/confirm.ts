import { Command } from "commander";
import {
  BOARD_FLAG,
  BOARD_HELP,
  type BoardOptions,
  type LinkContext,
  linkContext,
  withBoard,
} from "./context.js";

export function confirmCommand(given: Partial<LinkContext> = {}): Command {
  const context = linkContext(given);
  return new Command("confirm")
    .description("end a running trial well: the new firmware stays")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--json", "print one JSON object")
    .action(async ({ board, json }: BoardOptions) => {
      await withBoard(board, context, (client) => client.confirm());
      context.out(
        json ? JSON.stringify({ board, done: "confirm" }) : "Confirmed: the new firmware stays.",
      );
    });
}
