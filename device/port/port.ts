/** What the check of a signature gives for a valid one: nothing that a call left out could give. */
export const SIGNATURE_VALID = 0x53430202;

/**
 * The one place where engines differ. Everything else in device/ is pure and synchronous and works
 * on these functions only. All offsets are bytes from the start of the region (flash/layout.ts).
 */
export interface Port {
  /** Copies `length` bytes of flash into RAM. */
  read(at: number, length: number): Uint8Array;
  /**
   * Programs whole words: `at` and `bytes.length` are multiples of 4 and the words are erased.
   * Reads back; throws FLASH_WRITE when the flash does not hold the bytes.
   */
  write(at: number, bytes: Uint8Array): void;
  /** Erases the 4,096-byte block at `at` and reads back; throws FLASH_ERASE when it is not blank. */
  erase(at: number): void;
  /** What the flash had to bear since the board started: blocks erased, words written. */
  spent: Uint32Array;
  /** IEEE CRC-32 of `length` bytes of flash, as an unsigned number. */
  crcAt(at: number, length: number): number;
  /** IEEE CRC-32 of bytes in RAM, as an unsigned number. */
  crc(bytes: Uint8Array): number;
  /** SHA-256 of `length` bytes of flash, read in place where the chip maps it. 32 bytes. */
  hashAt(at: number, length: number): Uint8Array;
  /** SHA-256 of bytes in RAM. 32 bytes. */
  hash(bytes: Uint8Array): Uint8Array;
  /**
   * Ed25519 (RFC 8032, strict) over `signature(64) | public key(32) | message`.
   * Gives SIGNATURE_VALID when it is, and throws SIGNATURE_INVALID otherwise: who calls may check both.
   * Absent on boards without the native module: there the agent brings its own.
   */
  verify?: (block: Uint8Array) => number;
  /**
   * Unpacks a program of `size` bytes (host/author/squeeze.ts) into RAM and runs it as a function's body
   * with the parameter `$`. What it gives has to be kept as long as anything of the program: its functions run in it.
   * Absent on boards without the native module. Throws OUT_OF_MEMORY.
   */
  unpack?: (packed: string, size: number, given: object) => Uint8Array;
  /**
   * Runs the program text that lies in flash: evaluates it in the global scope, or, when something is
   * given to it, as the body of a function with the parameter `$`.
   */
  run(at: number, length: number, given?: object): void;
  /** Starts the watchdog; it cannot be stopped. */
  watch(seconds: number): void;
  /** Feeds the watchdog. */
  kick(): void;
  /** Resets the board; does not return. */
  restart(): void;
}

/**
 * What the program in block 1 leaves in `global.suitcase` on boards that have no other SHA-256
 * (crypto/sha256-words.ts): the digest of `length` bytes, which `read` gives in pieces of at most 64.
 */
export type HashBlock = (
  read: (at: number, size: number) => Uint8Array,
  length: number,
  kick: () => void,
) => Uint8Array;
