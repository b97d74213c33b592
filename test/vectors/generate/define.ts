/** How a case of the suite is written down: by hand, from the draft. */
import type { ErrorClass } from "../../support/reference/errors.js";

/** What of the device differs from the default one; see index.json. */
export interface DeviceDifference {
  vendor?: Uint8Array;
  class?: Uint8Array;
  device?: Uint8Array;
  keys?: { public: Uint8Array; kid: Uint8Array }[];
  sequence?: number;
  slot?: number;
  /** By name of the (one-part) component identifier. */
  components?: Record<string, Uint8Array>;
  /** By URI. */
  payloads?: Record<string, Uint8Array>;
  now?: number | null;
  battery?: number | null;
  version?: number[] | null;
  authorize?: number | null;
  limits?: { slot?: number; envelope?: number };
  features?: "dependencies"[];
}

/** Contents that the device holds after acceptance, by name of the component identifier. */
export type After = Record<string, Uint8Array>;

export interface Outcome {
  expect: "accept" | "reject" | "accept-or-reject";
  /** Absent: our device accepts. */
  error?: ErrorClass;
  after?: After;
  /** Why we chose what we chose, where the draft leaves it open. */
  reason?: string;
}

export interface Case {
  id: string;
  title: string;
  /** Section of draft-ietf-suit-manifest-37; `UM` and `TD` are its companions. */
  draft: string;
  outcome: Outcome;
  envelope: Uint8Array;
  device: DeviceDifference;
}

/** To be accepted, and what the device holds then. */
export const ok = (after: After): Outcome => ({ expect: "accept", after });
/** To be refused, by our device for this reason. */
export const no = (error: ErrorClass): Outcome => ({ expect: "reject", error });
/** Left open by the draft; what we chose, and why. */
export const open = ({ error, after }: Outcome, reason: string): Outcome => ({
  expect: "accept-or-reject",
  error,
  after,
  reason,
});

export type Row = [
  id: string,
  title: string,
  draft: string,
  outcome: Outcome,
  envelope: Uint8Array,
  device?: DeviceDifference,
];

export const rows = (all: Row[]): Case[] =>
  all.map(([id, title, draft, outcome, envelope, device = {}]) => ({
    id,
    title,
    draft,
    outcome,
    envelope,
    device,
  }));
