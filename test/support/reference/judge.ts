/**
 * An independent SUIT manifest processor, written from draft-ietf-suit-manifest-37 and its companions
 * and apart from device/: the oracle for test/vectors/suite and for fuzzing. Clear rather than fast.
 */
import { hex } from "./cbor.js";
import type { ReferenceDevice } from "./device.js";
import { equal, sha256 } from "./digest.js";
import { authenticate } from "./envelope.js";
import { type ErrorClass, type Place, Refused, refuse } from "./errors.js";
import { Machine } from "./machine.js";
import { type Manifest, ORDER, readManifest } from "./manifest.js";
import { type Step, World } from "./world.js";

export interface ReferenceVerdict {
  accepted: boolean;
  /** -1 while it is not known. */
  sequence: number;
  /** SHA-256 by component identifier (both hex) of what the device holds afterwards. */
  components: Record<string, string>;
  trace: Step[];
  error?: { class: ErrorClass; place?: Place };
}

const MAX_SEQUENCE = 4294967294;

/** 6.1: lower is refused by the draft, equal by choice: an equal number may carry other content. */
function checkSequence(sequence: number, floor: number): void {
  if (sequence > MAX_SEQUENCE) refuse("SEQUENCE_RANGE");
  if (sequence < floor) refuse("ROLLBACK");
  if (sequence === floor) refuse("SEQUENCE_REUSED");
}

/**
 * suit-trust-domains, Required Checks: at the end of a section of the dependent, the same section of
 * each dependency that has one has been executed.
 */
function checkDependents(world: World, manifest: Manifest, machine: Machine, section: number) {
  for (const index of manifest.dependencies) {
    const id = manifest.components[index];
    const content = world.contents.get(id);
    const { digest } = world.of(id);
    if (!content || !digest || machine.processed.has(id)) continue;
    let inner: Manifest;
    try {
      const envelope = authenticate(content, world.device);
      if (!equal(envelope.digest, digest)) continue;
      inner = readManifest(envelope, world.device);
    } catch (thrown) {
      if (thrown instanceof Refused) continue; // Something else lies there.
      throw thrown;
    }
    if (inner.sections.has(section)) refuse("DEPENDENCY_UNCHECKED");
  }
}

/** Judges an envelope on a device; nothing of the device is changed. */
export function referenceJudge(envelope: Uint8Array, device: ReferenceDevice): ReferenceVerdict {
  const world = new World(device);
  let sequence = -1;
  try {
    if (device.envelopeLimit && envelope.length > device.envelopeLimit)
      refuse("ENVELOPE_TOO_LARGE");
    const manifest = readManifest(authenticate(envelope, device), device);
    sequence = manifest.sequence;
    checkSequence(sequence, device.sequence);
    const machine = new Machine(world, manifest);
    for (const section of ORDER) {
      machine.run(section);
      checkDependents(world, manifest, machine, section);
    }
    return { accepted: true, sequence, components: digests(world.contents), trace: world.trace };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const error = { class: thrown.reason, place: thrown.place };
    const { components } = device;
    return {
      accepted: false,
      sequence,
      components: digests(components),
      trace: world.trace,
      error,
    };
  }
}

function digests(contents: Map<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries(
    [...contents].sort().map(([id, content]) => [id, hex(sha256(content))]),
  );
}
