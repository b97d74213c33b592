/** The configuration in block 0: who a board is and whom it believes (device/flash/layout.ts). */
import { createHash } from "node:crypto";
import { COMB_SIZE } from "../../device/crypto/comb.js";
import * as layout from "../../device/flash/layout.js";
import { type DeviceKey, keyRecords } from "../device-state.js";
import { SuitcaseError } from "../errors.js";
import { type Profile, slotBlocks } from "./profiles.js";

export interface BoardConfig {
  profile: Profile;
  /** 16 bytes each. */
  vendor: Uint8Array;
  class: Uint8Array;
  device: Uint8Array;
  keys: DeviceKey[];
  /** SHA-256 of the factory firmware's manifest, 32 bytes; zeros when the first firmware is signed. */
  factory: Uint8Array;
  /** What lies behind slot B (comb-tables.ts), empty for nothing. */
  tables?: Uint8Array;
  keepConsole: boolean;
  /** Over BLE only paired hosts may write. */
  bond?: boolean;
  /** False: no UART service of Espruino's over BLE. */
  bleUart?: boolean;
  /** Where the first release is to be found; later ones say it themselves. */
  manifestUri?: string;
  /** Seconds a trial may run unconfirmed. */
  deadline: number;
  /** Boots a trial may take. */
  trials: number;
  /** Seconds; 0 leaves the watchdog off. */
  watchdog: number;
}

const { CONFIG_NAME: NAME_AT, NAME_SIZE } = layout;

/** Bytes of a slot. */
export function slotSize(profile: Profile): number {
  return slotBlocks(profile) * layout.BLOCK;
}

/**
 * Encodes the configuration, {@link layout.CONFIG_SIZE} bytes.
 *
 * @throws KEY_COUNT
 */
export function encodeConfig(config: BoardConfig): Uint8Array {
  if (config.keys.length < 1 || config.keys.length > layout.MAX_KEYS)
    throw new SuitcaseError("KEY_COUNT", `${config.keys.length} keys were given`);
  const { profile } = config;
  const bytes = new Uint8Array(layout.CONFIG_SIZE).fill(255);
  const view = new DataView(bytes.buffer);
  bytes[0] = layout.CONFIG_MAGIC;
  bytes[layout.CONFIG_FLAGS] =
    (profile.nativeModule ? layout.FLAG_NATIVE : layout.FLAG_COPY_CODE) |
    (config.keepConsole ? layout.FLAG_KEEP_CONSOLE : 0) |
    (config.bond ? layout.FLAG_BOND : 0);
  const links = profile.links.filter((name) => name !== "Bluetooth" || config.bleUart !== false);
  bytes[layout.CONFIG_LINKS] = links.reduce(
    (bits, name) => bits | (1 << layout.LINK_NAMES.indexOf(name)),
    0,
  );
  bytes[layout.CONFIG_KEYS] = config.keys.length;
  view.setUint32(layout.CONFIG_BASE, profile.baseAddress, true);
  view.setUint32(layout.CONFIG_SLOT_SIZE, slotSize(profile), true);
  view.setUint16(layout.CONFIG_DEADLINE, config.deadline, true);
  bytes[layout.CONFIG_TRIALS] = config.trials;
  bytes[layout.CONFIG_WATCHDOG] = profile.watchdog ? config.watchdog : 0;
  bytes.set(config.vendor, layout.CONFIG_VENDOR);
  bytes.set(config.class, layout.CONFIG_CLASS);
  bytes.set(config.device, layout.CONFIG_DEVICE);
  bytes.set(config.factory, layout.CONFIG_FACTORY);
  view.setUint16(layout.CONFIG_ENVELOPE, profile.limits.envelope, true);
  if (config.tables?.length) {
    bytes[layout.CONFIG_COMBS] = config.tables.length / COMB_SIZE - 1;
    const digest = createHash("sha256").update(config.tables).digest();
    bytes.set(digest.subarray(0, layout.COMBS_DIGEST_SIZE), layout.CONFIG_COMBS_DIGEST);
  }
  bytes.set(keyRecords(config.keys), layout.CONFIG_KEY_AT);
  bytes.set(Buffer.from(profile.name.padEnd(NAME_SIZE, "\0"), "ascii"), NAME_AT);
  return bytes;
}

/** The name of the profile that a provisioned region was made for; undefined for any other bytes. */
export function profileNameIn(region: Uint8Array): string | undefined {
  const config = region.subarray(layout.CONFIG_AT, layout.BLOCK);
  if (config[0] !== layout.CONFIG_MAGIC) return undefined;
  const name = Buffer.from(config.subarray(NAME_AT, NAME_AT + NAME_SIZE)).toString("ascii");
  return /^[a-z0-9]+\0*$/.test(name) ? name.replaceAll("\0", "") : undefined;
}
