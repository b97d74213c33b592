/**
 * Boards whose owner wants no native code on them: block 1 gets no module, the agent brings Ed25519 in
 * JavaScript, and tables for the trusted keys lie behind slot B.
 */

import { COMB_SIZE } from "../../device/crypto/comb.js";
import { BLOCK, MAX_KEYS } from "../../device/flash/layout.js";
import { SuitcaseError } from "../errors.js";
import { agentBundle, readBundle } from "./bundles.js";
import { type Profile, slotBlocks } from "./profiles.js";

/** Room for the table of the base point and those of all keys that a board can have. */
const TABLE_BLOCKS = Math.ceil(((MAX_KEYS + 1) * COMB_SIZE) / BLOCK);

/** What an envelope and a slot table take at the least, beside the agent. */
const LEAST = 512;

/** The profile of such a board. One that has no module anyway stays as it is. */
export function withoutNative(profile: Profile): Profile {
  return profile.nativeModule
    ? { ...profile, nativeModule: false, tableBlocks: TABLE_BLOCKS }
    : profile;
}

/** Throws NATIVE_NEEDED when the slots do not hold the agent with the verifier in JavaScript. */
export function requireRoom(profile: Profile): void {
  // A board of a few blocks would have no slots at all.
  const slot = Math.max(0, slotBlocks(profile)) * BLOCK;
  const agent = readBundle(agentBundle(profile)).length;
  if (agent + LEAST > slot)
    throw new SuitcaseError(
      "NATIVE_NEEDED",
      `The agent with Ed25519 in JavaScript takes ${agent} bytes, and without native code a slot of ` +
        `${profile.name} has ${slot}`,
    );
}

/** Such a board hashes in JavaScript, when its firmware has no SHA-256 (device/hash-block.ts). */
export function needsHashBlock(profile: Pick<Profile, "nativeModule" | "crypto">): boolean {
  return !profile.nativeModule && !profile.crypto.includes("SHA256");
}

/** Instructions of an Espruino for ARM, and cycles for each: measured in emulation, and an estimate. */
const PER_BYTE = 175_000;
const CYCLES = 2.35;
const CLOCK = 64e6;

/** About how many seconds such a board hashes `bytes` bytes, which it does at every boot. */
export function hashSeconds(bytes: number): number {
  return Math.round((bytes * PER_BYTE * CYCLES) / CLOCK);
}
