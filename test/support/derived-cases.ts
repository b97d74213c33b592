/**
 * The envelopes of test/vectors/derived with what this device has to make of each: for the processor
 * in memory (vectors/derived.test.ts) and for the same processor in a real interpreter.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  ABORTED,
  CBOR_DUPLICATE_KEY,
  CBOR_INDEFINITE,
  CBOR_KEY_ORDER,
  CBOR_RANGE,
  CBOR_TRAILING,
  CBOR_TYPE,
  COMMAND_PLACE,
  COMMAND_UNSUPPORTED,
  COMPONENT_COUNT,
  COMPONENT_INDEX,
  COSE_ALGORITHM,
  COSE_CRITICAL,
  COSE_NOT_SIGN1,
  COSE_PAYLOAD_ATTACHED,
  DIGEST_UNSUPPORTED,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  MANIFEST_DIGEST,
  MANIFEST_INCOMPLETE,
  MANIFEST_VERSION,
  NOT_AN_ENVELOPE,
  PARAMETER_MISSING,
  PARAMETER_UNSUPPORTED,
  ROLLBACK,
  SEQUENCE_REUSED,
  SEQUENCE_SHAPE,
  SEVERED_DIGEST,
  SEVERED_MISSING,
  SIGNATURE_INVALID,
  SOFT_FAILURE_PLACE,
  TRY_EACH_FAILED,
  UNSIGNED,
  VENDOR_MISMATCH,
} from "../../device/errors.js";

export interface DerivedCase {
  id: string;
  envelope: Uint8Array;
  /** What the draft asks for, and where. */
  expect: "accept" | "reject" | "accept-or-reject";
  why: string;
  /** 0 when this device has to accept, otherwise the error number (device/errors.ts). */
  error: number;
  /** Why this device may differ from `expect`, or has the choice. */
  reason?: string;
  device: DerivedDevice;
  /** SHA-256 (hex) by hex of the CBOR component identifier, after an accepted update. */
  after: Record<string, string>;
}

export interface DerivedDevice {
  /** 16 bytes each. */
  vendor: Uint8Array;
  class: Uint8Array;
  device: Uint8Array;
  publicKey: Uint8Array;
  sequence: number;
  slot: number;
  maxComponents: number;
  /** Content by hex of the CBOR component identifier. */
  components: Map<string, Uint8Array>;
  payload(uri: string): Uint8Array | undefined;
  now?: number;
}

/** What the draft leaves open, and what we chose. */
const CHOICES: Record<string, [error: number, reason: string]> = {
  "p08-untagged": [NOT_AN_ENVELOPE, "the grammar starts with tag 107; one form, one meaning"],
  "p22-seq-equal": [SEQUENCE_REUSED, "an equal number may carry another content (attack B12)"],
};

/** What needs a feature that this device does not have: such a manifest must be refused. */
const ABSENT: Record<string, [error: number, reason: string]> = {
  "p25-override-multiple": [COMMAND_UNSUPPORTED, "override-multiple (34)"],
  "p27-enc-aeskw-ctr": [PARAMETER_UNSUPPORTED, "encryption-info (19)"],
  "p28-enc-ecdh-gcm": [PARAMETER_UNSUPPORTED, "encryption-info (19)"],
  "n61-enc-badwrap": [PARAMETER_UNSUPPORTED, "encryption-info (19)"],
};

/** Why each of the others is refused. */
const REFUSED: Record<string, number> = {
  "n01-sig-bitflip": SIGNATURE_INVALID,
  "n03-sig-63": SIGNATURE_INVALID,
  "n04-sig-65": SIGNATURE_INVALID,
  "n06-wrong-key": SIGNATURE_INVALID,
  "n07-no-signature": UNSIGNED,
  "n09-digest-without-bstr-header": MANIFEST_DIGEST,
  "n10-payload-attached": COSE_PAYLOAD_ATTACHED,
  "n12-crit-unknown": COSE_CRITICAL,
  "n13-alg-mismatch": COSE_ALGORITHM,
  "n15-sign1-untagged": COSE_NOT_SIGN1,
  "n16-signature-over-manifest": SIGNATURE_INVALID,
  "n18-digest-truncated": DIGEST_UNSUPPORTED,
  "n19-digest-empty": DIGEST_UNSUPPORTED,
  "n21-trailing": CBOR_TRAILING,
  "n22-dup-manifest": CBOR_DUPLICATE_KEY,
  "n24-dup-sequence-number": CBOR_DUPLICATE_KEY,
  "n25-unordered-manifest": CBOR_KEY_ORDER,
  "n27-indefinite-map": CBOR_INDEFINITE,
  "n28-huge-bstr": CBOR_RANGE,
  "n30-huge-map-count": CBOR_RANGE,
  "n31-wrong-tag": NOT_AN_ENVELOPE,
  "n33-manifest-tag-1070-top": NOT_AN_ENVELOPE,
  "n34-version-2": MANIFEST_VERSION,
  "n36-no-sequence-number": MANIFEST_INCOMPLETE,
  "n37-sequence-lower": ROLLBACK,
  "n39-unknown-command": COMMAND_UNSUPPORTED,
  "n40-unknown-parameter": PARAMETER_UNSUPPORTED,
  "n42-fetch-in-shared": COMMAND_PLACE,
  "n43-invoke-in-shared": COMMAND_PLACE,
  "n45-index-negative": COMPONENT_INDEX,
  "n46-index-false": COMPONENT_INDEX,
  "n48-soft-failure-outside": SOFT_FAILURE_PLACE,
  "n49-odd-sequence": SEQUENCE_SHAPE,
  "n51-image-size-mismatch": IMAGE_SIZE,
  "n52-vendor-mismatch": VENDOR_MISMATCH,
  "n54-severed-digest-mismatch": SEVERED_DIGEST,
  "n55-severed-install-missing": SEVERED_MISSING,
  "n57-try-each-all-fail": TRY_EACH_FAILED,
  "n58-digest-param-not-wrapped": CBOR_TYPE,
  // The ciphertext is looked at before encryption-info is.
  "n62-enc-ct-tamper": IMAGE_DIGEST,
  "n64-run-seq-hard": ABORTED,
  "n65-try-each-soft-false": ABORTED,
  "n67-copy-no-source-param": PARAMETER_MISSING,
  "n68-too-many-components": COMPONENT_COUNT,
  "n70-priority-unsupported-unknown-wait": PARAMETER_UNSUPPORTED,
};

const folder = fileURLToPath(new URL("../../../test/vectors/derived/", import.meta.url));
const read = (file: string) => new Uint8Array(readFileSync(folder + file));
const json = (file: string) => JSON.parse(readFileSync(folder + file, "utf8"));
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

/** A component identifier of one short name as CBOR, in hex. */
function componentId(name: string): string {
  const bytes = Buffer.from(name, "ascii");
  return Buffer.concat([Buffer.from([0x81, 0x40 + bytes.length]), bytes]).toString("hex");
}

function byId<T, U>(members: Record<string, T>, value: (member: T) => U): [string, U][] {
  return Object.entries(members).map(([name, member]) => [componentId(name), value(member)]);
}

interface Entry {
  id: string;
  file: string;
  expect: DerivedCase["expect"];
  why: string;
  device: {
    now?: number;
    slot?: number;
    stored_sequence?: number;
    components_before?: Record<string, string>;
  };
  components_after_sha256: Record<string, string>;
}

function deviceOf({ device }: Entry): DerivedDevice {
  const state = json("device-state.json");
  return {
    vendor: fromHex(state.vendor_id),
    class: fromHex(state.class_id),
    device: fromHex(state.device_id),
    publicKey: fromHex(state.trusted_keys[0].public),
    sequence: device.stored_sequence ?? state.stored_sequence,
    slot: device.slot ?? 0,
    maxComponents: state.max_components,
    components: new Map(byId(device.components_before ?? {}, read)),
    now: device.now,
    payload: (uri) => (Object.hasOwn(state.uris, uri) ? read(state.uris[uri]) : undefined),
  };
}

function caseOf(entry: Entry): DerivedCase {
  const { id, file, expect, why } = entry;
  const own = CHOICES[id] ?? ABSENT[id];
  return {
    id,
    envelope: read(file),
    expect,
    why,
    error: own?.[0] ?? REFUSED[id] ?? 0,
    reason: own?.[1],
    device: deviceOf(entry),
    after: Object.fromEntries(byId(entry.components_after_sha256, (digest) => digest)),
  };
}

const cases: DerivedCase[] = json("index.json").map(caseOf);

/** Cases that every device which has their features must judge as `expect` says. */
export const PLAIN: DerivedCase[] = cases.filter(({ id }) => !CHOICES[id] && !ABSENT[id]);
/** Cases that the draft leaves open. */
export const CHOSEN: DerivedCase[] = cases.filter(({ id }) => CHOICES[id]);
/** Cases of features that this device does not have. */
export const UNSUPPORTED: DerivedCase[] = cases.filter(({ id }) => ABSENT[id]);
