/**
 * What is asked of each envelope: the board's processor gives the verdict of the reference, with the
 * same components and the same trace; it throws nothing but refusals, leaves what it was given as it
 * was, and takes no longer than its limits allow.
 */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import * as errors from "../../device/errors.js";
import { fail, type Refusal, SIGNATURE_INVALID } from "../../device/errors.js";
import { useFeatures } from "../../device/suit/features.js";
import { judge } from "../../device/suit/memory-target.js";
import { keyRecords } from "../../host/device-state.js";
import { numberOf } from "../support/reference/errors.js";
import { referenceJudge } from "../support/reference/judge.js";
import type { FuzzDevice } from "./devices.js";
import { isEquivalent } from "./equivalences.js";
import { expectedDifference } from "./expected-differences.js";
import { checkRoundTrip } from "./round-trip.js";

export interface FuzzCase {
  envelope: Uint8Array;
  device: FuzzDevice;
}

/** How a case ended. */
export interface Outcome {
  /** 0: accepted. */
  number: number;
  place: number;
  sequence: number;
  /** SHA-256 by component identifier, both hex; of an accepted one. */
  components: Record<string, string>;
  /** `[section, offset, command, component, dependency]`; -1 where there is none. */
  trace: number[][];
  /** Where it was refused; of the reference only. */
  section?: number;
}

/** What one envelope may take: far more than any does, even on a busy computer, far less than a hang. */
const MAX_MILLISECONDS = 5000;
/** The manifest, severed elements and components, each at most once for every command. */
const MAX_HASHES = 4 * 256;

const KNOWN = new Set<unknown>(Object.values(errors).filter((each) => typeof each === "number"));
const latin1 = (hex: string) => Buffer.from(hex, "hex").toString("latin1");
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());

const points = new Map<string, KeyObject>();
/** Node's Ed25519, which is fifty times faster than the board's; only keys of ours come here. */
function verifyByNode(block: Uint8Array): void {
  const x = Buffer.from(block.subarray(64, 96)).toString("base64url");
  let key = points.get(x);
  if (!key) {
    key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    points.set(x, key);
  }
  if (!verify(null, block.subarray(96), key, block.subarray(0, 64))) fail(SIGNATURE_INVALID, 0);
}

/** What is wrong with a case: the message says what, and the case follows in `reproduction`. */
export class Disagreement extends Error {}

/** The board's code in Node. `open`: no signature is checked. */
export function judgeHere({ envelope, device }: FuzzCase, open = false): Outcome {
  const contents: Record<string, Uint8Array> = Object.create(null);
  for (const [id, bytes] of device.components) contents[latin1(id)] = bytes;
  const trace: number[][] = [];
  let hashes = 0;
  useFeatures({
    battery: device.battery !== null,
    dependencies: device.features.includes("dependencies"),
  });
  const outcome: Outcome = { number: 0, place: 0, sequence: -1, components: {}, trace };
  try {
    // As host/verify.ts does.
    if (device.envelopeLimit && envelope.length > device.envelopeLimit)
      fail(errors.ENVELOPE_TOO_LARGE, envelope.length);
    outcome.sequence = judge(envelope, {
      trust: {
        trusted: keyRecords(device.keys.map((key) => ({ ...key, roles: [] }))),
        hash: (bytes) => {
          hashes++;
          return sha256(bytes);
        },
        verify: open ? () => {} : verifyByNode,
      },
      identity: [device.vendor, device.class, device.device],
      slot: device.slot,
      slotSize: device.limits.slot,
      floor: device.sequence,
      contents,
      payload: device.payload,
      now: device.now ?? undefined,
      battery: device.battery ?? undefined,
      authorize: device.authorize ?? undefined,
      version: device.version ?? undefined,
      trace: (...step) =>
        void trace.push(device.features.length ? step : [...step.slice(0, 4), -1]),
    });
  } catch (thrown) {
    const { c, a } = (thrown ?? {}) as Refusal;
    if (!KNOWN.has(c) || !Number.isSafeInteger(a) || a < 0)
      throw new Disagreement(`threw ${(thrown as Error)?.stack ?? JSON.stringify(thrown)}`);
    outcome.number = c;
    outcome.place = a;
  }
  if (hashes > MAX_HASHES) throw new Disagreement(`${hashes} hashes`);
  const held = Object.entries(contents);
  if (outcome.number) {
    const kept = held.every(([id, bytes]) => device.components.get(toHex(id)) === bytes);
    if (!kept || held.length !== device.components.size) throw new Disagreement("contents changed");
  } else
    for (const [id, bytes] of held)
      outcome.components[toHex(id)] = Buffer.from(sha256(bytes)).toString("hex");
  return outcome;
}

const toHex = (id: string) => Buffer.from(id, "latin1").toString("hex");

/** The reference, in the same words; `place` is not compared. */
export function judgeByReference({ envelope, device }: FuzzCase): Outcome {
  const verdict = referenceJudge(envelope, device);
  return {
    number: verdict.error ? numberOf(verdict.error.class) : 0,
    place: 0,
    sequence: verdict.sequence,
    components: verdict.accepted ? verdict.components : {},
    section: verdict.error?.place?.section,
    trace: verdict.trace.map((step) => [
      step.section,
      step.offset,
      step.command,
      step.component ?? -1,
      step.dependency ?? -1,
    ]),
  };
}

/** Do two traces say the same as far as the shorter one goes? */
function prefixed(a: number[][], b: number[][]): boolean {
  const size = Math.min(a.length, b.length);
  return a.slice(0, size).join(";") === b.slice(0, size).join(";");
}

const sorted = (components: Record<string, string>) =>
  JSON.stringify(Object.entries(components).sort());

/** How two verdicts differ, in words; undefined when they do not. */
export function difference(ours: Outcome, theirs: Outcome): string | undefined {
  const both = `we say ${ours.number} at ${ours.place}, the reference says ${theirs.number}`;
  if (!ours.number !== !theirs.number) return both;
  if (!prefixed(ours.trace, theirs.trace)) return `traces differ: ${both}`;
  if (ours.number)
    return ours.number === theirs.number || isEquivalent(ours, theirs) ? undefined : both;
  if (ours.trace.length !== theirs.trace.length) return "one trace is longer";
  if (ours.sequence !== theirs.sequence) return "other sequence numbers";
  return sorted(ours.components) === sorted(theirs.components) ? undefined : "other components";
}

export interface Examined {
  number: number;
  /** The reference gives the very same number. */
  isExact: boolean;
  /** Of a disagreement that is known (expected-differences.ts). */
  expected?: string;
}

/** Puts a case to all oracles; throws {@link Disagreement}, or what else went wrong. */
export function examine(each: FuzzCase): Examined {
  const before = each.envelope.slice();
  const start = performance.now();
  let ours: Outcome | undefined;
  let thrown: Disagreement | undefined;
  try {
    ours = judgeHere(each);
  } catch (reason) {
    if (!(reason instanceof Disagreement)) throw reason;
    thrown = reason;
  }
  if (performance.now() - start > MAX_MILLISECONDS) throw new Disagreement("took too long");
  if (Buffer.compare(before, each.envelope)) throw new Disagreement("the envelope was changed");
  const theirs = judgeByReference(each);
  const problem = ours ? difference(ours, theirs) : thrown?.message;
  if (problem) {
    const number = ours?.number ?? -1;
    const expected = expectedDifference(ours ?? { ...theirs, number }, theirs, each);
    if (!expected) throw new Disagreement(problem);
    return { number, isExact: false, expected };
  }
  const { number } = ours as Outcome;
  if (!number) checkRoundTrip(each.envelope);
  return { number, isExact: number === theirs.number };
}
