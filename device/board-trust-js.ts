/** Whom a board believes, for those without the native module: Ed25519 in plain JavaScript. */

import { trusted } from "./board-keys.js";
import { COMB_SIZE } from "./crypto/comb.js";
import { verifyEd25519 } from "./crypto/ed25519.js";
import { sha512 } from "./crypto/sha512.js";
import {
  COMBS_DIGEST_SIZE,
  CONFIG_COMBS,
  CONFIG_COMBS_DIGEST,
  KEY_SIZE,
  MAX_KEYS,
} from "./flash/layout.js";
import { inPlace } from "./port/espruino-agent.js";
import { api, config, port, same } from "./shared.js";

export { hash, trusted } from "./board-keys.js";

/** Place of the table of a key among all tables; 0 when it has none, or they are damaged. */
const combOf = (key: Uint8Array): number => {
  const count = config[CONFIG_COMBS];
  if (count <= MAX_KEYS)
    for (let i = 0; i < count; i++)
      if (
        same(key, 64, trusted, i * KEY_SIZE, 32) &&
        same(
          port.hashAt(api.slotAt(2), (count + 1) * COMB_SIZE),
          0,
          config,
          CONFIG_COMBS_DIGEST,
          COMBS_DIGEST_SIZE,
        )
      )
        return (i + 1) * COMB_SIZE;
  return 0;
};

export const verify = (block: Uint8Array, hint?: Uint8Array): void => {
  const at = combOf(block);
  verifyEd25519(
    block,
    sha512,
    port.kick,
    at ? { tables: inPlace(api.slotAt(2), at + COMB_SIZE), at: at, hint: hint } : undefined,
  );
};
