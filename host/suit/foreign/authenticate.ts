/**
 * Verifies envelopes that others made: with algorithms, extensions and orders of keys that no board
 * of ours takes. Nothing here decides for a board; that is `verifyEnvelope` alone.
 */
import { type InspectView, inspectEnvelope, type SeveredView } from "../../author/inspect.js";
import { ALGORITHM_NAMES, nameOf } from "../names.js";
import { readEnvelope } from "../read.js";
import { opened } from "../sections.js";
import { type CoseSignature, kidText, MAC0, readSignatures, splitWrapper } from "./cose.js";
import type { ForeignKey } from "./keys.js";
import { keyKind, verifies } from "./verify.js";

/** What became of one signature or MAC. */
export interface ForeignSignature {
  type: string;
  algorithm: string;
  /** Hex, or null without a key identifier. */
  kid: string | null;
  payload: "detached" | "attached";
  /** The labels of the keys that verify it. */
  verifiedBy: string[];
  /** Why none does, as half a sentence; absent when one does. */
  reason?: string;
}

/** What {@link authenticateForeign} finds. Not a board's verdict. */
export interface ForeignReport {
  /** Every given key verifies a signature, and there are no problems. */
  authentic: boolean;
  signatures: ForeignSignature[];
  /** Labels of the keys that verify nothing. */
  idleKeys: string[];
  /** Whether the digest that is signed is that of the manifest. */
  digest: InspectView["authentication"]["digest"]["check"];
  severed: SeveredView[];
  /** Sentences without a full stop: whatever stands against this envelope besides signatures. */
  problems: string[];
}

/**
 * Verifies an envelope as draft-ietf-suit-manifest-37 (sections 5.2, 5.4, 8.3) demands it from any
 * recipient: signatures over the digest, the digest over the manifest, the digests of severed parts,
 * the structure. Of images only integrated payloads are looked at, unless they are encrypted.
 *
 * @param options.lenientOrder takes maps whose keys are out of canonical order
 * @throws NOT_AN_ENVELOPE
 */
export function authenticateForeign(
  bytes: Uint8Array,
  keys: ForeignKey[],
  options: { lenientOrder?: boolean; where?: string } = {},
): ForeignReport {
  const view = inspectEnvelope(bytes, options.where);
  const wrapper = opened(readEnvelope(bytes, options.where ?? "the file").members.get(2));
  const list: unknown[] = Array.isArray(wrapper) ? wrapper : [];
  const { blocks, signed } = splitWrapper(list);
  const used = new Set<ForeignKey>();
  const signatures = blocks
    .flatMap((block) => readSignatures(block, []))
    .map((found) => judge(found, signed, keys, used));
  const idleKeys = keys.filter((key) => !used.has(key)).map(({ label }) => label);
  const problems = problemsOf(view, signatures, options.lenientOrder === true);
  const verified = signatures.some(({ verifiedBy }) => verifiedBy.length > 0);
  return {
    authentic: verified && idleKeys.length === 0 && problems.length === 0,
    ...{ signatures, idleKeys, problems },
    digest: view.authentication.digest.check,
    severed: view.manifest.severed,
  };
}

function judge(
  found: CoseSignature,
  signed: Uint8Array | undefined,
  keys: ForeignKey[],
  used: Set<ForeignKey>,
): ForeignSignature {
  const { type, algorithm, payload } = found;
  const makers = makersOf(found, signed, keys);
  const reason = typeof makers === "string" ? makers : undefined;
  const verifiedBy = typeof makers === "string" ? [] : makers.map(({ label }) => label);
  if (typeof makers !== "string") for (const key of makers) used.add(key);
  return {
    ...{ type, payload, verifiedBy, kid: kidText(found.kid) },
    algorithm: algorithm === undefined ? "none" : nameOf(ALGORITHM_NAMES, algorithm),
    ...(reason !== undefined && { reason }),
  };
}

/** The keys that verify a signature, at least one; or why none does. */
function makersOf(
  found: CoseSignature,
  signed: Uint8Array | undefined,
  keys: ForeignKey[],
): ForeignKey[] | string {
  const { flaw, attached, algorithm, tag } = found;
  if (flaw !== undefined) return flaw;
  const payload = signed ?? attached;
  if (!payload) return "there is no digest to be signed";
  // An attached payload that is another than the wrapper's digest says nothing about the manifest.
  if (attached && Buffer.compare(attached, payload) !== 0) return "it signs another digest";
  const kind = keyKind(algorithm);
  if (!kind) return `algorithm ${nameOf(ALGORITHM_NAMES, algorithm)} is not supported`;
  if ((kind === "HMAC") !== (tag === MAC0)) return "its algorithm is not one for this type";
  const fitting = keys.filter((key) => key.kind === kind);
  const makers = fitting.filter((key) => verifies(found, payload, key));
  if (makers.length > 0) return makers;
  return fitting.length > 0 ? "no given key made it" : `no given key is of its kind (${kind})`;
}

function problemsOf(view: InspectView, signatures: ForeignSignature[], lenient: boolean): string[] {
  const { manifest, authentication, olderDraft, outOfOrder, structure, tag } = view;
  const problems = olderDraft ? [olderDraft.sentence] : [];
  // Untagged is not one of the three starts of the CDDL (draft -37, appendix A), but TEEP carries it so.
  if (!olderDraft && tag !== null && tag !== 107) problems.push(`tag ${tag} instead of 107`);
  problems.push(...structure);
  const { check } = authentication.digest;
  if (check !== "ok") problems.push(`digest of the manifest: ${check}`);
  for (const { name, state } of manifest.severed)
    if (state === "mismatch") problems.push(`severed ${name}: ${state}`);
  if (manifest.version !== 1)
    problems.push(`manifest version ${String(manifest.version)} instead of 1`);
  if (typeof manifest.sequence !== "number")
    problems.push(`sequence number ${String(manifest.sequence)}`);
  if (signatures.some(({ payload }) => payload === "attached"))
    problems.push("a signature carries its payload inside");
  // Of encrypted payloads only the plain text is vouched for, and that is not here.
  for (const { uri, named } of view.encrypted ? [] : view.payloads)
    if (!named) problems.push(`no image digest fits the integrated payload ${uri}`);
  if (!lenient)
    for (const path of outOfOrder) problems.push(`keys out of canonical order: ${path}`);
  return problems;
}
