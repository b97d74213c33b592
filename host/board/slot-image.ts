/**
 * A whole slot as bytes, for the first firmware of a board: what the agent writes when it installs an
 * update (device/flash/install.ts), and in the same places.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  AGENT_MISSING,
  fail,
  IMAGE_DIGEST,
  type Refusal,
  SLOT_MISMATCH,
  VENDOR_MISMATCH,
} from "../../device/errors.js";
import * as layout from "../../device/flash/layout.js";
import { input } from "../../device/suit/cbor.js";
import {
  COMPONENT_SLOT,
  DEVICE_IDENTIFIER,
  DIRECTIVE_INVOKE,
  FETCH,
  IMAGE_MATCH,
  PARAM_SIZE,
  PARAM_URI,
} from "../../device/suit/codes.js";
import * as envelopeParts from "../../device/suit/envelope.js";
import { useFeatures } from "../../device/suit/features.js";
import { components, readManifest, sequence, versionAt } from "../../device/suit/manifest.js";
import { textAt } from "../../device/suit/memory-target.js";
import { run } from "../../device/suit/processor.js";
import { type Parameters, useTarget } from "../../device/suit/target.js";
import { useTrust } from "../../device/suit/trust.js";
import { componentIdHex } from "../author/pack.js";
import { type DeviceKey, keyRecords } from "../device-state.js";
import { SuitcaseError } from "../errors.js";
import { draftAdvice } from "../suit/older-drafts.js";
import { verifyOnHost } from "../verify.js";

export interface SlotImage {
  bytes: Uint8Array;
  /** Offset of the slot table. */
  tableAt: number;
  sequence: number;
  /** SHA-256 of the manifest with its head, 32 bytes. */
  digest: Uint8Array;
}

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const padded = (size: number) => 4 * Math.ceil(size / 4);

export interface SlotOptions {
  envelope: Uint8Array;
  /** Bytes of a URI, or undefined when there are none. */
  payload: (uri: string) => Uint8Array | undefined;
  keys: DeviceKey[];
  identity: Uint8Array[];
  /** The manifest is vouched for by the configuration, its signature does not matter. */
  factory: boolean;
}

/**
 * Lays out a slot.
 *
 * @throws the board's refusals as SuitcaseError, PAYLOAD_DIGEST, PAYLOAD_MISSING
 */
export function layOutSlot(options: SlotOptions): SlotImage {
  try {
    return layOut(options);
  } catch (thrown) {
    const { c } = thrown as Refusal;
    if (typeof c !== "number") throw thrown;
    throw new SuitcaseError(c, undefined, { hint: draftAdvice(options.envelope) });
  }
}

function layOut({ envelope, payload, keys, identity, factory }: SlotOptions): SlotImage {
  useFeatures({ battery: false, dependencies: false });
  useTrust({ trusted: keyRecords(keys), hash: sha256, verify: verifyOnHost });
  envelopeParts.authenticate(envelope);
  readManifest();
  const places: { at: number; size: number; digestAt: number; uri: string }[] = [];
  let end = 0;
  let app = -1;
  const place = (index: number, parameters: Parameters) => {
    const size = parameters[PARAM_SIZE];
    const uri = textAt(parameters[PARAM_URI]);
    places[index] = { at: end, size, digestAt: parameters[IMAGE_MATCH], uri };
    end += padded(size);
  };
  useTarget({
    check: (need, value, index) => {
      if (need === IMAGE_MATCH) return places[index] ? 0 : IMAGE_DIGEST;
      if (need === COMPONENT_SLOT) return value ? SLOT_MISMATCH : 0;
      if (need > 2 && need !== DEVICE_IDENTIFIER)
        throw new SuitcaseError("NOT_YET", `A first firmware with conditions (parameter ${need})`);
      const known = identity[need > 2 ? 2 : need - 1];
      return Buffer.compare(input.subarray(value, value + 16), known) ? VENDOR_MISMATCH : 0;
    },
    act: (code, index, parameters) => {
      if (code === FETCH) place(index, parameters);
      else if (code === DIRECTIVE_INVOKE) app = index;
      else throw new SuitcaseError("NOT_YET", `A first firmware with command ${code}`);
    },
  });
  run();
  const { wrapperAt, digestAt, protectedAt, signatureAt, manifestAt, manifestEnd } = envelopeParts;
  const names = components.map(([from, to]) =>
    Buffer.from(input.subarray(from, to)).toString("hex"),
  );
  const agentIndex = names.indexOf(componentIdHex("agent"));
  if (agentIndex < 0) fail(AGENT_MISSING, 0);
  const envelopeAt = end;
  const tableAt = envelopeAt + padded(manifestEnd - wrapperAt);
  const words = [
    layout.TABLE_MAGIC,
    places.length | (versionAt && (versionAt - wrapperAt) << 8),
    factory ? layout.KEY_FACTORY : envelopeParts.signer,
    envelopeAt,
    ...[digestAt, protectedAt, signatureAt, manifestAt, manifestEnd].map((at) => at - wrapperAt),
    ...places.flatMap(({ at, size, digestAt: imageAt }, index) => [
      at,
      size,
      imageAt - wrapperAt,
      index === agentIndex ? layout.ROLE_AGENT : index === app ? layout.ROLE_APP : layout.ROLE_DATA,
    ]),
  ];
  const bytes = new Uint8Array(tableAt + 4 * words.length + 4).fill(255);
  for (const { at, size, digestAt: imageAt, uri } of places) {
    const content = payload(uri);
    if (!content) throw new SuitcaseError("PAYLOAD_MISSING", `The file of ${uri} is missing`);
    const expected = input.subarray(imageAt, imageAt + 32);
    if (content.length !== size || Buffer.compare(sha256(content), expected) !== 0)
      throw new SuitcaseError(
        "PAYLOAD_DIGEST",
        `The file of ${uri} is not the one that the release describes`,
      );
    bytes.set(content, at);
  }
  bytes.set(input.subarray(wrapperAt, manifestEnd), envelopeAt);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setUint32(tableAt + 4 * i, word, true);
  });
  const tableEnd = tableAt + 4 * words.length;
  view.setUint32(tableEnd, crc32(bytes.subarray(tableAt, tableEnd)), true);
  return {
    bytes,
    tableAt,
    sequence,
    digest: sha256(input.subarray(manifestAt, manifestEnd)),
  };
}
