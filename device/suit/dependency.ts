/**
 * One level of dependencies (suit-trust-domains-12): an envelope that is a component of another one. In
 * no agent's bundle unless it is built with them.
 *
 * A dependency is read in the same bytes as the manifest around it, so that parameters, which are
 * offsets, mean the same in both.
 */
import { same } from "../bytes.js";
import { DEPENDENCY_DIGEST } from "../errors.js";
import { at, BYTES, end, input, items, MAP, refuse, seek, skip, string } from "./cbor.js";
import { digestAt, keepEnvelope, readEnvelope } from "./envelope.js";
import { keepManifest } from "./manifest.js";

/**
 * Authenticates the envelope at `range`, lets `work` use it, and brings back what was read before.
 *
 * @param expected where the 32 bytes of the manifest's digest stand (image-digest)
 * @throws DEPENDENCY_DIGEST, and what authenticate() throws
 */
export const withDependency = <T>(range: number[], expected: number, work: () => T): T => {
  const restoreEnvelope = keepEnvelope();
  const restoreManifest = keepManifest();
  const back = at;
  const outer = end;
  try {
    seek(range[0], range[1]);
    readEnvelope();
    if (!same(input, digestAt + 4, input, expected, 32)) refuse(DEPENDENCY_DIGEST);
    return work();
  } finally {
    restoreEnvelope();
    restoreManifest();
    seek(back, outer);
  }
};

/** Where the manifest's byte string stands in the envelope at `range`; undefined in anything else. */
export const findManifest = (range: number[]): number[] | undefined => {
  const back = at;
  const outer = end;
  let manifest: number[] | undefined;
  seek(range[0], range[1]);
  try {
    if (skip(0xd8) && skip(107) && items(MAP) && skip(2)) {
      string(BYTES);
      const from = at + 1;
      if (skip(3)) {
        string(BYTES);
        manifest = [from, at];
      }
    }
  } catch (_) {
    // Not an envelope.
  }
  seek(back, outer);
  return manifest;
};
