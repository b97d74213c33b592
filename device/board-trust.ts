/** Whom a board believes, for those whose native module verifies signatures (suit/trust.ts). */
import { fail, SIGNATURE_INVALID } from "./errors.js";
import { SIGNATURE_VALID } from "./port/port.js";
import { port } from "./shared.js";

export { hash, trusted } from "./board-keys.js";

// That the module is there was found when this agent started (update/programs-packed.ts).
const ask = port.verify as NonNullable<typeof port.verify>;

/** The bootloader's check throws; were a step of that left out, what it gives would still tell. */
export const verify = (block: Uint8Array): void => {
  if (ask(block) !== SIGNATURE_VALID) fail(SIGNATURE_INVALID, 0);
};
