/** The keys of a board, and its SHA-256. */
import { CONFIG_KEY_AT, CONFIG_KEYS, KEY_SIZE } from "./flash/layout.js";
import { config, port } from "./shared.js";

export const trusted = config.subarray(
  CONFIG_KEY_AT,
  CONFIG_KEY_AT + config[CONFIG_KEYS] * KEY_SIZE,
);
export const hash = port.hash;
