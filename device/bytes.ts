/** Numbers and runs of bytes, as the flash format has them: little endian. */

export const u16 = (bytes: Uint8Array, at: number): number => bytes[at] | (bytes[at + 1] << 8);

export const u32 = (bytes: Uint8Array, at: number): number =>
  u16(bytes, at) + u16(bytes, at + 2) * 65536;

export const put32 = (bytes: Uint8Array, at: number, value: number): void => {
  for (let i = 0; i < 4; i++) bytes[at + i] = value >> (8 * i);
};

/** `size` bytes that are there, as a byte string (Espruino's subarray does not stop at the end). */
export const chars = (bytes: Uint8Array, at: number, size: number): string =>
  String.fromCharCode.apply(null, bytes.subarray(at, at + size) as unknown as number[]);

/** True when `size` bytes at the two places are the same. As strings: one native comparison. */
export const same = (
  a: Uint8Array,
  aAt: number,
  b: Uint8Array,
  bAt: number,
  size: number,
): boolean => chars(a, aAt, size) === chars(b, bAt, size);
