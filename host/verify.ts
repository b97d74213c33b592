/** {@link judgeEnvelope} with Node's hashes. */
import { createHash } from "node:crypto";
import { verifyEd25519 } from "../device/crypto/ed25519.js";
import type { Target } from "../device/suit/target.js";
import type { DeviceState } from "./device-state.js";
import { judgeEnvelope, type Verdict } from "./verdict.js";

export type { Verdict } from "./verdict.js";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const sha512 = (bytes: Uint8Array) => new Uint8Array(createHash("sha512").update(bytes).digest());

/** The board's Ed25519, with the host's SHA-512; throws SIGNATURE_INVALID. */
export function verifyOnHost(block: Uint8Array): void {
  verifyEd25519(block, sha512, () => {});
}

/** Plays an update on a device; see {@link judgeEnvelope}. */
export function verifyEnvelope(
  envelope: Uint8Array,
  device: DeviceState,
  payload: (uri: string) => Uint8Array | undefined,
  trace?: Target["trace"],
): Verdict {
  return judgeEnvelope(envelope, device, { hash: sha256, verify: verifyOnHost }, payload, trace);
}
