/**
 * The board's processor with the board's own Ed25519 and SHA-512. Only SHA-256, which boards have in
 * native code, is a library's. Built as a file of its own, so that tests judge with the very bytes that
 * a page loads.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { verifyEd25519 } from "../../device/crypto/ed25519.js";
import { sha512 } from "../../device/crypto/sha512.js";
import type { Target } from "../../device/suit/target.js";
import type { DeviceState } from "../device-state.js";
import { judgeEnvelope, type Verdict } from "../verdict.js";

/** Signature (64 bytes) | public key (32) | message; throws SIGNATURE_INVALID. */
export function verifyBlock(block: Uint8Array): void {
  verifyEd25519(block, sha512);
}

/** Plays an update on a device, as `suitcase verify` does. */
export function verifyEnvelope(
  envelope: Uint8Array,
  device: DeviceState,
  payload: (uri: string) => Uint8Array | undefined,
  trace?: Target["trace"],
): Verdict {
  return judgeEnvelope(envelope, device, { hash: sha256, verify: verifyBlock }, payload, trace);
}

/**
 * The same for a page that knows no key: everything but the signature. Whoever made the release stays
 * unknown, and no key of `device` is looked at.
 */
export function judgeUnsigned(
  envelope: Uint8Array,
  device: DeviceState,
  payload: (uri: string) => Uint8Array | undefined,
): Verdict {
  const nobody = { public: new Uint8Array(32), kid: new Uint8Array(0), roles: [] };
  const anyKey = { ...device, keys: [nobody] };
  return judgeEnvelope(envelope, anyKey, { hash: sha256, verify: () => {} }, payload);
}
