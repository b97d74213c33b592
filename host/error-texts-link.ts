import { entry, type HostErrorText } from "./error-entry.js";

/** The errors of links to boards and of the storage. Numbers are never reused. */
export const LINK_TEXTS = {
  ADDRESS_MALFORMED: entry(
    950,
    2,
    "This is no address of a board.",
    "Use sim:FILE, tcp:HOST:PORT, serial:PATH[@BAUD] or ble:NAME for --board.",
  ),
  LINK_NOT_AVAILABLE: entry(
    951,
    2,
    "This kind of link comes with a later release.",
    "Use sim:FILE or tcp:HOST:PORT for now.",
  ),
  LINK_REFUSED: entry(
    952,
    2,
    "The board does not take the connection.",
    "Is the board, or its simulator, running and listening on that port?",
  ),
  LINK_HOST_UNKNOWN: entry(
    953,
    2,
    "The host of the board is not known.",
    "Check the spelling of the host, or use its IP address.",
  ),
  LINK_BUSY: entry(
    954,
    2,
    "The link to the board is in use.",
    "Close the other program that holds this connection, then try again.",
  ),
  LINK_TIMEOUT: entry(
    955,
    2,
    "The board does not answer in time.",
    "Check the network path to the board and its power.",
  ),
  LINK_LOST: entry(
    956,
    2,
    "The link to the board broke off.",
    "Run the same command again: an update resumes where it stopped.",
  ),
  LINK_SILENT: entry(
    957,
    2,
    "The board does not answer.",
    "Is this a suitcase board, powered, and is its link free?",
  ),
  LINK_ANSWER: entry(
    958,
    2,
    "The board's answer makes no sense.",
    "The board speaks another protocol version, or something else answers there.",
  ),
  LINK_NO_PROGRESS: entry(
    959,
    2,
    "The transfer does not get any further.",
    "Reset the board, then run the same command again.",
  ),
  NOT_A_SUIT_BOARD: entry(
    960,
    2,
    "The board does not speak this protocol.",
    "Provision the board first: suitcase provision.",
  ),
  INTERRUPTED: entry(
    961,
    2,
    "The command was interrupted.",
    "Run the same command again: an update resumes where it stopped.",
  ),
  NO_REASON: entry(
    962,
    1,
    "The board took the update back without a reason.",
    "Read the board's state: suitcase status.",
  ),
  DRY_RUN_UNKNOWN: entry(
    963,
    2,
    "The board's agent does not know dry runs.",
    "Push without --dry-run, or judge the release with `suitcase verify`; a newer agent knows them.",
  ),
  BLE_UNAVAILABLE: entry(
    964,
    2,
    "Bluetooth cannot be used.",
    "Is there a Bluetooth adapter, is it switched on, and may this program use it?",
  ),
  BLE_NOT_CHOSEN: entry(
    965,
    2,
    "No board was found over Bluetooth.",
    "Bring the board near, switch it on, and see that no other program is connected to it.",
  ),
  BLE_PAIRING: entry(
    966,
    2,
    "The board does not take what is written to it.",
    "It wants to be paired with: pair it in the settings of this system, then try again.",
  ),
  STORAGE_UNREACHABLE: entry(
    970,
    2,
    "The storage cannot be reached.",
    "Check the address and that the storage runs (suitcase serve DIR).",
  ),
  STORAGE_NOT_FOUND: entry(
    971,
    2,
    "The storage does not have the file.",
    "Put the file beside the envelope, under the name in the manifest.",
  ),
  STORAGE_NOT_A_FILE: entry(972, 2, "This is not a file.", "Name a file, not a folder."),
  STORAGE_TOO_LARGE: entry(
    973,
    2,
    "The file is larger than any firmware can be.",
    "Firmware for these boards is far smaller: is this the right file?",
  ),
  STORAGE_ANSWER: entry(
    974,
    2,
    "The storage's answer makes no sense.",
    "Look into the log of the storage server.",
  ),
  STORAGE_ADDRESS: entry(
    975,
    2,
    "The address of the file is not usable.",
    "Use a relative name, or an http or https address.",
  ),
} as const satisfies Record<string, HostErrorText>;
