/** One error of the host: number, sentence, advice, exit code (1 refused, 2 usage or set-up). */
export interface HostErrorText {
  code: number;
  sentence: string;
  advice: string;
  exit: 1 | 2;
}

const entry = (code: number, exit: 1 | 2, sentence: string, advice: string): HostErrorText => ({
  code,
  sentence,
  advice,
  exit,
});

/** Every error that only the host's tools report. Numbers are never reused. */
export const HOST_TEXTS = {
  DEVICE_INVALID: entry(
    935,
    2,
    "The description of the device is not usable.",
    'Write JSON such as {"vendor":"<32 hex>","class":"<32 hex>","keys":[{"public":"<64 hex>"}],"sequence":0}.',
  ),
  KEY_COUNT: entry(
    936,
    2,
    "A board takes one to five trusted keys.",
    "Give --trust one to five times.",
  ),
  ALREADY_PROVISIONED: entry(
    937,
    2,
    "The board is provisioned already, and provisioning erases it.",
    "Add --yes to erase everything on it.",
  ),
  BOARD_BLANK: entry(
    938,
    2,
    "The flash is blank: this board was never provisioned.",
    "Run `suitcase provision --board sim:FILE --trust PUB` first, or give `sim` the option --trust.",
  ),
  FLASH_FILE: entry(
    939,
    2,
    "The file is not the flash of such a board.",
    "Check --board and --flash, or start with a new file.",
  ),
  ENGINE_UNUSABLE: entry(
    940,
    2,
    "The interpreter cannot be run.",
    "Give --engine the path of an Espruino for Linux, or leave it out.",
  ),
  BOOT_TOO_LARGE: entry(
    954,
    2,
    "The bootloader does not fit into its page.",
    "Build it again with `npm run build`.",
  ),
  FLASH_BUSY: entry(
    955,
    2,
    "Another program uses this flash file.",
    "Stop the other simulator, or take another file.",
  ),
  NOT_YET: entry(953, 2, "This is not part of this release yet.", "Use sim:FILE for now."),
  BAD_USAGE: entry(901, 2, "The command was called wrongly.", "See the command's --help."),
  CONFIG_INVALID: entry(
    902,
    2,
    "The configuration file is not usable.",
    'Write JSON such as {"vendor":"example.com","class":"lamp","board":"puckjs","components":{"app":"dist/app.js"}}.',
  ),
  FILE_MISSING: entry(903, 2, "A file does not exist.", "Check the path."),
  FILE_UNREADABLE: entry(904, 2, "A file cannot be read.", "Check its permissions and its type."),
  OUTPUT_IS_DIRECTORY: entry(
    905,
    2,
    "The output is an existing directory.",
    "Give the name of a file.",
  ),
  OUTPUT_UNWRITABLE: entry(
    906,
    2,
    "The output cannot be written.",
    "Check that the folder exists, is writable and has space left.",
  ),
  KEY_EXISTS: entry(
    907,
    2,
    "A key of this name exists already and is never overwritten.",
    "Choose another --name or --out, or move the old key away yourself.",
  ),
  OUTPUT_IS_INPUT: entry(908, 2, "An output would overwrite an input.", "Choose another --out."),
  NOT_A_KEY: entry(911, 2, "The file is not a PEM key.", "Make a key pair with `suitcase keygen`."),
  KEY_TYPE: entry(
    912,
    2,
    "The key is not an Ed25519 key in the expected form.",
    "Use an Ed25519 key: PKCS#8 for the private, SPKI for the public half (`suitcase keygen`).",
  ),
  KEY_IS_PUBLIC: entry(
    913,
    2,
    "This is a public key; signing needs the private one.",
    "Give the .key file, not the .pub file.",
  ),
  KEY_ENCRYPTED: entry(
    914,
    2,
    "The private key is protected by a password.",
    "Decrypt it first: openssl pkey -in author.key -out plain.key",
  ),
  KEY_READABLE: entry(
    915,
    2,
    "Other users of this computer can read the private key.",
    "chmod 600 the file.",
  ),
  TEST_KEY: entry(
    916,
    1,
    "This is a published test key: everybody can sign with it.",
    "Make your own with `suitcase keygen`; for tests only, add --allow-test-key.",
  ),
  WEAK_KEY: entry(
    917,
    1,
    "The public key is of small order or not in canonical form: forged signatures would pass.",
    "Make a key pair with `suitcase keygen`.",
  ),
  KEY_IS_PRIVATE: entry(
    918,
    2,
    "This is a private key; boards are given the public one.",
    "Give the .pub file, not the .key file.",
  ),
  SEQUENCE_NOT_ABOVE: entry(
    921,
    1,
    "The sequence number is not above the last one.",
    "Choose a higher --sequence, or --force to replace a release that was never published.",
  ),
  SEQUENCE_INVALID: entry(
    922,
    2,
    "The sequence number is not a whole number from 1 to 4294967294.",
    "Give --sequence a plain number, one higher with every release.",
  ),
  COMPONENT_NAME: entry(
    923,
    2,
    "The name of a component is not 1 to 16 characters of a-z, 0-9, _ and -.",
    "Name it like --component app=dist/app.js.",
  ),
  COMPONENT_DUPLICATE: entry(
    924,
    2,
    "Two components have the same name.",
    "Give every component its own name.",
  ),
  COMPONENT_EMPTY: entry(925, 2, "The file of a component is empty.", "Build it first."),
  COMPONENT_ABSENT: entry(
    926,
    2,
    "The release lacks a component that it needs.",
    "Add it with --component NAME=FILE or in suitcase.json.",
  ),
  AGENT_BUNDLE: entry(
    927,
    2,
    "The update agent of this package is not built.",
    "Run `npm run build`, or give --component agent=FILE.",
  ),
  IMAGE_TOO_LARGE: entry(
    928,
    1,
    "The image is larger than the slot.",
    "Make the files smaller, or choose a board with larger slots.",
  ),
  BOARD_UNKNOWN: entry(
    929,
    2,
    "There is no such board.",
    "Use one of the boards in docs/boards.md.",
  ),
  BOARD_WRONG: entry(
    930,
    1,
    "The board is not of the vendor and class that the release is for.",
    "Connect the right board, or pack for this one.",
  ),
  IDENTITY_INVALID: entry(
    931,
    2,
    "Vendor, class or device is not usable.",
    "Vendor: a domain; class: any text; or 32 hex digits each. Device: 32 hex digits.",
  ),
  PAYLOAD_DIGEST: entry(
    932,
    1,
    "A file is not the one that the manifest describes.",
    "Take the files that were written together with the envelope.",
  ),
  PAYLOAD_MISSING: entry(
    933,
    2,
    "The board asked for a file that is not there.",
    "Keep the files beside the envelope, or pack with --integrated.",
  ),
  OUTPUT_NOT_ENVELOPE: entry(
    934,
    2,
    "The output exists and is no envelope, so it is not replaced.",
    "Choose another --out, or --force.",
  ),
  PORT_BUSY: entry(
    941,
    1,
    "The port is in use by another program.",
    "Close the other program (terminal, Web IDE) and try again.",
  ),
  PORT_MISSING: entry(942, 1, "There is no such port or board.", "Check the name and the cable."),
  NO_ANSWER: entry(
    943,
    1,
    "The board does not answer.",
    "Check power and distance, and try again: the transfer resumes.",
  ),
  STORAGE_UNREACHABLE: entry(
    944,
    1,
    "The storage cannot be reached.",
    "Check the address and the network.",
  ),
  STORAGE_REFUSED: entry(
    945,
    1,
    "The storage did not deliver the file.",
    "Check the address, and that the release was uploaded completely.",
  ),
  LANGUAGE_UNSUPPORTED: entry(
    951,
    1,
    "The program uses JavaScript that the board does not have.",
    "Rewrite the place that is named.",
  ),
  BUILD_FAILED: entry(952, 1, "The program could not be built.", "Fix the errors above."),
  INTERNAL: entry(
    999,
    2,
    "Something unexpected went wrong in the tool.",
    "Run it again with SUITCASE_DEBUG=1 and report what it prints.",
  ),
} as const satisfies Record<string, HostErrorText>;
