import { Command } from "commander";
import {
  BOARD_FLAG,
  BOARD_HELP,
  type BoardOptions,
  type LinkContext,
  linkContext,
  withBoard,
} from "./context.js";

export function revertCommand(given: Partial<LinkContext> = {}): Command {
  const context = linkContext(given);
  return new Command("revert")
    .description("end a running trial badly: the board goes back to the firmware before")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--json", "print one JSON object")
    .action(async ({ board, json }: BoardOptions) => {
      await withBoard(board, context, (client) => client.revert());
      context.out(
        json
          ? JSON.stringify({ board, done: "revert" })
          : "Reverted: the board resets into the firmware before.",
      );
    });
}
