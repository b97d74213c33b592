/** The agent for boards without the native module: it brings Ed25519 in plain JavaScript. */
import { startAgent } from "./agent-core.js";
import type { BootApi } from "./boot-api.js";
import { verifyEd25519 } from "./crypto/ed25519.js";
import { sha512 } from "./crypto/sha512.js";

const api = global.suitcase as BootApi;
startAgent(api, (block) => verifyEd25519(block, sha512, api.port.kick));
