/** The frame of the manifest (draft sections 8.4 and 8.6): what is in it, and in which section. */
import { again, asArray, asBytes, asMap, asText, asUint, hex, inside, strict } from "./cbor.js";
import type { ReferenceDevice } from "./device.js";
import { digestIn, digestOfElement, equal } from "./digest.js";
import type { Envelope } from "./envelope.js";
import { refuse } from "./errors.js";
import { checkVersion } from "./versions.js";

export const SHARED = 0;
/** In the order of an update and an invocation; 15 and 18 come with dependencies. */
export const ORDER = [15, 16, 18, 20, 7, 8, 9];
const WITH_DEPENDENCIES = [15, 18];
const SEVERABLE = [15, 16, 18, 20, 23];
const TEXT = 23;

export interface Manifest {
  sequence: number;
  /** Hex of the CBOR of each component identifier. */
  components: string[];
  /** Indices of the components that are dependencies. */
  dependencies: number[];
  /** Content of the byte string of each section there is, the shared sequence under 0. */
  sections: Map<number, Uint8Array>;
  integrated: Map<string, Uint8Array>;
}

/** A URI: printable ASCII without spaces. */
export function asUri(item: unknown): string {
  const uri = asText(item);
  return /^[\x21-\x7e]*$/.test(uri) ? uri : refuse("PARAMETER_VALUE");
}

/** The hex of a SUIT_Component_Identifier, a list of byte strings. */
function identifier(item: unknown): string {
  const parts = asArray(item);
  if (!parts.length) refuse("COMPONENT_ID");
  parts.forEach(asBytes);
  return hex(again(item));
}

/** A key of a map, refused with `reason` when it is none of ours. */
function asKey(key: unknown): number {
  return typeof key === "number" && Number.isInteger(key) && key >= 0
    ? key
    : refuse("MANIFEST_KEY");
}

/**
 * suit-dependencies: `{ + index => {} }`. By the text an index is one of the list of components. The
 * draft's examples have the next one behind the list, and the prefix names it: taken as well. A prefix
 * of a listed component is for a second processor, which is not here.
 */
function readDependencies(item: unknown, components: string[]): number[] {
  const found: number[] = [];
  for (const [key, metadata] of asMap(item)) {
    const index = asUint(key);
    const members = asMap(metadata);
    for (const code of members.keys()) if (code !== 1) refuse("MANIFEST_KEY");
    const prefix = members.get(1);
    if (index < components.length) {
      if (prefix !== undefined) refuse("MANIFEST_KEY");
    } else if (index === components.length && prefix !== undefined)
      components.push(identifier(prefix));
    else refuse("COMPONENT_INDEX");
    found.push(index);
  }
  return found.length ? found : refuse("MANIFEST_INCOMPLETE");
}

function readCommon(item: unknown, manifest: Manifest, device: ReferenceDevice): void {
  let dependencies: unknown;
  for (const [key, value] of asMap(inside(item))) {
    const code = asUint(key);
    if (code === 1 && device.features.includes("dependencies")) dependencies = value;
    else if (code === 2) {
      const list = asArray(value);
      if (!list.length || list.length > device.limits.components) refuse("COMPONENT_COUNT");
      manifest.components = list.map(identifier);
      // Our choice: two components of one name would be one.
      if (new Set(manifest.components).size < list.length) refuse("COMPONENT_ID");
    } else if (code === 4) manifest.sections.set(SHARED, asBytes(value));
    else refuse("MANIFEST_KEY");
  }
  if (dependencies !== undefined)
    manifest.dependencies = readDependencies(dependencies, manifest.components);
  if (manifest.components.length > device.limits.components) refuse("COMPONENT_COUNT");
}

/** A section, or the digest of one that was severed into the envelope. */
function readSection(code: number, value: unknown, severed: Map<number, Uint8Array>) {
  if (value instanceof Uint8Array) return value;
  if (!SEVERABLE.includes(code)) refuse("CBOR_TYPE");
  const expected = digestIn(value);
  const content = severed.get(code);
  // Text is for people: a device does not miss it.
  if (!content) return code === TEXT ? undefined : refuse("SEVERED_MISSING");
  if (!equal(digestOfElement(content), expected)) refuse("SEVERED_DIGEST");
  severed.delete(code);
  return content;
}

/** Reads the frame; every key has to be known. */
export function readManifest(envelope: Envelope, device: ReferenceDevice): Manifest {
  const { integrated } = envelope;
  const severed = new Map(envelope.severed);
  const sections = new Map<number, Uint8Array>();
  const manifest: Manifest = {
    sequence: -1,
    components: [],
    dependencies: [],
    sections,
    integrated,
  };
  const trusts = device.features.includes("dependencies");
  const known = [...ORDER.filter((code) => trusts || !WITH_DEPENDENCIES.includes(code)), TEXT];
  let version = 0;
  for (const [key, value] of asMap(strict(envelope.manifest))) {
    const code = asKey(key);
    if (code === 1) {
      version = asUint(value);
      if (version !== 1) refuse("MANIFEST_VERSION");
    } else if (code === 2) manifest.sequence = asUint(value);
    else if (code === 3) readCommon(value, manifest, device);
    else if (code === 4) asUri(value);
    else if (code === 5 && trusts) identifier(value);
    else if (code === 6) checkVersion(inside(value));
    else if (known.includes(code)) {
      const content = readSection(code, value, severed);
      if (content && code !== TEXT) sections.set(code, content);
    } else refuse("MANIFEST_KEY");
  }
  if (!version || manifest.sequence < 0 || !manifest.components.length)
    refuse("MANIFEST_INCOMPLETE");
  // What nobody asked for is not covered by the signature.
  if (severed.size) refuse("ENVELOPE_KEY");
  return manifest;
}
