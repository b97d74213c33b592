import type { Limits } from "../board/profiles.js";
import { SuitcaseError } from "../errors.js";
import {
  type ComponentEntry,
  componentId,
  encodeEnvelope,
  encodeManifest,
  encodeSignature,
  encodeWrapper,
  manifestDigest,
  sha256,
} from "./encode.js";
import type { SigningKey } from "./keys.js";
import { checkAgainst } from "./limits.js";
import { slotUse } from "./slots.js";

/** The largest sequence number a board takes; the one above is left free for a full counter. */
export const MAX_SEQUENCE = 4294967294;
/** The component that is started, and the one that updates the board. */
export const APP = "app";
export const AGENT = "agent";

/** One file of a release. */
export interface ReleaseFile {
  /** 1 to 16 characters of a-z, 0-9 and `_`; the component identifier. */
  name: string;
  bytes: Uint8Array;
}

export interface ReleaseOptions {
  /** 16 bytes each: who the release is for. `device` limits it to a single board. */
  vendor: Uint8Array;
  class: Uint8Array;
  device?: Uint8Array;
  /** 1 to {@link MAX_SEQUENCE}. */
  sequence: number;
  /** The version that other manifests may ask for (host/suit/version.ts). */
  version?: number[];
  /** In the order in which boards fetch them. */
  components: ReleaseFile[];
  key: SigningKey;
  /** The address of a component that is not inside the envelope. */
  uri?: (name: string) => string;
  /** Puts the files into the envelope, under `#name`. */
  integrated?: boolean;
  /** The component to start; default "app", when there is one. */
  invoke?: string;
  /** Where boards that run this release say that the next one is to be found. */
  referenceUri?: string;
  /** Adds what makes the signature cheaper to verify for boards without the native module. */
  hint?: boolean;
  /** Bytes of a slot; the release must fit. */
  slotSize?: number;
  /** What the board's agent bears (host/board/profiles.ts). */
  limits?: Limits;
}

/** A finished release. */
export interface Release {
  envelope: Uint8Array;
  /** The files to keep beside the envelope, none when they are integrated. */
  payloads: { uri: string; name: string; bytes: Uint8Array }[];
  /** The encoded manifest without the head of its byte string. */
  manifest: Uint8Array;
  /** SHA-256 of the manifest's byte string: what is signed. 32 bytes. */
  digest: Uint8Array;
  components: ComponentEntry[];
  /** Bytes that the release takes in a slot. */
  slotUse: number;
}

/**
 * Makes a signed release. Pure: reads and writes nothing, and gives the same bytes for the same
 * options.
 *
 * @throws SEQUENCE_INVALID, COMPONENT_NAME, COMPONENT_DUPLICATE, COMPONENT_EMPTY, COMPONENT_ABSENT,
 * IDENTITY_INVALID, IMAGE_TOO_LARGE, LIMIT_EXCEEDED
 */
export function packRelease(options: ReleaseOptions): Release {
  checkSequence(options.sequence);
  checkIdentity(options);
  checkComponents(options.components);
  const integrated = options.integrated ?? false;
  const uriOf = integrated ? (name: string) => `#${name}` : (options.uri ?? ((name) => name));
  const components = options.components.map(({ name, bytes }) => ({
    name,
    size: bytes.length,
    digest: sha256(bytes),
    uri: uriOf(name),
  }));
  const invoke = invokedIndex(options);
  const manifest = encodeManifest({ ...options, components, invoke });
  const digest = manifestDigest(manifest);
  const wrapper = encodeWrapper(digest, [encodeSignature(digest, options.key, options.hint)]);
  const bare = encodeEnvelope(wrapper, manifest);
  const sizes = components.map(({ size }) => size);
  const used = slotUse(sizes, bare.length);
  if (options.slotSize !== undefined && used > options.slotSize) {
    const over = used - options.slotSize;
    const detail = `The release needs ${used} bytes, ${over} more than the slot's ${options.slotSize}`;
    throw new SuitcaseError("IMAGE_TOO_LARGE", detail);
  }
  if (options.limits) checkAgainst(options.limits, bare);
  const payloads = options.components.map(({ name, bytes }) => ({ uri: uriOf(name), name, bytes }));
  return {
    envelope: integrated
      ? encodeEnvelope(
          wrapper,
          manifest,
          payloads.map(({ uri, bytes }) => [uri, bytes]),
        )
      : bare,
    payloads: integrated ? [] : payloads,
    manifest,
    digest,
    components,
    slotUse: used,
  };
}

/**
 * Checks a sequence number.
 *
 * @throws SEQUENCE_INVALID
 */
export function checkSequence(sequence: number): void {
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > MAX_SEQUENCE)
    throw new SuitcaseError("SEQUENCE_INVALID", `The sequence number cannot be ${sequence}`);
}

function checkIdentity({ vendor, class: classId, device }: ReleaseOptions): void {
  for (const id of [vendor, classId, device])
    if (id && id.length !== 16)
      throw new SuitcaseError("IDENTITY_INVALID", "Vendor, class and device are 16 bytes each");
}

/**
 * Checks the name of a component.
 *
 * @throws COMPONENT_NAME
 */
export function checkComponentName(name: string): void {
  if (!/^[a-z0-9_]{1,16}$/.test(name))
    throw new SuitcaseError(
      "COMPONENT_NAME",
      `${JSON.stringify(name)} cannot be the name of a component`,
    );
}

function checkComponents(components: ReleaseFile[]): void {
  if (components.length === 0)
    throw new SuitcaseError("COMPONENT_ABSENT", "The release holds no component");
  const seen = new Set<string>();
  for (const { name, bytes } of components) {
    checkComponentName(name);
    if (seen.has(name))
      throw new SuitcaseError("COMPONENT_DUPLICATE", `The component "${name}" is given twice`);
    if (bytes.length === 0)
      throw new SuitcaseError("COMPONENT_EMPTY", `The file of component "${name}" is empty`);
    seen.add(name);
  }
}

function invokedIndex({ invoke, components }: ReleaseOptions): number | undefined {
  const index = components.findIndex(({ name }) => name === (invoke ?? APP));
  if (index >= 0) return index;
  if (invoke === undefined) return undefined;
  throw new SuitcaseError("COMPONENT_ABSENT", `There is no component "${invoke}" to start`);
}

/** The CBOR component identifier of a name as hex, as it appears in DEVICE.json and in results. */
export function componentIdHex(name: string): string {
  return Buffer.from(componentId(name)).toString("hex");
}
