/** Commands that send one order to a board: confirm, revert, reboot. */
import { Command } from "commander";
import type { SmpClient } from "../link/smp.js";
import {
  BOARD_FLAG,
  BOARD_HELP,
  type BoardOptions,
  type LinkContext,
  linkContext,
  withBoard,
} from "./context.js";

type OrderCommand = (given?: Partial<LinkContext>) => Command;

const order =
  (
    name: string,
    description: string,
    done: string,
    send: (client: SmpClient) => Promise<unknown>,
  ): OrderCommand =>
  (given = {}) => {
    const context = linkContext(given);
    return new Command(name)
      .description(description)
      .requiredOption(BOARD_FLAG, BOARD_HELP)
      .option("--json", "print one JSON object")
      .action(async ({ board, json }: BoardOptions) => {
        await withBoard(board, context, send);
        context.out(json ? JSON.stringify({ board, done: name }) : done);
      });
  };

export const confirmCommand = order(
  "confirm",
  "end a running trial well: the new firmware stays",
  "Confirmed: the new firmware stays.",
  (client) => client.confirm(),
);

export const revertCommand = order(
  "revert",
  "end a running trial badly: the board goes back to the firmware before",
  "Reverted: the board resets into the firmware before.",
  (client) => client.revert(),
);

export const rebootCommand = order("reboot", "reset a board", "The board resets.", (client) =>
  client.reset(),
);
