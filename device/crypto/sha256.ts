/**
 * What both forms of SHA-256 (FIPS 180-4) in plain JavaScript have in common, for engines without one of
 * their own: sha256-halves.ts and sha256-words.ts have the compression function.
 */

/** The 64 round constants (FIPS 180-4, section 4.2.2), hexadecimal. */
export const CONSTANTS =
  "428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5d807aa9812835b01243185be550c7dc3" +
  "72be5d7480deb1fe9bdc06a7c19bf174e49b69c1efbe47860fc19dc6240ca1cc2de92c6f4a7484aa5cb0a9dc76f988da" +
  "983e5152a831c66db00327c8bf597fc7c6e00bf3d5a7914706ca63511429296727b70a852e1b21384d2c6dfc53380d13" +
  "650a7354766a0abb81c2c92e92722c85a2bfe8a1a81a664bc24b8b70c76c51a3d192e819d6990624f40e3585106aa070" +
  "19a4c1161e376c082748774c34b0bcb5391c0cb34ed8aa4a5b9cca4f682e6ff3748f82ee78a5636f84c878148cc70208" +
  "90befffaa4506cebbef9a3f7c67178f2";

/** The initial value (FIPS 180-4, section 5.3.3). */
export const INITIAL = "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19";

/** Gives the `size` bytes from `at` on. */
export type Read = (at: number, size: number) => Uint8Array;

/**
 * Cuts a message into padded blocks of 64 bytes (FIPS 180-4, section 5.1.1) and gives each to `compress`.
 * The message is read in pieces of at most 64 bytes, so that flash is hashed without room for it. `kick`
 * is called once for each block.
 */
export function eachBlock(
  read: Read,
  length: number,
  kick: () => void,
  compress: (block: Uint8Array) => void,
): void {
  const block = new Uint8Array(64);
  for (let start = 0; start < length + 9; start += 64) {
    block.fill(0);
    if (start < length) block.set(read(start, Math.min(64, length - start)));
    if (length >= start && length < start + 64) block[length - start] = 128;
    // The length in bits; in bytes it is below 2^32.
    if (start + 64 >= length + 9)
      for (let i = 0; i < 5; i++) block[59 + i] = (length * 8) / 256 ** (4 - i);
    compress(block);
    kick();
  }
}
