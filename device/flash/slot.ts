/**
 * A slot: the components of one firmware, then the envelope that vouches for them, then a table that
 * tells where they lie. The bootloader follows the table and parses no CBOR; what it runs is bound
 * to the signature all the same, because every digest it compares with stands inside the manifest
 * whose digest was signed.
 */
import type { BootApi } from "../boot-api.js";
import { same, words } from "../bytes.js";
import { fail, SLOT_DAMAGED } from "../errors.js";
import { signedBlock } from "../suit/sig-structure.js";
import {
  CONFIG_FACTORY,
  CONFIG_KEY_AT,
  ENTRY_DIGEST,
  ENTRY_ROLE,
  ENTRY_SIZE,
  KEY_FACTORY,
  KEY_SIZE,
  SLOT_DIGEST,
  SLOT_STATE,
  SLOT_STATE_SIZE,
  SLOT_TABLE,
  TABLE_COUNT,
  TABLE_DIGEST,
  TABLE_ENTRY,
  TABLE_ENVELOPE,
  TABLE_HEAD,
  TABLE_KEY,
  TABLE_MAGIC,
  TABLE_MANIFEST,
  TABLE_MANIFEST_END,
  TABLE_PROTECTED,
  TABLE_SIGNATURE,
} from "./layout.js";

/** Where the state of a slot stands in the journal's record. */
export const slotState = (slot: number): number => SLOT_STATE + slot * SLOT_STATE_SIZE;

/** The public key number `index` of the configuration, 32 bytes. */
export const trustedKey = (config: Uint8Array, index: number): Uint8Array =>
  config.subarray(CONFIG_KEY_AT + index * KEY_SIZE, CONFIG_KEY_AT + index * KEY_SIZE + 32);

/** Reads the table of a slot as numbers; throws SLOT_DAMAGED when it is not whole. */
export const readTable = (api: BootApi, slot: number): Uint32Array => {
  const tableAt = api.numbers[(slotState(slot) + SLOT_TABLE) / 4];
  const at = api.slotAt(slot) + tableAt;
  const head = api.port.read(at, TABLE_HEAD);
  const length = TABLE_HEAD + (head[TABLE_COUNT] & 15) * TABLE_ENTRY;
  const table = words(api.port.read(at, length + 4));
  if (!tableAt || head[0] !== TABLE_MAGIC || api.port.crcAt(at, length) !== table[length / 4])
    fail(SLOT_DAMAGED, slot);
  return table;
};

/** Index of the entry of a role in a table; 0 when there is none. */
export const findRole = (table: Uint32Array, role: number): number => {
  for (let entry = TABLE_HEAD / 4; entry < table.length - 1; entry += TABLE_ENTRY / 4)
    if (table[entry + ENTRY_ROLE / 4] === role) return entry;
  return 0;
};

/**
 * Checks everything that a slot would run: manifest against the journal, signature (on boards with
 * the native module, otherwise the agent verified it when it wrote the journal) and the digest of
 * every component; with `agentOnly` of the agent alone. Throws SLOT_DAMAGED or SIGNATURE_INVALID.
 */
export const checkSlot = (api: BootApi, slot: number, agentOnly: boolean): Uint32Array => {
  const port = api.port;
  const table = readTable(api, slot);
  const start = api.slotAt(slot);
  const envelopeAt = start + table[TABLE_ENVELOPE / 4];
  const manifestAt = table[TABLE_MANIFEST / 4];
  const manifestEnd = table[TABLE_MANIFEST_END / 4];
  const digestAt = table[TABLE_DIGEST / 4];
  const key = table[TABLE_KEY / 4] & 255;
  // Behind the manifest may stand those of dependencies, up to the table.
  const envelope = port.read(
    envelopeAt,
    api.numbers[(slotState(slot) + SLOT_TABLE) / 4] - table[TABLE_ENVELOPE / 4],
  );
  const digest = port.hashAt(envelopeAt + manifestAt, manifestEnd - manifestAt);
  const expect = (actual: Uint8Array, bytes: Uint8Array, at: number): void => {
    if (!same(actual, 0, bytes, at, 32)) fail(SLOT_DAMAGED, slot);
  };
  expect(digest, api.record, slotState(slot) + SLOT_DIGEST);
  expect(digest, envelope, digestAt + 4);
  if (key === KEY_FACTORY) expect(digest, api.settings, CONFIG_FACTORY);
  else if (port.verify)
    port.verify(
      signedBlock(
        envelope,
        digestAt,
        table[TABLE_PROTECTED / 4],
        table[TABLE_SIGNATURE / 4],
        trustedKey(api.settings, key),
      ),
    );
  for (let entry = TABLE_HEAD / 4; entry < table.length - 1; entry += TABLE_ENTRY / 4)
    // ROLE_AGENT, ROLE_MANIFEST
    if (!agentOnly || table[entry + ENTRY_ROLE / 4] & 1)
      expect(
        port.hashAt(start + table[entry], table[entry + ENTRY_SIZE / 4]),
        envelope,
        table[entry + ENTRY_DIGEST / 4],
      );
  return table;
};
