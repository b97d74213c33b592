/**
 * Makes a blank flash into a board: the reserved file, the bootloader, the configuration, the native
 * module, the first firmware, the first journal record. The record comes last: without it nothing
 * runs, so an interrupted provisioning is seen and can be done again.
 */
import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import { sealRecord } from "../../device/flash/journal.js";
import * as layout from "../../device/flash/layout.js";
import {
  encodeEnvelope,
  encodeManifest,
  encodeSignature,
  encodeWrapper,
  manifestDigest,
  sha256,
} from "../author/encode.js";
import { generateKey } from "../author/keys.js";
import { SuitcaseError } from "../errors.js";
import { combTables } from "./comb-tables.js";
import { type BoardConfig, encodeConfig, slotSize } from "./config-page.js";
import type { NorFlash } from "./flash.js";
import { answerOnHost, SIMULATED_CPU } from "./native.js";
import { KNOWN_ANSWERS, readNativeModule, requireUsable } from "./native-module.js";
import { layOutSlot, type SlotImage, type SlotOptions } from "./slot-image.js";
import { provisionRegion } from "./storage.js";

/** What is laid down beside the configuration. */
export interface ProvisionParts {
  /** Text of the bootloader bundle. */
  boot: Uint8Array;
  /** Text of the agent bundle: the factory firmware, unless `firmware` is given. */
  agent: Uint8Array;
  /** The native module's code, for profiles that have it; by default the one of this package. */
  native?: Uint8Array;
  /** A signed first firmware: its envelope and what lies at its URIs. */
  firmware?: Pick<SlotOptions, "envelope" | "payload">;
}

/** The program text must end with a NUL in front of the configuration. */
const BOOT_ROOM = layout.CONFIG_AT - layout.HEADER;

/**
 * The factory firmware: the agent alone, under sequence number 0. Nobody signs it; the configuration,
 * which is never erased, holds the digest of its manifest. The signature in its envelope is of a key
 * that is forgotten at once, so that the envelope has its usual form.
 */
function factorySlot(config: BoardConfig, agent: Uint8Array): SlotImage {
  const key = generateKey();
  const manifest = encodeManifest({
    sequence: 0,
    vendor: config.vendor,
    class: config.class,
    referenceUri: config.manifestUri,
    components: [{ name: "agent", size: agent.length, digest: sha256(agent), uri: "agent" }],
  });
  const digest = manifestDigest(manifest);
  return layOutSlot({
    envelope: encodeEnvelope(encodeWrapper(digest, [encodeSignature(digest, key)]), manifest),
    payload: () => agent,
    keys: [{ public: key.publicKey, kid: new Uint8Array(0), roles: [] }],
    identity: [config.vendor, config.class, config.device],
    factory: true,
  });
}

function firstRecord(slot: SlotImage): Uint8Array {
  const record = new Uint8Array(layout.RECORD);
  const numbers = new Uint32Array(record.buffer);
  record[0] = layout.RECORD_MAGIC;
  record[layout.PHASE] = layout.SETTLED;
  numbers[layout.SERIAL / 4] = 1;
  numbers[layout.FLOOR / 4] = slot.sequence;
  numbers[layout.SLOT_STATE / 4] = slot.sequence;
  numbers[(layout.SLOT_STATE + layout.SLOT_TABLE) / 4] = slot.tableAt;
  record.set(slot.digest, layout.SLOT_STATE + layout.SLOT_DIGEST);
  sealRecord(record, (bytes) => crc32(bytes));
  return record;
}

/** Bytes filled up to whole words, as the flash takes them. */
function words(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(4 * Math.ceil(bytes.length / 4)).fill(255);
  padded.set(bytes);
  return padded;
}

/**
 * Erases a simulated flash and provisions it.
 *
 * @throws KEY_COUNT, IMAGE_TOO_LARGE, NATIVE_FILE, NATIVE_UNUSABLE, the board's refusals of a first firmware that is not for it
 */
export function provision(
  flash: NorFlash,
  config: Omit<BoardConfig, "factory">,
  parts: ProvisionParts,
): { sequence: number; digest: string } {
  const identity = [config.vendor, config.class, config.device];
  const full: BoardConfig = {
    ...config,
    factory: new Uint8Array(32),
    tables: combTables(
      config.keys.map((key) => key.public),
      config.profile.tableBlocks * layout.BLOCK,
    ),
  };
  const slot = parts.firmware
    ? layOutSlot({ ...parts.firmware, keys: config.keys, identity, factory: false })
    : factorySlot(full, parts.agent);
  if (!parts.firmware) full.factory = slot.digest;
  const room = slotSize(config.profile);
  if (slot.bytes.length > room)
    throw new SuitcaseError(
      "IMAGE_TOO_LARGE",
      `The first firmware needs ${slot.bytes.length} bytes, ${slot.bytes.length - room} more than the slot's ${room}`,
    );
  if (parts.boot.length >= BOOT_ROOM) throw new SuitcaseError("BOOT_TOO_LARGE");
  const boot = new Uint8Array(parts.boot.length + 1);
  boot.set(parts.boot);

  for (let at = 0; at < flash.size; at += flash.pageSize) flash.erasePage(at);
  provisionRegion(flash, config.profile);
  flash.program(layout.HEADER, words(boot));
  flash.program(layout.CONFIG_AT, encodeConfig(full));
  if (config.profile.nativeModule) {
    flash.program(layout.NATIVE_AT, words(parts.native ?? readNativeModule()));
    requireUsable(SIMULATED_CPU, KNOWN_ANSWERS.map(answerOnHost));
  }
  if (full.tables?.length) flash.program(layout.SLOTS_AT + 2 * room, full.tables);
  flash.program(layout.SLOTS_AT, slot.bytes);
  flash.program(layout.JOURNAL_AT, firstRecord(slot));
  return { sequence: slot.sequence, digest: Buffer.from(slot.digest).toString("hex") };
}

/** A random device identifier: a version 4 UUID. */
export function randomDevice(): Uint8Array {
  return new Uint8Array(Buffer.from(randomUUID().replaceAll("-", ""), "hex"));
}
