import { type CommandView, digestText, type Remarks, readSequence } from "../suit/commands.js";
import { componentName, diagnostic, hex } from "../suit/diagnostic.js";
import * as names from "../suit/names.js";
import { type EnvelopeReading, readCbor, readEnvelope } from "../suit/read.js";
import { cbor, sha256 } from "./encode.js";
import { type AuthenticationView, readAuthentication } from "./inspect-signatures.js";

/** A severed element: its digest stands in the manifest, its content (or not) in the envelope. */
export interface SeveredView {
  name: string;
  digest: string;
  state: "ok" | "mismatch" | "missing";
}

/** Everything in an envelope in words. All texts are as the author wrote them, not yet escaped. */
export interface InspectView {
  /** Bytes of the whole file. */
  size: number;
  tag: number | null;
  envelope: { key: number | string; name: string; size: number | null }[];
  authentication: AuthenticationView;
  manifest: {
    version: unknown;
    sequence: unknown;
    referenceUri?: string;
    components: { index: number; name: string; id: string }[];
    /** The shared sequence first, then the sections in the order in which a board runs them. */
    sequences: { name: string; commands: CommandView[] }[];
    severed: SeveredView[];
    /** Members that are none of the above, in diagnostic notation. */
    others: Record<string, string>;
  };
  /** By language, then by name of the text, or `component: name`. */
  text: Record<string, Record<string, string>>;
  payloads: { uri: string; size: number; sha256: string; named: boolean }[];
  /** Sentences without a full stop. */
  warnings: string[];
  /** Set when the envelope looks written for an older SUIT draft. */
  note?: string;
}

const COMMON = 3;
const TEXT = 23;
const OLD_DRAFT = "looks written for an older SUIT draft";
/** Members of the manifest in drafts before -28: validate, load, run, text, install. */
const OLD_KEYS = [10, 11, 12, 13, 17];

const mapOf = (value: unknown): Map<unknown, unknown> =>
  value instanceof Map ? value : new Map<unknown, unknown>();

/**
 * Looks at an envelope without judging it: what a board would refuse is shown too.
 *
 * @param where names the source in errors
 * @throws NOT_AN_ENVELOPE when it is no CBOR map with a manifest; nothing else
 */
export function inspectEnvelope(bytes: Uint8Array, where = "the file"): InspectView {
  const envelope = readEnvelope(bytes, where);
  const remarks: Remarks = { warnings: [], imageDigests: new Set() };
  const { warnings } = remarks;
  for (const oddity of envelope.oddities) warnings.push(`envelope: ${oddity}`);
  const manifestBytes = envelope.members.get(3);
  const manifest = mapOf(open(manifestBytes, "manifest", warnings));
  const authentication = readAuthentication(envelope.members.get(2), manifestBytes, warnings);
  const view: InspectView = {
    size: bytes.length,
    tag: envelope.tag,
    envelope: [...envelope.members].map(([key, value]) => ({
      key: typeof key === "number" ? key : String(key),
      name:
        typeof key === "string" ? "integrated payload" : names.nameOf(names.ENVELOPE_NAMES, key),
      size: value instanceof Uint8Array ? value.length : null,
    })),
    authentication,
    manifest: readManifest(manifest, envelope, remarks),
    text: readText(manifest, envelope, warnings),
    payloads: [],
    warnings,
  };
  view.payloads = readPayloads(envelope, remarks);
  if (isOld(envelope, manifest, authentication)) view.note = OLD_DRAFT;
  else if (envelope.tag !== 107) warnings.push(`the tag is ${envelope.tag}, not 107`);
  return view;
}

/** The content of a byte string, with its oddities as warnings. */
function open(value: unknown, name: string, warnings: string[]): unknown {
  const reading = value instanceof Uint8Array ? readCbor(value) : undefined;
  if (!reading) warnings.push(`${name} cannot be read`);
  for (const oddity of reading?.oddities ?? []) warnings.push(`${name}: ${oddity}`);
  return reading?.value;
}

function isOld(
  { tag }: EnvelopeReading,
  manifest: Map<unknown, unknown>,
  { digest, signatures }: AuthenticationView,
): boolean {
  return (
    tag === null ||
    OLD_KEYS.some((key) => manifest.has(key)) ||
    digest.code === 2 ||
    signatures.some(({ payload }) => payload === "attached")
  );
}

function readManifest(
  manifest: Map<unknown, unknown>,
  envelope: EnvelopeReading,
  remarks: Remarks,
): InspectView["manifest"] {
  const common = mapOf(open(manifest.get(COMMON), "common", remarks.warnings));
  const list: unknown = common.get(2);
  const ids: unknown[] = Array.isArray(list) ? list : [];
  const componentNames = ids.map(componentName);
  const sequences: InspectView["manifest"]["sequences"] = [];
  const severed: SeveredView[] = [];
  const add = (name: string, value: unknown) =>
    sequences.push({ name, commands: readSequence(value, componentNames, remarks) });
  if (common.has(4)) add("shared", common.get(4));
  const known = new Set<unknown>([1, 2, COMMON, 4, TEXT, ...names.SEQUENCE_KEYS]);
  for (const key of names.SEQUENCE_KEYS) {
    const value = contentOf(key, manifest, envelope, severed);
    if (value !== undefined) add(names.MANIFEST_NAMES[key], value);
  }
  contentOf(TEXT, manifest, envelope, severed);
  const others: Record<string, string> = {};
  for (const [key, value] of manifest) {
    if (known.has(key)) continue;
    const name = names.nameOf(names.MANIFEST_NAMES, key);
    if (name.startsWith("unknown")) remarks.warnings.push(`manifest member ${name}`);
    others[name] = diagnostic(value);
  }
  for (const { name, state } of severed)
    if (state === "mismatch") remarks.warnings.push(`severed ${name} is not the one signed`);
  const uri = manifest.get(4);
  return {
    version: plain(manifest.get(1)),
    sequence: plain(manifest.get(2)),
    ...(typeof uri === "string" && { referenceUri: uri }),
    components: ids.map((id, index) => ({
      index,
      name: componentNames[index],
      id: hex(cborOrNothing(id)),
    })),
    sequences,
    severed,
    others,
  };
}

const plain = (value: unknown) => (typeof value === "number" ? value : diagnostic(value));

function cborOrNothing(value: unknown): Uint8Array {
  try {
    return cbor(value);
  } catch {
    return new Uint8Array(0);
  }
}

/**
 * The content of a member that may be severed (draft, "Severable Elements"): in the manifest as it
 * is, or in the envelope with its digest in the manifest.
 */
function contentOf(
  key: number,
  manifest: Map<unknown, unknown>,
  envelope: EnvelopeReading,
  severed: SeveredView[],
): unknown {
  const value = manifest.get(key);
  if (!Array.isArray(value)) return value;
  const content = envelope.members.get(key);
  const name = names.nameOf(names.MANIFEST_NAMES, key);
  const present = content instanceof Uint8Array;
  const fits =
    present && value[1] instanceof Uint8Array && hex(sha256(cbor(content))) === hex(value[1]);
  const state = !present ? "missing" : fits ? "ok" : "mismatch";
  severed.push({ name, digest: digestText(value), state });
  return present ? content : undefined;
}

function readText(
  manifest: Map<unknown, unknown>,
  envelope: EnvelopeReading,
  warnings: string[],
): InspectView["text"] {
  const bytes = contentOf(TEXT, manifest, envelope, []);
  if (bytes === undefined) return {};
  const say = (value: unknown) => (typeof value === "string" ? value : diagnostic(value));
  const section: InspectView["text"] = {};
  for (const [language, texts] of mapOf(open(bytes, "text", warnings))) {
    const entries: [string, string][] = [];
    for (const [key, value] of mapOf(texts)) {
      if (Array.isArray(key))
        for (const [code, text] of mapOf(value))
          entries.push([
            `${componentName(key)}: ${names.nameOf(names.COMPONENT_TEXT_NAMES, code)}`,
            say(text),
          ]);
      else entries.push([names.nameOf(names.TEXT_NAMES, key), say(value)]);
    }
    section[say(language)] = Object.fromEntries(entries);
  }
  return section;
}

function readPayloads({ members }: EnvelopeReading, remarks: Remarks): InspectView["payloads"] {
  const payloads: InspectView["payloads"] = [];
  for (const [uri, value] of members) {
    if (typeof uri !== "string" || !(value instanceof Uint8Array)) continue;
    const digest = hex(sha256(value));
    const named = remarks.imageDigests.has(digest);
    if (!named) remarks.warnings.push(`no image digest fits the integrated payload ${uri}`);
    payloads.push({ uri, size: value.length, sha256: digest, named });
  }
  return payloads;
}
