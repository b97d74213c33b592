import { createHash } from "node:crypto";
import { Tagged } from "cborg";
import nacl from "tweetnacl";
import { xOf } from "../board/comb-tables.js";
import { cbor } from "../suit/cbor.js";
import * as suit from "../suit/codes.js";
import type { SigningKey } from "./keys.js";

export { cbor };

/** What a release says about one component. */
export interface ComponentEntry {
  /** The only element of its component identifier, as ASCII. */
  name: string;
  size: number;
  /** SHA-256 of its bytes, 32 bytes. */
  digest: Uint8Array;
  /** Where the board fetches it; `#name` when it travels inside the envelope. */
  uri: string;
}

/** Everything that stands in the manifests which this tool writes. */
export interface ManifestContent {
  sequence: number;
  /** What is installed then calls itself so (host/suit/version.ts). */
  version?: number[];
  /** 16 bytes each. */
  vendor: Uint8Array;
  class: Uint8Array;
  device?: Uint8Array;
  components: ComponentEntry[];
  /** Index of the component that is started, if any. */
  invoke?: number;
  /** Where this manifest, or its successor, is to be found: boards name it to hosts that ask. */
  referenceUri?: string;
}

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** The component identifier `[h'name']` as CBOR. */
export function componentId(name: string): Uint8Array {
  return cbor([Buffer.from(name, "ascii")]);
}

/** SUIT_Digest with SHA-256, as CBOR: `82 2f 58 20` and 32 bytes. */
export function encodeDigest(digest: Uint8Array): Uint8Array {
  return cbor([suit.SHA_256, digest]);
}

type Commands = unknown[];
type Parameters = [key: number, value: unknown][];

const override = (parameters: Parameters): Commands => [
  suit.OVERRIDE_PARAMETERS,
  new Map(parameters),
];
const condition = (code: number): Commands => [code, suit.REPORT_CONDITION];
const directive = (code: number): Commands => [code, suit.REPORT_DIRECTIVE];

/**
 * `set-component-index`, which a manifest with several components needs and one with a single
 * component leaves out.
 */
function select(content: ManifestContent, index: number | true): Commands {
  return content.components.length > 1 ? [suit.SET_COMPONENT_INDEX, index] : [];
}

/** The shared sequence: who this is for, and what every component has to be. */
function sharedSequence(content: ManifestContent): Commands {
  const identity: Parameters = [
    [suit.VENDOR_ID, content.vendor],
    [suit.CLASS_ID, content.class],
  ];
  const checks = [...condition(suit.CONDITION_VENDOR), ...condition(suit.CONDITION_CLASS)];
  if (content.device) {
    identity.push([suit.DEVICE_ID, content.device]);
    checks.push(...condition(suit.CONDITION_DEVICE));
  }
  const image = ({ digest, size }: ComponentEntry): Parameters => [
    [suit.IMAGE_DIGEST, encodeDigest(digest)],
    [suit.IMAGE_SIZE, size],
  ];
  if (content.components.length === 1)
    return [...override([...identity, ...image(content.components[0])]), ...checks];
  return [
    ...select(content, true),
    ...override(identity),
    ...checks,
    ...content.components.flatMap((component, index) => [
      ...select(content, index),
      ...override(image(component)),
    ]),
  ];
}

/**
 * Encodes a manifest (draft-ietf-suit-manifest-37, "Manifest Structure"): version 1, common,
 * validate, install and, with `invoke`, the start of one component.
 *
 * @returns the map without the head of the byte string that holds it in the envelope
 */
export function encodeManifest(content: ManifestContent): Uint8Array {
  const { components } = content;
  const common = new Map<number, unknown>([
    [suit.COMPONENTS, components.map(({ name }) => [Buffer.from(name, "ascii")])],
    [suit.SHARED_SEQUENCE, cbor(sharedSequence(content))],
  ]);
  const imageMatch = condition(suit.CONDITION_IMAGE_MATCH);
  const install = components.flatMap(({ uri }, index) => [
    ...select(content, index),
    ...override([[suit.URI, uri]]),
    ...directive(suit.FETCH),
    ...imageMatch,
  ]);
  const manifest = new Map<number, unknown>([
    [suit.VERSION, 1],
    [suit.SEQUENCE_NUMBER, content.sequence],
    [suit.COMMON, cbor(common)],
    [suit.VALIDATE, cbor([...select(content, true), ...imageMatch])],
    [suit.INSTALL, cbor(install)],
  ]);
  if (content.referenceUri !== undefined) manifest.set(suit.REFERENCE_URI, content.referenceUri);
  if (content.version) manifest.set(suit.SET_VERSION, cbor(content.version));
  if (content.invoke !== undefined) {
    const commands = [...select(content, content.invoke), ...directive(suit.DIRECTIVE_INVOKE)];
    manifest.set(suit.INVOKE, cbor(commands));
  }
  return cbor(manifest);
}

/** What SUIT signs: SHA-256 over the manifest's byte string including its head. 32 bytes. */
export function manifestDigest(manifest: Uint8Array): Uint8Array {
  return sha256(cbor(manifest));
}

/** The protected header `{1: -19}`, Ed25519 (RFC 9864). */
const PROTECTED = cbor(new Map([[suit.HEADER_ALGORITHM, suit.ED25519]]));

/** The bytes that Ed25519 signs: Sig_structure (RFC 9052, section 4.4), 55 bytes. */
export function signatureInput(digest: Uint8Array): Uint8Array {
  return cbor(["Signature1", PROTECTED, new Uint8Array(0), encodeDigest(digest)]);
}

/**
 * A COSE_Sign1 with detached payload over a manifest digest, tagged 18. With `hint` 39 bytes longer: x of
 * R in the unprotected header, which spares boards without the native module a square root.
 */
export function encodeSignature(digest: Uint8Array, key: SigningKey, hint = false): Uint8Array {
  const signature = nacl.sign.detached(signatureInput(digest), key.secretKey);
  const open = new Map(hint ? [[suit.HEADER_HINT, xOf(signature.subarray(0, 32))]] : []);
  return cbor(new Tagged(suit.TAG_COSE_SIGN1, [PROTECTED, open, null, signature]));
}

/** The authentication wrapper: the digest and its signatures. 115 bytes with one signature. */
export function encodeWrapper(digest: Uint8Array, signatures: Uint8Array[]): Uint8Array {
  return cbor([encodeDigest(digest), ...signatures]);
}

/**
 * Encodes the envelope (draft, "Envelope"): tag 107, wrapper (2), manifest (3), then the integrated
 * payloads under their text keys.
 */
export function encodeEnvelope(
  wrapper: Uint8Array,
  manifest: Uint8Array,
  integrated: [uri: string, bytes: Uint8Array][] = [],
): Uint8Array {
  const members = new Map<number | string, Uint8Array>([
    [suit.AUTHENTICATION_WRAPPER, wrapper],
    [suit.MANIFEST, manifest],
    ...integrated,
  ]);
  return cbor(new Tagged(suit.TAG_ENVELOPE, members));
}
