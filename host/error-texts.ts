import type * as board from "../device/errors.js";

/** The names of all numbers in device/errors.ts. */
export type BoardErrorName = Exclude<keyof typeof board, "fail">;

const REPACK = "Pack the release again with `suitcase pack` and send the new file.";
const TRANSFER = "Send the file again; if it repeats, compare the file with the author's copy.";
const INSPECT = "Look at it with `suitcase inspect` and pack it for what this board supports.";
const LINK = "Start the transfer again; if it repeats, update the tool on the host's side.";
const RELEASE = "Fix the application and publish it with a higher sequence number.";

/** For every number of the board one sentence for people, and one thing to do about it. */
export const BOARD_TEXTS: Record<BoardErrorName, readonly [sentence: string, advice: string]> = {
  CBOR_TRUNCATED: ["The data ends in the middle of an item.", TRANSFER],
  CBOR_TRAILING: ["Bytes follow where the data should end.", TRANSFER],
  CBOR_INDEFINITE: ["An item has no definite length, which SUIT does not allow here.", REPACK],
  CBOR_NOT_SHORTEST: ["A number or length is not written in its shortest form.", REPACK],
  CBOR_DUPLICATE_KEY: ["A map holds the same key twice.", REPACK],
  CBOR_KEY_ORDER: ["The keys of a map are not in canonical order.", REPACK],
  CBOR_TYPE: ["An item has another type than SUIT prescribes at this place.", REPACK],
  CBOR_RANGE: ["A number is larger than the board can hold.", INSPECT],

  NOT_AN_ENVELOPE: [
    "This is not a SUIT envelope (tag 107).",
    "Check that the right file was given, and that no tool rewrote it.",
  ],
  UNSIGNED: [
    "The envelope carries no signature, or more than eight.",
    "Sign it: `suitcase pack --key` signs while it packs.",
  ],
  SIGNATURE_INVALID: [
    "The signature does not fit the manifest and the trusted key.",
    "Do not install it: it was changed, or signed with another key than the board trusts.",
  ],
  DIGEST_UNSUPPORTED: ["The digest is not SHA-256 with 32 bytes.", REPACK],
  MANIFEST_DIGEST: [
    "The manifest is not the one that was signed.",
    "Do not install it: get the file again from its author.",
  ],
  COSE_MALFORMED: ["The signature block is not a well-formed COSE_Sign1.", REPACK],
  COSE_ALGORITHM: [
    "The signature uses an algorithm that the board does not have.",
    "Sign with an Ed25519 key (COSE algorithm -19).",
  ],
  COSE_CRITICAL: [
    "The signature block demands a COSE header that the board does not know.",
    "Sign without critical headers.",
  ],
  COSE_PAYLOAD_ATTACHED: [
    "The signature block carries its payload inside, which SUIT forbids.",
    REPACK,
  ],
  COSE_NOT_SIGN1: [
    "An authentication block is not a tagged COSE_Sign1.",
    "Sign with COSE_Sign1; MACs and multi-signer blocks are not supported.",
  ],
  KEY_UNKNOWN: [
    "No key that the board trusts has made this signature.",
    "Sign with the key whose public half was given at provisioning.",
  ],
  SEVERED_DIGEST: ["A severed part of the manifest is not the one that was signed.", TRANSFER],
  SEVERED_MISSING: [
    "A part of the manifest was cut out and is needed here.",
    "Send the complete envelope.",
  ],
  ENVELOPE_KEY: ["The envelope holds a member that the board does not know.", INSPECT],

  MANIFEST_VERSION: [
    "The manifest has another format version than 1.",
    "Pack it with a tool for draft-ietf-suit-manifest-37.",
  ],
  MANIFEST_KEY: [
    "The manifest holds a member that the board does not know.",
    "It may be written for an older or newer SUIT draft; pack it with this tool.",
  ],
  MANIFEST_INCOMPLETE: ["The manifest lacks a member that it must have.", REPACK],
  COMMAND_UNSUPPORTED: ["The manifest uses a command that this board does not have.", INSPECT],
  COMMAND_PLACE: ["A command stands in a sequence where it may not stand.", REPACK],
  PARAMETER_UNSUPPORTED: ["The manifest sets a parameter that this board does not have.", INSPECT],
  PARAMETER_MISSING: ["A command needs a parameter that the manifest does not set.", REPACK],
  PARAMETER_VALUE: ["A parameter has a value that makes no sense.", REPACK],
  COMPONENT_INDEX: ["A command names a component that the manifest does not list.", REPACK],
  COMPONENT_COUNT: [
    "The manifest lists more components than the board can hold, or none.",
    "Put fewer files into one release.",
  ],
  COMPONENT_ID: ["The name of a component is not one that this board accepts.", INSPECT],
  IDENTITY_UNCHECKED: [
    "The manifest does not check vendor and class of the board.",
    "Add both conditions to the shared sequence; `suitcase pack` does.",
  ],
  SEQUENCE_SHAPE: ["A command sequence is not a list of pairs.", REPACK],
  ABORTED: ["The manifest itself says that it is not for this board.", INSPECT],
  COMPONENT_UNFILLED: ["The manifest names a component and installs nothing into it.", REPACK],
  VENDOR_MISMATCH: [
    "The release is for boards of another vendor.",
    "Pack with the vendor that the board was provisioned with.",
  ],
  CLASS_MISMATCH: [
    "The release is for another class of boards.",
    "Pack with the class that the board was provisioned with.",
  ],
  DEVICE_MISMATCH: [
    "The release is for another single device.",
    "Pack without --device, or with the identifier of this device.",
  ],
  IMAGE_DIGEST: ["A file is not the one that the manifest describes.", TRANSFER],
  IMAGE_SIZE: ["A file has another size than the manifest says.", TRANSFER],
  SLOT_MISMATCH: ["The release is written for the other slot.", REPACK],
  TRY_EACH_FAILED: ["None of the alternatives in the manifest fits this board.", INSPECT],
  SOFT_FAILURE_PLACE: ["Soft failure is set where SUIT does not allow it.", REPACK],
  IMAGE_MATCHES: [
    "A component holds already what the manifest says it must not hold.",
    "Nothing to do where the file is there already; else look at it with `suitcase inspect`.",
  ],
  CONTENT_MISMATCH: ["A component holds something else than the manifest asks for.", INSPECT],
  EXPIRED: [
    "The release may not be installed any more: its last day has passed.",
    "Publish a newer release, or correct the board's clock if that is wrong.",
  ],
  CLOCK_UNSET: [
    "The manifest asks for the time, and the board's clock is not set.",
    "Set the board's clock, then start the transfer again.",
  ],
  NOT_AUTHORIZED: [
    "Nobody has allowed this update on the board yet.",
    "Allow it on the board, or publish it with a more urgent priority.",
  ],
  VERSION_MISMATCH: [
    "The version on the board is not one that this release can follow, or it is not known.",
    "Install the release that has to come before this one.",
  ],
  BATTERY_LOW: [
    "The board's battery holds less than the release asks for.",
    "Charge or change the battery, then start the transfer again.",
  ],
  STRICT_ORDER: [
    "A component is read and written while the manifest leaves the order of its commands open.",
    REPACK,
  ],
  WAITING: [
    "The event that the manifest waits for has not come yet.",
    "Leave the board running; push the same release again after the event.",
  ],
  DEPENDENCY_UNCHECKED: [
    "A dependency is to be processed before its integrity was checked.",
    "Put dependency-integrity before process-dependency.",
  ],
  NOT_A_DEPENDENCY: [
    "A command for dependencies names a component that is none.",
    "List the component under the dependencies of the manifest.",
  ],
  DEPENDENCY_DIGEST: [
    "The manifest of a dependency is not the one that this manifest names.",
    "Pack the release again with the dependency that goes with it.",
  ],
  DEPENDENCY_ABSENT: [
    "A manifest that this one depends on is not there.",
    "Send the complete envelope, with its dependencies inside.",
  ],

  ROLLBACK: [
    "The release is older than what the board has had.",
    "Publish it again with a sequence number above the board's (`suitcase status`).",
  ],
  SEQUENCE_REUSED: [
    "Another release with the same sequence number was installed before.",
    "Publish it with a higher sequence number.",
  ],
  SEQUENCE_RANGE: ["The sequence number is outside 1 to 4294967294.", REPACK],
  ALREADY_REVERTED: ["This very release was tried on the board and failed.", RELEASE],
  TRIAL_RUNNING: [
    "The board is trying a new firmware at the moment.",
    "Confirm or revert that trial first.",
  ],
  NO_TRIAL: ["No trial is running, so there is nothing to confirm or revert.", "Nothing to do."],

  FLASH_WRITE: [
    "The flash did not keep what was written.",
    "Try again; if it repeats, the chip is worn out or protected.",
  ],
  FLASH_ERASE: [
    "The flash could not be erased.",
    "Try again; if it repeats, the chip is worn out or protected.",
  ],
  SLOT_TOO_SMALL: [
    "The firmware does not fit into a slot of this board.",
    "Make the files smaller; `suitcase build` prints the size against the slot.",
  ],
  AGENT_MISSING: [
    "The release holds no agent: the board could never be updated again.",
    "Pack without --no-agent.",
  ],
  JOURNAL_EMPTY: [
    "The board's journal holds no readable record.",
    "Provision the board again with a cable.",
  ],
  SLOT_DAMAGED: ["A slot does not hold what was installed there.", "Install the release again."],
  PAYLOAD_ABSENT: [
    "The file that the manifest names was not given.",
    "Give it with --payload URI=FILE, or put it beside the envelope.",
  ],
  NOT_PROVISIONED: ["The board was never provisioned.", "Run `suitcase provision` first."],

  LINK_OFFSET: ["A piece of the transfer came at another place than asked for.", LINK],
  LINK_LENGTH: ["The length offered is not the length that the manifest gives.", TRANSFER],
  LINK_SESSION: ["The transfer belongs to a session that is over.", LINK],
  LINK_REQUEST: ["The board does not understand the request.", LINK],

  OUT_OF_MEMORY: [
    "The board has too little memory left.",
    "Reboot the board and try again before the application has filled its memory.",
  ],
  ENVELOPE_TOO_LARGE: [
    "The envelope is larger than the board can hold in memory.",
    "Pack without --integrated, and with fewer components.",
  ],
  COMMAND_LIMIT: ["The manifest runs more commands than the board allows.", INSPECT],
  NESTING_LIMIT: ["The manifest nests its sequences deeper than the board allows.", INSPECT],
  URI_TOO_LONG: ["The address of a file is too long for the board.", "Use a shorter --uri-base."],
  NATIVE_UNUSABLE: [
    "The board's native crypto module cannot be used.",
    "Provision the board again with the module that fits its interpreter.",
  ],

  AGENT_FAULT: [
    "The board's agent failed in the middle of its work; the running firmware is not touched.",
    "Reset the board and try again; if it repeats, report it.",
  ],

  NOT_HEALTHY: [
    "The firmware on trial does not keep the health rule of its release yet.",
    "Wait; `suitcase inspect` shows the rule, the number at the end what is missing.",
  ],

  REVERT_NEVER_CONFIRMED: ["The trial used up its boots without a confirmation.", RELEASE],
  REVERT_APP_THREW: ["The new application stopped with an exception.", RELEASE],
  REVERT_BY_REQUEST: ["Somebody asked for the trial to be reverted.", "Nothing to do."],
  REVERT_DEADLINE: ["The trial was not confirmed in time.", RELEASE],
  REVERT_DAMAGED: [
    "The new firmware was damaged in flash when it should have started.",
    "Install the release again.",
  ],
  REVERT_UNCAUGHT: ["The new application let errors pass that nothing caught.", RELEASE],
  REVERT_LINK: [
    "The new application closed the agent's link, or broke what it is made of.",
    "Leave the agent's serial devices, the console and the built-in objects alone; release it again.",
  ],
  REVERT_MEMORY: [
    "The new application left too little memory, or ran out of it.",
    "Make it smaller, or lower `free` in the health rule; release it again.",
  ],
  REVERT_UNUSED: [
    "No host used the link of the new firmware for as long as its health rule wants.",
    "Stay in touch with the board during its trial, or lower `link` in the rule; release it again.",
  ],
};
