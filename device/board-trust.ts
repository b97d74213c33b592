/** Whom a board believes, for those whose native module verifies signatures (suit/trust.ts). */
import { port } from "./shared.js";

export { hash, trusted } from "./board-keys.js";

// That the module is there was found when this agent started (updater-packed.ts).
export const verify = port.verify as NonNullable<typeof port.verify>;
