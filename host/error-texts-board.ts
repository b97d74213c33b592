import { entry, type HostErrorText } from "./error-entry.js";

/** The errors of a new project and of provisioning a real board. Numbers are never reused. */
export const BOARD_WORK_TEXTS = {
  PROJECT_EXISTS: entry(
    943,
    2,
    "The folder holds a project already.",
    "Choose another folder: `init` changes no file that is there.",
  ),
  WRONG_BOARD: entry(
    989,
    1,
    "The board is another one than the profile is for.",
    "Give the board's --profile; docs/boards.md lists them. Nothing on the board was changed.",
  ),
  FIRMWARE_TOO_OLD: entry(
    990,
    1,
    "The firmware of the board is too old.",
    "Update it first: https://www.espruino.com/Download. Nothing on the board was changed.",
  ),
  STORAGE_SIZE: entry(
    991,
    1,
    "The Storage of the board has not the size that the profile is for.",
    "Is this the standard firmware of the board? Nothing on the board was changed.",
  ),
  BOARD_HOLDS_FILES: entry(
    992,
    2,
    "The board holds files, and provisioning erases them.",
    "Save what you need of them, then add --yes. Nothing on the board was changed.",
  ),
  CONSOLE_SILENT: entry(
    993,
    2,
    "The board has no open console.",
    "Is it powered, and is another program (Web IDE, terminal) connected to it? A provisioned board has closed its console.",
  ),
  CONSOLE_CLOSED: entry(
    994,
    1,
    "The board is provisioned, and its console is closed.",
    "Push updates to it. It can be freed only by who holds it, see docs/boards.md.",
  ),
  BOARD_EXCEPTION: entry(
    995,
    2,
    "The board could not do what it was asked.",
    "Reset the board, then run the same command again.",
  ),
  FLASH_READBACK: entry(
    996,
    2,
    "The flash of the board does not hold what was written.",
    "Run the same command again. When it fails at the same place, the flash is worn or protected.",
  ),
  ESPRUINO_PACKAGE: entry(
    997,
    2,
    "The npm package `espruino` is not installed.",
    "Install it (`npm install espruino`): it is an optional dependency of this package.",
  ),
  YES_NEEDED: entry(
    998,
    2,
    "Provisioning closes the console of the board for good.",
    "Add --yes. Nothing on the board was changed.",
  ),
} as const satisfies Record<string, HostErrorText>;
