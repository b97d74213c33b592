/** Whom a board believes, for those without the native module: Ed25519 in plain JavaScript. */
import { verifyEd25519 } from "./crypto/ed25519.js";
import { sha512 } from "./crypto/sha512.js";
import { port } from "./shared.js";

export { hash, trusted } from "./board-keys.js";

export const verify = (block: Uint8Array): void => verifyEd25519(block, sha512, port.kick);
