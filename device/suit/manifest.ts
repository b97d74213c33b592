/**
 * The frame of the authenticated manifest: sequence number, components, where its command sequences
 * lie (draft-ietf-suit-manifest-37 sections 8.4 and 8.6). Keys that this board does not know are
 * refused, never skipped.
 */
import { chars } from "../bytes.js";
import {
  CBOR_TYPE,
  COMPONENT_COUNT,
  COMPONENT_ID,
  COMPONENT_INDEX,
  ENVELOPE_KEY,
  fail,
  MANIFEST_INCOMPLETE,
  MANIFEST_KEY,
  MANIFEST_VERSION,
  PARAMETER_VALUE,
  SEVERED_DIGEST,
  SEVERED_MISSING,
} from "../errors.js";
import {
  ARRAY,
  at,
  BYTES,
  head,
  input,
  inside,
  integer,
  items,
  major,
  readMap,
  refuse,
  seek,
  string,
  UINT,
} from "./cbor.js";
import {
  COMMON,
  MANIFEST_COMPONENT_ID,
  REFERENCE_URI,
  SET_VERSION,
  SHARED,
  TEXT_SECTION,
} from "./codes.js";
import { hashed, manifestAt, manifestEnd, members, readDigest, readUri } from "./envelope.js";
import { DEPENDENCIES, SECTIONS, SEVERABLE } from "./features.js";

/** The sequence number. */
export let sequence = -1;
/** `[offset, end]` of each component identifier, a CBOR array of byte strings. */
export let components: number[][] = [];
/** `[offset, end]` of a command sequence by section (codes.ts). */
export let sections: number[][] = [];
/** The byte string of set-version (suit-update-management-14), or 0. */
export let versionAt = 0;
/** The reference URI of the manifest that was read last as it stands in CBOR; "`" is the empty one. */
export let reference = "`";
/**
 * Components by the index that the manifest which is run gives them: with dependencies
 * (suit-trust-domains-12) several manifests share the list of components.
 */
export let local: number[] = [];
/** Which of them are dependencies. */
export let dependencies: boolean[] = [];
/** Components of the manifests around the one that is read. */
let outerCount = 0;
/** Index and prefix of each dependency. */
let declared: [number, number[] | undefined][] = [];

export const MAX_COMPONENTS = 8;
const MAX_VERSION = 8;

/** Consumes a byte string; gives where its content lies. */
const range = (): number[] => [string(BYTES), at];

/** Consumes a version: an array of whole numbers. */
export const readVersion = (): number[] => {
  const version: number[] = [];
  let left = items(ARRAY);
  // More than a version has would only take memory.
  if (left > MAX_VERSION) refuse(PARAMETER_VALUE);
  for (; left; left--) version.push(integer());
  // Pre-releases are negative numbers, and follow a release.
  return version[0] >= 0 ? version : refuse(PARAMETER_VALUE);
};

/** Consumes a component identifier; gives where it lies. */
const readIdentifier = (): number[] => {
  const from = at;
  for (let left = items(ARRAY) || refuse(COMPONENT_ID); left; left--) string(BYTES);
  return [from, at];
};

/** Consumes a section: a byte string, or the digest of one that stands in the envelope (8.6). */
const readSection = (code: number): number[] => {
  if (major() === BYTES) return range();
  if (SEVERABLE.indexOf(code) < 0) refuse(CBOR_TYPE);
  const expected = readDigest();
  let found: number[] = [];
  members.forEach((member) => {
    if (input[member[0]] === code) {
      // As for the manifest, the digest covers the byte string with its head.
      if (!hashed(member[1], member[3], expected)) refuse(SEVERED_DIGEST);
      found = member.splice(2, 2);
    }
  });
  return found.length || code === TEXT_SECTION ? found : refuse(SEVERED_MISSING);
};

/** The index of a component in the list; one that an outer manifest has, too, is the same. */
const enlist = (range: number[]): number => {
  if (DEPENDENCIES) {
    const id = chars(input, range[0], range[1] - range[0]);
    for (let i = 0; i < outerCount; i++)
      if (chars(input, components[i][0], components[i][1] - components[i][0]) === id) return i;
  }
  return components.push(range) - 1;
};

/**
 * Consumes the map of dependencies (suit-trust-domains-12 section 5.2.2). By the text an index is one
 * of the list of components; in the draft's examples it is the next one behind the list, and the
 * prefix names it. A prefix of a listed component is for a second processor, which is not here.
 */
const readDependencies = (): void => {
  // One level: a dependency has none.
  if (outerCount) refuse(MANIFEST_KEY);
  readMap(CBOR_TYPE, (index) => {
    let prefix: number[] | undefined;
    readMap(MANIFEST_KEY, (code) => {
      if (code !== 1) refuse(MANIFEST_KEY);
      prefix = readIdentifier();
    });
    declared.push([index, prefix]);
  });
  if (!declared.length) refuse(MANIFEST_INCOMPLETE);
};

/** Marks the components that were declared to be dependencies. */
const markDependencies = (): void => {
  declared.forEach((entry) => {
    const prefix = entry[1];
    if (entry[0] < components.length) {
      if (prefix) refuse(MANIFEST_KEY);
    } else if (entry[0] === components.length && prefix && entry[0] < MAX_COMPONENTS)
      local.push(enlist(prefix));
    else refuse(COMPONENT_INDEX);
    dependencies[entry[0]] = true;
  });
};

const readCommon = (code: number): void => {
  if (code === 2) {
    let left = items(ARRAY);
    if (!left || left + components.length > MAX_COMPONENTS) refuse(COMPONENT_COUNT);
    for (; left; left--) local.push(enlist(readIdentifier()));
  } else if (code === 4) sections[SHARED] = range();
  else if (DEPENDENCIES && code === 1) readDependencies();
  else refuse(MANIFEST_KEY);
};

/** Reads the frame of the manifest whose byte string lies at `from`; its hash was compared. */
export const readFrame = (from: number, to: number): void => {
  let version = 0;
  sequence = -1;
  versionAt = 0;
  reference = "`";
  local = [];
  sections = [];
  dependencies = [];
  if (DEPENDENCIES) {
    declared = [];
    outerCount = components.length;
  }
  seek(from, to);
  inside(() =>
    readMap(MANIFEST_KEY, (code) => {
      const valueAt = at;
      if (code === 1) {
        version = head(UINT);
        if (version !== 1) refuse(MANIFEST_VERSION);
      } else if (code === 2) sequence = head(UINT);
      else if (code === COMMON) {
        inside(() => readMap(MANIFEST_KEY, readCommon));
        if (DEPENDENCIES) markDependencies();
      } else if (code === REFERENCE_URI) {
        readUri();
        reference = chars(input, valueAt, at - valueAt);
      } else if (code === SET_VERSION) {
        inside(readVersion);
        versionAt = valueAt;
      } else if (code === TEXT_SECTION || SECTIONS.indexOf(code) >= 0)
        sections[code] = readSection(code);
      else if (DEPENDENCIES && code === MANIFEST_COMPONENT_ID) readIdentifier();
      else refuse(MANIFEST_KEY);
    }),
  );
  if (!version || sequence < 0 || !local.length) refuse(MANIFEST_INCOMPLETE);
  members.forEach((member) => {
    if (input[member[0]] < 0x60 && member[2]) fail(ENVELOPE_KEY, member[0]);
  });
};

/** Reads the frame of the manifest that was authenticated last. */
export const readManifest = (): void => {
  components = [];
  readFrame(manifestAt, manifestEnd);
};

/** Keeps what stands here of a manifest while another is read; gives what brings it back. */
export const keepManifest = (): (() => void) => {
  const kept = [sequence, versionAt];
  const keptReference = reference;
  const lists = { sections: sections, local: local, dependencies: dependencies };
  return () => {
    sequence = kept[0];
    versionAt = kept[1];
    reference = keptReference;
    sections = lists.sections;
    local = lists.local;
    dependencies = lists.dependencies;
  };
};
