/**
 * The board's own processor in memory, on the host and in the page: the same code decides here and
 * there (RFC 9124, REQ.SEC.MFST.CHECK).
 */
import { ENVELOPE_TOO_LARGE, fail, type Refusal } from "../device/errors.js";
import { useFeatures } from "../device/suit/features.js";
import { MAX_COMPONENTS } from "../device/suit/manifest.js";
import { judge } from "../device/suit/memory-target.js";
import type { Target } from "../device/suit/target.js";
import type { Trust } from "../device/suit/trust.js";
import { type DeviceState, keyRecords } from "./device-state.js";
import { describeError, type ErrorDescription } from "./errors.js";
import { hex } from "./suit/diagnostic.js";
import { draftAdvice } from "./suit/older-drafts.js";

/** What `suitcase verify --json` prints. */
export type Verdict =
  | { accepted: true; sequence: number; components: Record<string, string> }
  | { accepted: false; error: Omit<ErrorDescription, "advice"> & { at: string; advice: string } };

/** Bytes as one character each, which is how the processor names components. */
const latin1 = (digits: string) =>
  String.fromCharCode(...(digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
const hexOf = (id: string) => hex(Uint8Array.from(id, (each) => each.charCodeAt(0)));

/** Where a refusal happened, in words. Offsets count from the start of the envelope. */
function place(code: number, at: number): string {
  // A condition that failed is named by its place; offsets are beyond all component indices.
  if ((code === 508 || code === 323 || code === 324) && at < MAX_COMPONENTS)
    return `component ${at}`;
  if (code >= 400) return at ? String(at) : "the device";
  return `byte ${at} of the envelope`;
}

/**
 * Plays an update on a device.
 *
 * @param means SHA-256 and strict Ed25519, which are not the same code in Node and in a browser
 * @param payload gives the bytes of a URI, or undefined
 * @param trace is told every command before it is executed (device/suit/processor.ts)
 */
export function judgeEnvelope(
  envelope: Uint8Array,
  device: DeviceState,
  means: Pick<Trust, "hash" | "verify">,
  payload: (uri: string) => Uint8Array | undefined,
  trace?: Target["trace"],
): Verdict {
  const contents: Record<string, Uint8Array> = Object.create(null);
  for (const [id, bytes] of device.components) contents[latin1(id)] = bytes;
  useFeatures({ battery: device.battery !== undefined, dependencies: device.dependencies ?? true });
  try {
    if (device.envelopeLimit && envelope.length > device.envelopeLimit)
      fail(ENVELOPE_TOO_LARGE, envelope.length);
    const sequence = judge(envelope, {
      trust: { trusted: keyRecords(device.keys), ...means },
      identity: [device.vendor, device.class, device.device],
      slot: device.slot,
      slotSize: device.slotSize,
      // A device that never had an update has no sequence number yet: 0 is below all.
      floor: device.sequence,
      contents,
      payload,
      now: device.now,
      battery: device.battery,
      authorize: device.authorize,
      version: device.version,
      trace: trace,
    });
    const components: Record<string, string> = {};
    for (const [id, bytes] of Object.entries(contents))
      components[hexOf(id)] = hex(means.hash(bytes));
    return { accepted: true, sequence, components };
  } catch (thrown) {
    const { c, a } = thrown as Refusal;
    if (typeof c !== "number") throw thrown;
    const { code, name, message, advice } = describeError(c);
    const older = draftAdvice(envelope);
    const said = older === undefined ? advice : `${older} ${advice}`;
    return { accepted: false, error: { code, name, at: place(c, a), message, advice: said } };
  }
}
