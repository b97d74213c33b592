/** The agent for boards without the native module: it brings Ed25519 in plain JavaScript. */
import { startAgent } from "./agent-core.js";
import { verifyEd25519 } from "./crypto/ed25519.js";
import { sha512 } from "./crypto/sha512.js";
import { port } from "./shared.js";

startAgent((block) => verifyEd25519(block, sha512, port.kick));
