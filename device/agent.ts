/** The agent for boards whose native module verifies signatures. */
import { startAgent } from "./agent-core.js";
import type { BootApi } from "./boot-api.js";
import { fail, NATIVE_UNUSABLE } from "./errors.js";

const api = global.suitcase as BootApi;
// On a board without the module it would take no update any more: its trial ends here.
startAgent(api, api.port.verify || fail(NATIVE_UNUSABLE, 0));
