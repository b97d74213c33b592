/** Bytes as a string of characters 0 to 255, in any engine; on boards rollup puts espruino-text.ts in its place. */
export const toText = (bytes: Uint8Array): string =>
  String.fromCharCode.apply(null, bytes as unknown as number[]);
