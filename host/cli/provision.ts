import { existsSync, rmSync } from "node:fs";
import { Command } from "commander";
import type { NorFlash } from "../board/flash.js";
import { claim, openFlash, provisionedAs } from "../board/open.js";
import type { Profile } from "../board/profiles.js";
import { provision } from "../board/provision.js";
import { SuitcaseError } from "../errors.js";
import { parseAddress } from "../link/address.js";
import { BOARD_FLAG, BOARD_HELP } from "./context.js";
import { type ProvisionFlags, planOf, resultOf } from "./provision-plan.js";
import { provisionOverWire, type WireFlags } from "./provision-wire.js";
import { print, printJson } from "./report.js";

const collect = (value: string, before: string[]) => [...before, value];

/** Options that `provision` and `sim` share. */
export function addIdentityOptions(command: Command): Command {
  return command
    .option(
      "--trust <key>",
      "a trusted public key, PEM file or 64 hex digits; repeat (default: suitcase.json's)",
      collect,
      [],
    )
    .option("--config <file>", "settings of the project (default: ./suitcase.json if present)")
    .option("--vendor-domain <domain>", "the vendor: a domain, or 32 hex digits")
    .option("--class-name <class>", "the class of boards: any text, or 32 hex digits")
    .option("--device <hex>", "the device's identifier, 32 hex digits (default: a random one)")
    .option("--firmware <envelope>", "a signed first firmware (default: the agent alone)")
    .option("--keep-console", "leave the console open, for development: an open door for ever")
    .option("--bond", "over Bluetooth only paired hosts may write")
    .option("--no-ble-uart", "no UART service of Espruino's over Bluetooth")
    .option(
      "--manifest-uri <url>",
      "where the board finds its first release (push without an envelope)",
    )
    .option("--deadline <seconds>", "time in which a trial must be confirmed", "60")
    .option("--trials <boots>", "boots that a trial may take", "3")
    .option("--watchdog <seconds>", "reset of a board that hangs; 0 for none", "30")
    .option(
      "--no-native",
      "no native code on the board: signatures are checked in JavaScript, slowly",
    )
    .option("--allow-test-key", "trust a published test key (tests only)");
}

/** `suitcase provision`: makes a blank board into one that only takes signed firmware. */
export function provisionCommand(): Command {
  const command = new Command("provision")
    .description("lay bootloader, trusted keys and first firmware on a board; erases it")
    .requiredOption(BOARD_FLAG, BOARD_HELP)
    .option("--profile <name>", "the kind of board (default: suitcase.json's, or puckjs)")
    .option("--yes", "erase what is on the board, and close its console, without asking")
    .option("--through <way>", "`own` links, or the package `espruino` (default for ble:)")
    .option("--json", "print the result as JSON");
  return addIdentityOptions(command).action(async (flags: WireFlags) => {
    const address = parseAddress(flags.board);
    const result =
      address.kind === "sim"
        ? provisionFile(address.file, flags)
        : await provisionOverWire(flags, planOf(flags));
    if (flags.json) printJson(result);
    else {
      print(`${flags.board}: a ${result.profile} with sequence ${result.sequence}`);
      print(`  vendor ${result.vendor}  class ${result.class}  device ${result.device}`);
      for (const key of result.keys) print(`  trusts ${key}`);
      if (!result.native) print("  no native code: signatures are checked in JavaScript");
      print(result.doors.length ? `  not secure: ${result.doors.join("; ")}` : "  console closed");
    }
  });
}

/** Provisions the board that lives in a file. */
export function provisionFile(file: string, flags: ProvisionFlags) {
  const plan = planOf(flags);
  if (!flags.yes && provisionedAs(file))
    throw new SuitcaseError("ALREADY_PROVISIONED", `${file} holds a provisioned board`);
  const { board, parts } = plan;
  const made = writeFlash(file, board.profile, (flash) => provision(flash, board, parts));
  return resultOf(`sim:${file}`, plan, made);
}

/** Opens the flash for `work`; a file that was made for it does not stay when the work fails. */
function writeFlash<T>(file: string, profile: Profile, work: (flash: NorFlash) => T): T {
  const isNew = !existsSync(file);
  const release = claim(file);
  try {
    const flash = openFlash(file, profile);
    try {
      return work(flash);
    } catch (error) {
      if (isNew) rmSync(file, { force: true });
      throw error;
    } finally {
      flash.close();
    }
  } finally {
    release();
  }
}
