/**
 * What tells the drafts of SUIT apart, -04 to -37. Before -04 the wrapper was member 1 and the
 * manifest member 2 of the envelope; such files are no envelopes to this tool.
 */
import { Tagged } from "cborg";
import type { Evidence } from "./older-drafts.js";
import type { EnvelopeReading } from "./read.js";
import { mapOf, memberContent, nestedSequences, opened } from "./sections.js";

const FIRST = 4;
const NEWEST = 37;

type Note = (found: string, first: number, last?: number) => void;

/** Everything that narrows the draft down, each thing once. */
export function evidenceOf({ tag, members }: EnvelopeReading): Evidence[] {
  const found = new Map<string, Evidence>();
  const note: Note = (what, first, last = NEWEST) => found.set(what, { found: what, first, last });
  if (tag === 48) note("tag 48", 10, 13);
  if (tag === 107) note("tag 107", 14);
  noteWrapper(opened(members.get(2)), note);
  const manifest = mapOf(opened(members.get(3)));
  noteMembers(manifest, note);
  const contents = [...manifest.keys()]
    .filter((key): key is number => typeof key === "number" && key > 4)
    .map((key) => memberContent(key, manifest, members));
  const shared = mapOf(opened(manifest.get(3))).get(4);
  for (const content of [shared, ...contents])
    if (content instanceof Uint8Array)
      for (const { items } of nestedSequences({ name: "", content })) noteCommands(items, note);
  noteInstall(memberContent(9, manifest, members), note);
  noteTexts(opened(memberContent(23, manifest, members)), note);
  return [...found.values()];
}

/** COSE numbers of hashes came with -14; before, SHA-256 was 2 (and 1 to 8 other hashes). */
function noteHash(algorithm: unknown, what: string, note: Note): void {
  if (typeof algorithm !== "number") return;
  if (algorithm >= 1 && algorithm <= 8) note(`hash ${algorithm} in ${what}`, FIRST, 13);
  else if (algorithm < 0) note(`hash ${algorithm} in ${what}`, 14);
}

function noteWrapper(wrapper: unknown, note: Note): void {
  if (!Array.isArray(wrapper) || wrapper.length === 0) return;
  const first = opened(wrapper[0]);
  if (Array.isArray(first) && typeof first[0] === "number") {
    note("digest in front of the signatures", 10);
    noteHash(first[0], "the wrapper", note);
  } else if (first instanceof Tagged) note("no digest in front of the signatures", FIRST, 9);
  for (const element of wrapper) {
    const block = opened(element);
    const payload =
      block instanceof Tagged && Array.isArray(block.value) ? block.value[2] : undefined;
    if (!(payload instanceof Uint8Array)) continue;
    note("payload inside the signature block", FIRST, 11);
    const digest = opened(payload);
    if (Array.isArray(digest)) noteHash(digest[0], "the signed payload", note);
  }
}

/** Members of the manifest that have had other numbers, or none. */
const MEMBERS: Record<number, [name: string, first: number, last: number]> = {
  10: ["validate", FIRST, 17],
  11: ["load", FIRST, 17],
  12: ["run", FIRST, 17],
  13: ["text", FIRST, 17],
  16: ["payload-fetch", 18, NEWEST],
  17: ["install", 18, 28],
  // The text of -28 has 17 still, but its last revision in the repository has 20.
  20: ["install", 28, NEWEST],
  23: ["text", 18, NEWEST],
};

function noteMembers(manifest: Map<unknown, unknown>, note: Note): void {
  for (const key of manifest.keys()) {
    const known = typeof key === "number" && Object.hasOwn(MEMBERS, key) ? MEMBERS[key] : undefined;
    if (known) note(`manifest member ${key} (${known[0]})`, known[1], known[2]);
  }
}

function noteCommands(items: unknown[], note: Note): void {
  for (let i = 0; i < items.length; i += 2) {
    const [code, argument] = [items[i], items[i + 1] as unknown];
    if (code === 1 || code === 2 || code === 3) {
      if (argument === null) note("conditions without a reporting policy", FIRST, 7);
      else if (typeof argument === "number") note("conditions with a reporting policy", 8);
    }
    if (code === 30 && argument instanceof Uint8Array) note("command 30 (run-sequence)", FIRST, 7);
    if (code === 32 && argument instanceof Uint8Array) note("command 32 (run-sequence)", 8);
    if (code === 13) note("command 13 (set-dependency-index)", FIRST, 15);
    if (code === 6) note("command 6 (check-content)", 20);
    if ((code === 19 || code === 20) && argument instanceof Map) noteParameters(argument, note);
  }
}

function noteParameters(parameters: Map<unknown, unknown>, note: Note): void {
  const digest = opened(parameters.get(3));
  if (Array.isArray(digest)) noteHash(digest[0], "an image digest", note);
  if (parameters.has(20)) note("parameter 20 (unpack-info)", FIRST, 15);
  // Today 19 is encryption-info, a COSE_Encrypt; compression-info was a map.
  if (opened(parameters.get(19)) instanceof Map) note("parameter 19 (compression-info)", FIRST, 15);
}

/** Nothing is fetched while firmware is started: then 9 is not invoke, but install. */
function noteInstall(content: Uint8Array | undefined, note: Note): void {
  if (!content) return;
  const sequences = nestedSequences({ name: "", content });
  const fetches = sequences.some(({ items }) =>
    items.some((code, i) => i % 2 === 0 && code === 21),
  );
  if (fetches) note("manifest member 9 fetches (install)", FIRST, 17);
}

/** Texts stand below their language since -24. */
function noteTexts(texts: unknown, note: Note): void {
  if (!(texts instanceof Map) || texts.size === 0) return;
  const keys = [...texts.keys()];
  if (keys.every((key) => typeof key === "string")) note("texts by language", 24);
  else note("texts without a language", 18, 23);
}
