/** index.json: one line per case, its trace and digests worked out by the reference. */

import { testKey } from "../../support/envelopes.js";
import { LIMITS, type ReferenceDevice } from "../../support/reference/device.js";
import { numberOf } from "../../support/reference/errors.js";
import { type ReferenceVerdict, referenceJudge } from "../../support/reference/judge.js";
import type { Case, DeviceDifference } from "./define.js";
import { PAYLOADS } from "./payloads.js";
import { CLASS, DEVICE, idOf, SEQUENCE, VENDOR } from "./release.js";

/** Seed of the key that signs the suite: 32 bytes of this. Everybody knows it: never trust it. */
export const SEED = 0x51;

/** The device that takes a release unless a case says otherwise. */
export const DEFAULT_DEVICE = {
  vendor: VENDOR,
  class: CLASS,
  device: DEVICE,
  keys: [{ public: testKey(SEED).publicKey, kid: new Uint8Array(0) }],
  sequence: SEQUENCE - 1,
  slot: 0,
  now: null,
  battery: null,
  version: null,
  authorize: null,
  limits: { slot: 0, envelope: 0 },
  features: [],
};

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const byId = <T, U>(members: Record<string, T> = {}, value: (member: T) => U): [string, U][] =>
  Object.entries(members).map(([name, member]) => [idOf(name), value(member)]);

/** The device of a case, for the reference. */
export function referenceDevice(difference: DeviceDifference): ReferenceDevice {
  const { components, payloads = {}, limits = {}, ...rest } = difference;
  return {
    ...DEFAULT_DEVICE,
    ...rest,
    components: new Map(byId(components, (content) => content)),
    payload: (uri) => (Object.hasOwn(payloads, uri) ? payloads[uri] : undefined),
    limits: { ...LIMITS, slot: limits.slot ?? 0 },
    envelopeLimit: limits.envelope ?? 0,
  };
}

/** The file that holds a content. */
function fileOf(content: Uint8Array): string {
  const found = Object.entries(PAYLOADS).find(([, bytes]) => Buffer.compare(bytes, content) === 0);
  if (!found) throw new Error("a payload of the suite has no file");
  return found[0];
}

/** What of the device differs, in JSON. */
export function difference({ keys, components, payloads, ...rest }: DeviceDifference) {
  const bytes = Object.entries(rest).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? hex(value) : value,
  ]);
  return {
    ...Object.fromEntries(bytes),
    ...(keys && { keys: keys.map((key) => ({ public: hex(key.public), kid: hex(key.kid) })) }),
    ...(components && { components: Object.fromEntries(byId(components, fileOf)) }),
    ...(payloads && {
      payloads: Object.fromEntries(
        Object.entries(payloads).map(([uri, content]) => [uri, fileOf(content)]),
      ),
    }),
  };
}

const DRAFTS: Record<string, string> = { UM: "update-management", TD: "trust-domains" };

function draftOf(section: string): string {
  const [first, second] = section.split(" ");
  return second ? `${DRAFTS[first]} ${second}` : `manifest ${first}`;
}

/** `[section, offset, command, component, ?dependency]` per command and component. */
export function traceOf({ trace }: ReferenceVerdict) {
  return trace.map(({ section, offset, command, component, dependency }) => [
    section,
    offset,
    command,
    component,
    ...(dependency === undefined ? [] : [dependency]),
  ]);
}

/** One member of index.json. Verdict, error and contents are the case's, whatever the reference says. */
export function entryOf({ id, title, draft, outcome, envelope, device }: Case) {
  const { expect, error, reason } = outcome;
  const verdict = referenceJudge(envelope, referenceDevice(device));
  return {
    id,
    file: `${id}.suit`,
    title,
    draft: draftOf(draft),
    device: difference(device),
    expect,
    ...(reason && { ours: error ? "reject" : "accept", reason }),
    ...(error && { error: { number: numberOf(error), name: error } }),
    trace: traceOf(verdict),
    ...(!error && { components: verdict.components }),
  };
}
