import { Command } from "commander";
import { loadConfig } from "../author/config.js";
import { profileOf } from "../board/open.js";
import { SuitcaseError } from "../errors.js";
import { parseAddress } from "../link/address.js";
import { openConsole } from "../provision/open.js";
import { unprovisionBoard } from "../provision/unprovision.js";
import { BOARD_FLAG, BOARD_HELP } from "./context.js";
import { consentTo, consoleOf, throughOf } from "./provision-wire.js";
import { print, printJson } from "./report.js";

interface Flags {
  board: string;
  profile?: string;
  through?: string;
  yes?: boolean;
  json?: boolean;
}

/** `suitcase unprovision`: gives a board whose console is open back to its owner, blank. */
export function unprovisionCommand(): Command {
  return new Command("unprovision")
    .description("erase a board whose console is open: bootloader, keys, firmware, all files")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--profile <name>", "the kind of board (default: suitcase.json's, or puckjs)")
    .option("--yes", "erase without asking")
    .option("--through <way>", "`own` links, or the package `espruino` (default for ble:)")
    .option("--json", "print the result as JSON")
    .action(async (flags: Flags) => {
      if (parseAddress(flags.board).kind === "sim")
        throw new SuitcaseError(
          "BAD_USAGE",
          "A board in a file is made blank by deleting the file",
        );
      const profile = profileOf(flags.profile ?? loadConfig(undefined).config.board);
      const through = throughOf(flags);
      let open: typeof openConsole = consoleOf;
      const bytes = await unprovisionBoard({
        profile,
        open: () => {
          const opened = open(flags.board, through);
          open = openConsole;
          return opened;
        },
        consent: (facts) => consentTo(flags, facts, false),
      });
      if (flags.json) printJson({ board: flags.board, profile: profile.name, blank: bytes });
      else print(`${flags.board}: ${bytes} bytes of Storage are blank, the console is open`);
    });
}
