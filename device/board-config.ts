/**
 * The configuration that provisioning wrote (flash/layout.ts). Loaded before all else that can fail: what
 * fails later finds the console closed.
 */
import { fail, NOT_PROVISIONED } from "./errors.js";
import {
  CONFIG_AT,
  CONFIG_FLAGS,
  CONFIG_MAGIC,
  CONFIG_SIZE,
  FLAG_KEEP_CONSOLE,
} from "./flash/layout.js";
import { view } from "./port/region.js";

export const config = E.toUint8Array(view(CONFIG_AT, CONFIG_SIZE));

if (config[0] !== CONFIG_MAGIC) fail(NOT_PROVISIONED, 0);
if (!(config[CONFIG_FLAGS] & FLAG_KEEP_CONSOLE)) E.setConsole(null, { force: true });
