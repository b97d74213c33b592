/**
 * Where everything lies in the reserved file that owns the board's flash.
 *
 * All offsets are in bytes from the start of the region, which is the erase block that holds the
 * 32-byte Storage header of the file `.boot0`. The bytes are described in docs/flash-format.md; the
 * host writes them at provisioning, the bootloader and the agent read them ever after.
 */

/** The unit in which slots and journal are erased. A chip with smaller pages erases several. */
export const BLOCK = 4096;
/** CRC-32 of an erased block. */
export const BLANK_BLOCK = 0xf154670a;
/** Bytes of the Storage header in front of the bootloader's text. */
export const HEADER = 32;
/** Where the board's configuration starts in block 0; the bootloader and its NUL end before it. */
export const CONFIG_AT = 3712;
export const CONFIG_SIZE = BLOCK - CONFIG_AT;
/** The native module, where a board has one. */
export const NATIVE_AT = BLOCK;
/** Two blocks of journal records, used in turn. */
export const JOURNAL_AT = 2 * BLOCK;
/** Slot A starts here; slot B follows it. */
export const SLOTS_AT = 4 * BLOCK;

/** Configuration: first byte, so that a page that was never written is told from a provisioned one. */
export const CONFIG_MAGIC = 0x5c;

/** Bits of the configuration's flag byte. */
export const FLAG_NATIVE = 1;
/** Code must be copied to RAM before it runs: the flash is not memory mapped. */
export const FLAG_COPY_CODE = 2;
/** The console stays open (development boards): shown as an open door by `status`. */
export const FLAG_KEEP_CONSOLE = 4;
/** Over BLE only those may write with whom the board was paired. */
export const FLAG_BOND = 8;

/** Offsets inside the configuration. */
export const CONFIG_FLAGS = 1;
export const CONFIG_LINKS = 2;
export const CONFIG_KEYS = 3;
export const CONFIG_BASE = 4;
export const CONFIG_SLOT_SIZE = 8;
/** Seconds a trial may run unconfirmed. */
export const CONFIG_DEADLINE = 12;
/** Boots a trial may take. */
export const CONFIG_TRIALS = 14;
/** Seconds until the watchdog resets a board that hangs; 0 leaves the watchdog off. */
export const CONFIG_WATCHDOG = 15;
export const CONFIG_VENDOR = 16;
export const CONFIG_CLASS = 32;
export const CONFIG_DEVICE = 48;
/** SHA-256 of the manifest that was laid down at provisioning: trusted without a signature. */
export const CONFIG_FACTORY = 64;
/** Name of the board's profile, 16 characters filled up with NUL. */
export const CONFIG_NAME = 96;
export const NAME_SIZE = 16;
/** What of the configuration a board tells to everybody: all before the keys. */
export const CONFIG_PUBLIC = 112;
export const CONFIG_KEY_AT = 112;
/** A key: 32 bytes public key, 1 byte for its rights (0), 1 byte length of the key id, 14 bytes key id. */
export const KEY_SIZE = 48;
export const KEY_ID_LENGTH = 33;
export const KEY_ID = 34;
export const MAX_KEYS = 5;
/** Largest envelope the board takes into its RAM, bytes (16 bit). */
export const CONFIG_ENVELOPE = 352;
/**
 * How many keys, the first ones, have a table behind slot B (device/crypto/comb.ts). 0 and 255, which is
 * what boards without tables have here: none.
 */
export const CONFIG_COMBS = 354;
/** The first 16 bytes of SHA-256 over all tables, that of the base point included. */
export const CONFIG_COMBS_DIGEST = 356;
export const COMBS_DIGEST_SIZE = 16;

/** Bits of the link byte: the serial devices on which the agent listens. */
export const LINK_NAMES = ["USB", "Serial1", "Bluetooth"];
/** Bit of Espruino's own UART service; without it there is none. */
export const LINK_BLUETOOTH = 4;

/** Journal record: a whole snapshot of the state in 128 bytes, closed by a CRC-32. */
export const RECORD = 128;
export const RECORD_MAGIC = 0x53;
export const RECORD_CRC = 124;
/** Bytes of a record: SETTLED, STAGED or TRIAL. */
export const PHASE = 1;
/** The confirmed slot, 0 or 1. The other one is the target of the next update. */
export const ACTIVE = 2;
/** Boots of the running trial, counted before the app is parsed. */
export const TRIALS = 3;
/** Number of the record (32 bit): the valid one with the highest number is the state. */
export const SERIAL = 4;
/** The highest sequence number ever staged (32 bit): nothing below it is accepted again. */
export const FLOOR = 8;
/** Why the last trial ended without confirmation (REVERT_*, 32 bit), or 0. */
export const REASON = 12;
/** Two slot states: sequence number and table offset (32 bit each), digest of the manifest. */
export const SLOT_STATE = 16;
export const SLOT_STATE_SIZE = 40;
/** In a slot state: offset of the slot table; 0 while nothing complete lies in the slot. */
export const SLOT_TABLE = 4;
/** In a slot state: SHA-256 of the manifest with its bstr head, 32 bytes. */
export const SLOT_DIGEST = 8;

/** The confirmed slot runs; the other one holds the previous firmware, a part of one, or nothing. */
export const SETTLED = 1;
/** The other slot holds a verified firmware that is to be tried at the next boot. */
export const STAGED = 2;
/** The other slot is being tried. */
export const TRIAL = 3;

/**
 * Slot table, behind the envelope in a slot: 32-bit numbers that tell the bootloader where things are,
 * so that it parses no CBOR. Offsets in the envelope count from its authentication wrapper.
 */
export const TABLE_MAGIC = 0x54;
/** Number of components (8 bit), offset in the envelope part of set-version or 0 (24 bit). */
export const TABLE_COUNT = 4;
/** Index of the key that signed, or KEY_FACTORY. */
export const TABLE_KEY = 8;
/** Offset of the envelope part in the slot. */
export const TABLE_ENVELOPE = 12;
/** In the envelope part: digest structure, protected header, signature, manifest and its end. */
export const TABLE_DIGEST = 16;
export const TABLE_PROTECTED = 20;
export const TABLE_SIGNATURE = 24;
export const TABLE_MANIFEST = 28;
export const TABLE_MANIFEST_END = 32;
export const TABLE_HEAD = 36;
/** An entry: offset and size in the slot, offset of the digest in the envelope part, role. */
export const TABLE_ENTRY = 16;
export const ENTRY_SIZE = 4;
export const ENTRY_DIGEST = 8;
export const ENTRY_ROLE = 12;
/** `key` of a table whose manifest is vouched for by the configuration, not by a signature. */
export const KEY_FACTORY = 255;

/** What a component in a slot is for. */
export const ROLE_DATA = 0;
export const ROLE_AGENT = 1;
export const ROLE_APP = 2;
/** The manifest of a dependency, which describes others: whoever checks one checks it, too. */
export const ROLE_MANIFEST = 3;
