/**
 * A slot: the components of one firmware, then the envelope that vouches for them, then a table that
 * tells where they lie. The bootloader follows the table and parses no CBOR; what it runs is bound
 * to the signature all the same, because every digest it compares with stands inside the manifest
 * whose digest was signed.
 */
import type { BootApi } from "../boot-api.js";
import { same, u32 } from "../bytes.js";
import { fail, SLOT_DAMAGED } from "../errors.js";
import {
  CONFIG_FACTORY,
  CONFIG_KEY_AT,
  ENTRY_DIGEST,
  ENTRY_ROLE,
  ENTRY_SIZE,
  KEY_FACTORY,
  KEY_SIZE,
  ROLE_AGENT,
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

/**
 * What Ed25519 verifies, as the native module takes it: signature(64) | public key(32) | Sig_structure
 * (RFC 9052 section 4.4 with context "Signature1", empty external data and the 36 bytes of the
 * digest as detached payload, draft-ietf-suit-manifest-37 section 8.3).
 */
export const signedBlock = (
  envelope: Uint8Array,
  digestAt: number,
  protectedAt: number,
  signatureAt: number,
  key: Uint8Array,
): Uint8Array => {
  // The protected header is a byte string of at most 23 bytes: one byte of head.
  const protectedSize = 1 + (envelope[protectedAt] & 31);
  const block = new Uint8Array(96 + 12 + protectedSize + 39);
  block.set(envelope.subarray(signatureAt, signatureAt + 64), 0);
  block.set(key, 64);
  block.set([0x84, 0x6a, 83, 105, 103, 110, 97, 116, 117, 114, 101, 49], 96);
  block.set(envelope.subarray(protectedAt, protectedAt + protectedSize), 108);
  block.set([0x40, 0x58, 0x24], 108 + protectedSize);
  block.set(envelope.subarray(digestAt, digestAt + 36), 111 + protectedSize);
  return block;
};

/** Where the state of a slot stands in the journal's record. */
export const slotState = (slot: number): number => SLOT_STATE + slot * SLOT_STATE_SIZE;

/** The public key number `index` of the configuration, 32 bytes. */
export const trustedKey = (config: Uint8Array, index: number): Uint8Array =>
  config.subarray(CONFIG_KEY_AT + index * KEY_SIZE, CONFIG_KEY_AT + index * KEY_SIZE + 32);

/** Reads the table of a slot; throws SLOT_DAMAGED when it is not whole. */
export const readTable = (api: BootApi, slot: number): Uint8Array => {
  const tableAt = u32(api.record, slotState(slot) + SLOT_TABLE);
  const at = api.slotAt(slot) + tableAt;
  const head = api.port.read(at, TABLE_HEAD);
  const length = TABLE_HEAD + (head[TABLE_COUNT] & 15) * TABLE_ENTRY;
  const table = api.port.read(at, length + 4);
  if (!tableAt || head[0] !== TABLE_MAGIC || api.port.crcAt(at, length) !== u32(table, length))
    fail(SLOT_DAMAGED, slot);
  return table;
};

/** Offset of the entry of a role in a table; 0 when there is none. */
export const findRole = (table: Uint8Array, role: number): number => {
  for (let entry = TABLE_HEAD; entry < table.length - 4; entry += TABLE_ENTRY)
    if (table[entry + ENTRY_ROLE] === role) return entry;
  return 0;
};

/**
 * Checks everything that a slot would run: manifest against the journal, signature (on boards with
 * the native module, otherwise the agent verified it when it wrote the journal) and the digest of
 * every component; with `agentOnly` of the agent alone. Throws SLOT_DAMAGED or SIGNATURE_INVALID.
 */
export const checkSlot = (api: BootApi, slot: number, agentOnly: boolean): Uint8Array => {
  const port = api.port;
  const table = readTable(api, slot);
  const start = api.slotAt(slot);
  const word = (at: number): number => u32(table, at);
  const envelopeAt = start + word(TABLE_ENVELOPE);
  const envelope = port.read(envelopeAt, word(TABLE_MANIFEST_END));
  const digest = port.hashAt(
    envelopeAt + word(TABLE_MANIFEST),
    word(TABLE_MANIFEST_END) - word(TABLE_MANIFEST),
  );
  const expect = (actual: Uint8Array, bytes: Uint8Array, at: number): void => {
    if (!same(actual, 0, bytes, at, 32)) fail(SLOT_DAMAGED, slot);
  };
  expect(digest, api.record, slotState(slot) + SLOT_DIGEST);
  expect(digest, envelope, word(TABLE_DIGEST) + 4);
  if (word(TABLE_KEY) === KEY_FACTORY) expect(digest, api.config, CONFIG_FACTORY);
  else if (port.verify)
    port.verify(
      signedBlock(
        envelope,
        word(TABLE_DIGEST),
        word(TABLE_PROTECTED),
        word(TABLE_SIGNATURE),
        trustedKey(api.config, word(TABLE_KEY)),
      ),
    );
  for (let entry = TABLE_HEAD; entry < table.length - 4; entry += TABLE_ENTRY)
    if (!agentOnly || table[entry + ENTRY_ROLE] === ROLE_AGENT)
      expect(
        port.hashAt(start + word(entry), word(entry + ENTRY_SIZE)),
        envelope,
        word(entry + ENTRY_DIGEST),
      );
  return table;
};
