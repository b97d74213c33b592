/**
 * Whom a device believes, and by what means. On boards an agent has board-trust.ts or
 * board-trust-js.ts in place of this file (rollup.config.js).
 */

export interface Trust {
  /** Key records of 48 bytes each (flash/layout.ts, KEY_SIZE). */
  trusted: Uint8Array;
  /**
   * Strict Ed25519 over signature(64) | public key(32) | message; throws SIGNATURE_INVALID. `hint` is
   * what a signature came with to make that cheaper: from anybody, and of no say.
   */
  verify(block: Uint8Array, hint?: Uint8Array): void;
  /** SHA-256. */
  hash(bytes: Uint8Array): Uint8Array;
}

export let trusted: Trust["trusted"];
export let verify: Trust["verify"];
export let hash: Trust["hash"];

/** Tells the processor whom the device believes that it plays. */
export const useTrust = (trust: Trust): void => {
  trusted = trust.trusted;
  verify = trust.verify;
  hash = trust.hash;
};
