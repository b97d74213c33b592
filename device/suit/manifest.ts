/**
 * The frame of the authenticated manifest: sequence number, components, where its command sequences
 * lie (draft-ietf-suit-manifest-37 sections 8.4 and 8.6). Keys that this board does not know are
 * refused, never skipped.
 */
import { same } from "../bytes.js";
import {
  CBOR_TYPE,
  COMPONENT_COUNT,
  COMPONENT_ID,
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
  enter,
  head,
  input,
  items,
  key,
  leave,
  MAP,
  major,
  refuse,
  seek,
  string,
  TEXT,
  UINT,
} from "./cbor.js";
import {
  COMMON,
  INSTALL,
  INVOKE,
  PAYLOAD_FETCH,
  REFERENCE_URI,
  SHARED,
  TEXT_SECTION,
  VALIDATE,
} from "./codes.js";
import { manifestAt, manifestEnd, members, readDigest } from "./envelope.js";

/** The sequence number. */
export let sequence = -1;
/** `[offset, end]` of each component identifier, a CBOR array of byte strings. */
export let components: number[][] = [];
/** `[offset, end]` of a command sequence by section (codes.ts). */
export let sections: { [section: number]: number[] | undefined } = {};

/** Consumes a byte string; gives where its content lies. */
const range = (): number[] => [string(BYTES), at];

/** Consumes a URI: printable ASCII without spaces. */
export const readUri = (): number => {
  const from = string(TEXT);
  for (let i = from; i < at; i++) if (input[i] < 33 || input[i] > 126) refuse(PARAMETER_VALUE);
  return from;
};

/** Consumes a section: a byte string, or the digest of one that stands in the envelope (8.6). */
const readSection = (
  code: number,
  hash: (bytes: Uint8Array) => Uint8Array,
): number[] | undefined => {
  if (major() === BYTES) return range();
  if (code < PAYLOAD_FETCH) refuse(CBOR_TYPE);
  const expected = readDigest();
  for (let i = 0; i < members.length; i++) {
    const member = members[i];
    if (input[member[0]] === code) {
      // As for the manifest, the digest covers the byte string with its head.
      if (!same(hash(input.subarray(member[1], member[3])), 0, input, expected, 32))
        refuse(SEVERED_DIGEST);
      // Taken: what is left in the list at the end was not asked for by the signed manifest.
      members.splice(i, 1);
      return [member[2], member[3]];
    }
  }
  return code === TEXT_SECTION ? undefined : refuse(SEVERED_MISSING);
};

const readCommon = (maxComponents: number): void => {
  const outer = enter();
  let code = -1;
  for (let left = items(MAP); left; left--) {
    code = key(code);
    if (code === 2) {
      const count = items(ARRAY);
      if (!count || count > maxComponents) refuse(COMPONENT_COUNT);
      while (components.length < count) {
        const start = at;
        let parts = items(ARRAY);
        if (!parts) refuse(COMPONENT_ID);
        for (; parts; parts--) string(BYTES);
        components.push([start, at]);
      }
    } else if (code === 4) sections[SHARED] = range();
    else refuse(MANIFEST_KEY);
  }
  leave(outer);
};

/**
 * Reads the frame of the authenticated manifest.
 *
 * @param hash SHA-256, for severed elements
 * @param maxComponents refused beyond with COMPONENT_COUNT
 */
export const readManifest = (
  hash: (bytes: Uint8Array) => Uint8Array,
  maxComponents: number,
): void => {
  let version = 0;
  let code = -1;
  sequence = -1;
  components = [];
  sections = {};
  seek(manifestAt, manifestEnd);
  const outer = enter();
  for (let left = items(MAP); left; left--) {
    code = major() === UINT ? key(code) : refuse(MANIFEST_KEY);
    if (code === 1) {
      version = head(UINT);
      if (version !== 1) refuse(MANIFEST_VERSION);
    } else if (code === 2) sequence = head(UINT);
    else if (code === COMMON) readCommon(maxComponents);
    else if (code === REFERENCE_URI) readUri();
    else if ([VALIDATE, INVOKE, PAYLOAD_FETCH, INSTALL, TEXT_SECTION].indexOf(code) >= 0)
      sections[code] = readSection(code, hash);
    else refuse(MANIFEST_KEY);
  }
  leave(outer);
  if (!version || sequence < 0 || !components.length) refuse(MANIFEST_INCOMPLETE);
  for (let i = 0; i < members.length; i++)
    if (input[members[i][0]] < 0x60) fail(ENVELOPE_KEY, members[i][0]);
};
