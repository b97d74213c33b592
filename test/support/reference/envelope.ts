/** The envelope and its authentication (draft sections 5.1, 6.2, 8.2 and 8.3). */
import { again, asArray, asBytes, inside, strict } from "./cbor.js";
import type { ReferenceDevice } from "./device.js";
import { digestIn, digestOfElement, equal, sha256 } from "./digest.js";
import { Refused, refuse } from "./errors.js";
import { asUri } from "./manifest.js";
import { checkBlocks } from "./signature.js";

export interface Envelope {
  /** Content of the manifest's byte string. */
  manifest: Uint8Array;
  /** SHA-256 in the wrapper. */
  digest: Uint8Array;
  /** Severed elements by key. */
  severed: Map<number, Uint8Array>;
  /** Integrated payloads and dependencies by name. */
  integrated: Map<string, Uint8Array>;
}

const MAX_BLOCKS = 8;
/** Not signed, and each takes memory: three severed elements and eight payloads. */
const MAX_MEMBERS = 11;
const MAX_NAME = 96;

/** The members in their order: the wrapper comes first (8.3), then the manifest. */
function membersOf(bytes: Uint8Array): Map<unknown, unknown> {
  if (!bytes.length) return refuse("CBOR_TRUNCATED");
  if (bytes[0] !== 0xd8 || (bytes.length > 1 && bytes[1] !== 107)) return refuse("NOT_AN_ENVELOPE");
  if (bytes.length < 3) return refuse("CBOR_TRUNCATED");
  if (bytes[2] >> 5 !== 5) return refuse("NOT_AN_ENVELOPE");
  if (bytes[2] === 0xa0 || (bytes.length > 3 && bytes[2] < 0xb8 && bytes[3] !== 2))
    return refuse("UNSIGNED");
  const members = strict(bytes.subarray(2)) as Map<unknown, unknown>;
  if ([...members.keys()][1] !== 3) return refuse("MANIFEST_DIGEST");
  return members;
}

/** Authenticates an envelope; nothing of the manifest is looked at before (6.2). */
export function authenticate(bytes: Uint8Array, device: ReferenceDevice): Envelope {
  const members = membersOf(bytes);
  const [digest, ...blocks] = asArray(inside(members.get(2)));
  if (!blocks.length || blocks.length > MAX_BLOCKS) refuse("UNSIGNED");
  const expected = digestIn(inside(digest));
  checkBlocks(blocks.map(asBytes), asBytes(digest), device.keys);

  const manifest = asBytes(members.get(3));
  if (!equal(digestOfElement(manifest), expected)) refuse("MANIFEST_DIGEST");
  if (members.size - 2 > MAX_MEMBERS) refuse("ENVELOPE_KEY");
  const severable = device.features.includes("dependencies") ? [15, 16, 18, 20, 23] : [16, 20, 23];
  const severed = new Map<number, Uint8Array>();
  const integrated = new Map<string, Uint8Array>();
  for (const [key, value] of [...members].slice(2)) {
    if (typeof key === "string") {
      if (Buffer.byteLength(key) > MAX_NAME) refuse("URI_TOO_LONG");
      integrated.set(asUri(key), asBytes(value));
    } else if (typeof key !== "number" || key < 0) refuse("CBOR_TYPE");
    else if (!severable.includes(key)) refuse("ENVELOPE_KEY");
    else severed.set(key, asBytes(value));
  }
  return { manifest, digest: expected, severed, integrated };
}

/**
 * The digest by which a dependency is known: that of the manifest's byte string in the envelope
 * (suit-trust-domains, SUIT_Dependencies). Undefined for what is no envelope.
 */
export function manifestDigest(envelope: Uint8Array): Uint8Array | undefined {
  try {
    return sha256(again(asBytes(membersOf(envelope).get(3))));
  } catch (thrown) {
    if (thrown instanceof Refused) return undefined;
    throw thrown;
  }
}
