/** The agent for boards whose native module verifies signatures. */
import { startAgent } from "./agent-core.js";
import type { BootApi } from "./boot-api.js";

const api = global.suitcase as BootApi;
startAgent(api, api.port.verify as (block: Uint8Array) => void);
