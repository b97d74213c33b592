/** What Node makes of an envelope, in the words in which test/engines/board/verdicts.ts prints it. */
import { createHash } from "node:crypto";
import { ENVELOPE_TOO_LARGE, fail, type Refusal } from "../../device/errors.js";
import { useFeatures } from "../../device/suit/features.js";
import { judge } from "../../device/suit/memory-target.js";
import { type DeviceState, keyRecords } from "../../host/device-state.js";

export const sha256 = (bytes: Uint8Array) =>
  new Uint8Array(createHash("sha256").update(bytes).digest());

/** Components by hex of their identifier, with the hex of their SHA-256, as they are printed. */
export function listed(components: Record<string, string>): string {
  return Object.entries(components)
    .map(([id, digest]) => [Buffer.from(id, "hex"), Buffer.from(digest, "hex")])
    .sort(([a], [b]) => Buffer.compare(a, b))
    .map(([id, digest]) => `${id.toString("base64")}=${digest.toString("base64")}`)
    .join();
}

/** @param verify throws for a signature that is not good (Port.verify) */
export function nodeVerdict(
  envelope: Uint8Array,
  state: DeviceState,
  payload: (uri: string) => Uint8Array | undefined,
  verify: (block: Uint8Array) => void,
): string {
  const { vendor, class: kind, device, slot, slotSize, sequence, components } = state;
  const contents: Record<string, Uint8Array> = Object.create(null);
  for (const [id, bytes] of components) contents[Buffer.from(id, "hex").toString("latin1")] = bytes;
  useFeatures({ battery: state.battery !== undefined, dependencies: state.dependencies ?? true });
  try {
    if (state.envelopeLimit && envelope.length > state.envelopeLimit)
      fail(ENVELOPE_TOO_LARGE, envelope.length);
    const accepted = judge(envelope, {
      trust: { trusted: keyRecords(state.keys), hash: sha256, verify },
      identity: [vendor, kind, device],
      slot,
      slotSize,
      floor: sequence,
      contents,
      payload,
      now: state.now,
      battery: state.battery,
      authorize: state.authorize,
      version: state.version,
    });
    const list = Object.entries(contents).map(([id, bytes]) => [
      Buffer.from(id, "latin1").toString("hex"),
      Buffer.from(sha256(bytes)).toString("hex"),
    ]);
    return `accept ${accepted} ${listed(Object.fromEntries(list))}`;
  } catch (thrown) {
    const { c, a } = thrown as Partial<Refusal>;
    return c ? `refuse ${c} ${a}` : `fault ${thrown}`;
  }
}

/** The number of a verdict; 0 when it is accepted. */
export function numberOf(text: string): number {
  const [word, number] = text.split(" ");
  return word === "accept" ? 0 : Number(number);
}
