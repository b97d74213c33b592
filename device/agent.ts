/** The agent for boards whose native module verifies signatures. */
import { startAgent } from "./agent-core.js";
import { fail, NATIVE_UNUSABLE } from "./errors.js";
import { port } from "./shared.js";

// On a board without the module it would take no update any more: its trial ends here.
startAgent(port.verify || fail(NATIVE_UNUSABLE, 0));
