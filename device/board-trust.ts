/** Whom a board believes, for those whose native module verifies signatures (suit/trust.ts). */
import { fail, NATIVE_UNUSABLE, SIGNATURE_INVALID } from "./errors.js";
import { SIGNATURE_VALID } from "./port/port.js";
import { port } from "./shared.js";

export { hash, trusted } from "./board-keys.js";

// On a board without the module it would take no update any more: its trial ends here.
const ask = port.verify || fail(NATIVE_UNUSABLE, 0);

/** The bootloader's check throws; were a step of that left out, what it gives would still tell. */
export const verify = (block: Uint8Array): void => {
  if (ask(block) !== SIGNATURE_VALID) fail(SIGNATURE_INVALID, 0);
};
