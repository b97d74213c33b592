/**
 * Would a board take a release? Decided by the board's own code, on what the board tells of itself,
 * before a byte is sent to it. What only the board can know (its clock, its files, its app's consent)
 * stays open here.
 */
import * as errors from "../../device/errors.js";
import type { DeviceState } from "../device-state.js";
import { describeError } from "../errors.js";
import { stripIntegrated } from "../link/strip.js";
import type { StatusReport } from "../status-report.js";
import type { Verdict } from "../verdict.js";
import { payloadOf, type Release } from "./release.js";
import { judgeUnsigned, verifyEnvelope } from "./verifier.js";

export interface Fit {
  /**
   * `fits`; `runs`: it is what the board runs; `older`; `foreign`: for other boards; `open`: only the
   * board can tell; `refused`: the board would refuse it.
   */
  kind: "fits" | "runs" | "older" | "foreign" | "open" | "refused";
  /** Why; empty for `fits`. */
  sentence: string;
  advice: string;
  code: number;
  /** False where the page knows no key: then the board alone looks at the signature. */
  isSignatureChecked: boolean;
}

/** What the page knows of a kind of board (host/board/profiles.ts). */
export interface Kind {
  doors: string[];
  envelope: number;
}

/** What a verdict is made with. */
export interface Knowledge {
  report: StatusReport;
  kind: Kind | undefined;
  /** 32 bytes each. */
  keys: Uint8Array[];
  /** Of an update that goes on: its sequence number is the board's own already. */
  isResumed?: boolean;
}

const FOREIGN: number[] = [errors.VENDOR_MISMATCH, errors.CLASS_MISMATCH, errors.DEVICE_MISMATCH];

/** What depends on things that a page cannot see. */
const OPEN: number[] = [
  errors.ABORTED,
  errors.SLOT_MISMATCH,
  errors.TRY_EACH_FAILED,
  errors.IMAGE_DIGEST,
  errors.IMAGE_SIZE,
  errors.IMAGE_MATCHES,
  errors.CONTENT_MISMATCH,
  errors.EXPIRED,
  errors.CLOCK_UNSET,
  errors.NOT_AUTHORIZED,
  errors.VERSION_MISMATCH,
  errors.BATTERY_LOW,
  errors.WAITING,
  errors.DEPENDENCY_ABSENT,
  errors.SEQUENCE_REUSED,
];

export function fitOf(release: Release, knowledge: Knowledge): Fit {
  const { report } = knowledge;
  const isSignatureChecked = knowledge.keys.length > 0;
  const found = (kind: Fit["kind"], code = 0, sentence = "", advice = ""): Fit => {
    return { kind, code, sentence, advice, isSignatureChecked };
  };
  if (report.running?.digest === release.summary.digest) return found("runs");
  // The board holds it still, and will not try it twice.
  if (report.lastRevert && report.other?.digest === release.summary.digest) {
    const { code, message, advice } = describeError(errors.ALREADY_REVERTED);
    return found("refused", code, message, advice);
  }
  const verdict = judged(release, knowledge, (uri) => release.files.get(uri));
  if (verdict.accepted || verdict.error.code === errors.PAYLOAD_ABSENT) return found("fits");
  const { code, message, advice } = verdict.error;
  if (FOREIGN.includes(code)) return found("foreign", code, message, advice);
  if (code === errors.ROLLBACK) return found("older", code, message, advice);
  return found(isOpen(verdict) ? "open" : "refused", code, message, advice);
}

/** A file that is not the one described is named by its component; that is never open. */
function isOpen(verdict: Verdict & { accepted: false }): boolean {
  const { code, at } = verdict.error;
  return OPEN.includes(code) && !at.startsWith("component ");
}

/** Called for each payload in the order in which a board fills its slot. */
export type Fetched = (uri: string, bytes: number) => void;

/**
 * Gets everything that the release may have the board ask for, and holds it against the manifest.
 *
 * @returns what is wrong with it, or null
 * @throws what {@link payloadOf} throws
 */
export async function fetchAll(
  release: Release,
  knowledge: Knowledge,
  fetched: Fetched,
  signal?: AbortSignal,
): Promise<Fit | null> {
  const known = new Map<string, Uint8Array>();
  for (;;) {
    let missing: string | undefined;
    const verdict = judged(release, knowledge, (uri) => {
      const bytes = known.get(uri);
      if (!bytes) missing ??= uri;
      return bytes;
    });
    if (missing === undefined || verdict.accepted) {
      const bad = spoilt(verdict, knowledge);
      // kept only when they are the right ones: with them an update goes on without the storage
      if (!bad) for (const [uri, bytes] of known) release.files.set(uri, bytes);
      return bad;
    }
    const bytes = await payloadOf(release, missing, signal);
    known.set(missing, bytes);
    fetched(missing, bytes.length);
  }
}

function spoilt(verdict: Verdict, { keys }: Knowledge): Fit | null {
  if (verdict.accepted || isOpen(verdict)) return null;
  const { code, message: sentence, advice } = verdict.error;
  return { kind: "refused", code, sentence, advice, isSignatureChecked: keys.length > 0 };
}

function judged(
  release: Release,
  { report, kind, keys, isResumed }: Knowledge,
  payload: (uri: string) => Uint8Array | undefined,
): Verdict {
  // What a board gets of it; with its payloads a release may be longer.
  const sent = stripIntegrated(release.envelope).envelope.length;
  const limit = kind?.envelope ?? 0;
  const floor = report.floor ?? 0;
  const device: DeviceState = {
    vendor: bytesOf(report.vendor),
    class: bytesOf(report.class),
    device: bytesOf(report.device),
    keys: keys.map((key) => ({ public: key, kid: new Uint8Array(0), roles: ["author"] })),
    sequence: isResumed ? Math.max(Math.min(floor, release.summary.sequence - 1), 0) : floor,
    slot: 1 - (report.slot ?? 0),
    slotSize: report.slotSize ?? 0,
    components: new Map(),
    ...(limit > 0 && sent > limit && { envelopeLimit: limit }),
    dependencies: hasDependencies(report),
  };
  const judge = keys.length > 0 ? verifyEnvelope : judgeUnsigned;
  return judge(release.envelope, device, payload);
}

const PROCESS_DEPENDENCY = 11;

/** A board that does not tell is taken for one that has them: it decides itself. */
function hasDependencies({ capabilities }: StatusReport): boolean {
  if (!capabilities || "error" in capabilities) return true;
  return (capabilities.lists.commands ?? []).some(({ code }) => code === PROCESS_DEPENDENCY);
}

function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}
