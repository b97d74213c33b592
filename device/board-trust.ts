/** Whom a board believes, for those whose native module verifies signatures (suit/trust.ts). */
import { fail, NATIVE_UNUSABLE } from "./errors.js";
import { port } from "./shared.js";

export { hash, trusted } from "./board-keys.js";

// On a board without the module it would take no update any more: its trial ends here.
export const verify = port.verify || fail(NATIVE_UNUSABLE, 0);
