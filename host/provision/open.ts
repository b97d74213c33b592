/** Opens the console of the board at an address. */
import { parseAddress } from "../link/address.js";
import { openDuplex } from "../link/open.js";
import { consoleByEspruino } from "./by-espruino.js";
import { type BoardConsole, type ConsoleTiming, consoleOver } from "./console.js";

/** `own`: our packets over our links; `espruino`: the package of that name. */
export type Through = "own" | "espruino";

/** Radios are the package's: our link to them speaks to the agent, which is not there yet. */
export function defaultThrough(board: string): Through {
  return parseAddress(board).kind === "ble" ? "espruino" : "own";
}

/** @throws CONSOLE_SILENT, FIRMWARE_TOO_OLD, ESPRUINO_PACKAGE, errors of the link */
export async function openConsole(
  board: string,
  through: Through,
  timing?: ConsoleTiming,
): Promise<BoardConsole> {
  const address = parseAddress(board);
  if (through === "espruino") return consoleByEspruino(address, board);
  return consoleOver(await openDuplex(address), board, timing);
}
