import { Tagged } from "cborg";
import { cbor } from "../suit/cbor.js";
import { type CommandView, digestText, type Remarks, readSequence } from "../suit/commands.js";
import { componentName, diagnostic, hex } from "../suit/diagnostic.js";
import { digestFits } from "../suit/digests.js";
import { CURRENT, type Layout, layoutOf } from "../suit/layouts.js";
import { mapsOutOfOrder } from "../suit/map-order.js";
import * as names from "../suit/names.js";
import { type OlderDraft, olderDraft } from "../suit/older-drafts.js";
import { type EnvelopeReading, readCbor, readEnvelope } from "../suit/read.js";
import { mapOf, opened } from "../suit/sections.js";
import { versionText } from "../suit/version.js";
import { manifestDigest, sha256 } from "./encode.js";
import { type AuthenticationView, readAuthentication } from "./inspect-signatures.js";

/** A severed element: its digest stands in the manifest, its content (or not) in the envelope. */
export interface SeveredView {
  key: number;
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
    /** set-version (suit-update-management), such as `1.2.0-rc.1`. */
    setVersion?: string;
    components: { index: number; name: string; id: string }[];
    /** The shared sequence first, then the sections in the order in which a board runs them. */
    sequences: { name: string; commands: CommandView[] }[];
    severed: SeveredView[];
    /** Members that are none of the above, in diagnostic notation. */
    others: Record<string, string>;
  };
  /** By language, then by name of the text, or `component: name`. */
  text: Record<string, Record<string, string>>;
  /** `named`: an image digest is that of the payload, or of the manifest of an envelope in it. */
  payloads: { uri: string; size: number; sha256: string; named: boolean }[];
  /** Some payload is encrypted: image digests are not those of the payloads then. */
  encrypted: boolean;
  /** Sentences without a full stop, those of `structure` first. */
  warnings: string[];
  /** The warnings about the form: unreadable parts, unknown code points. */
  structure: string[];
  /** Paths of the maps whose keys are out of canonical order. */
  outOfOrder: string[];
  /** Set when the envelope is written for an older SUIT draft; one sentence. */
  note?: string;
  /** The same with the evidence. */
  olderDraft?: OlderDraft;
}

const COMMON = 3;
const SET_VERSION = 6;
const COSWID = 14;

/**
 * Looks at an envelope without judging it: what a board would refuse is shown too.
 *
 * @param where names the source in errors
 * @throws NOT_AN_ENVELOPE when it is no CBOR map with a manifest; nothing else
 */
export function inspectEnvelope(bytes: Uint8Array, where = "the file"): InspectView {
  const envelope = readEnvelope(bytes, where);
  const older = olderDraft(envelope);
  const layout = older ? layoutOf(older.last) : CURRENT;
  const remarks: Remarks = {
    ...{ structure: [], warnings: [], encrypted: false },
    imageDigests: new Set(),
  };
  const { structure, warnings } = remarks;
  for (const oddity of envelope.oddities) structure.push(`envelope: ${oddity}`);
  const manifestBytes = envelope.members.get(3);
  const manifest = mapOf(open(manifestBytes, "manifest", structure));
  const wrapper = envelope.members.get(2);
  const view: InspectView = {
    size: bytes.length,
    tag: envelope.tag,
    envelope: [...envelope.members].map(([key, value]) => ({
      key: typeof key === "number" ? key : String(key),
      name: memberName(key, layout),
      size: value instanceof Uint8Array ? value.length : null,
    })),
    authentication: readAuthentication(wrapper, manifestBytes, structure, warnings),
    manifest: readManifest(manifest, envelope, layout, remarks),
    text: readText(manifest, envelope, layout, structure),
    payloads: [],
    encrypted: false,
    warnings: [],
    structure,
    outOfOrder: mapsOutOfOrder(envelope.members, layout),
    ...(older && { note: older.sentence, olderDraft: older }),
  };
  view.payloads = readPayloads(envelope, remarks);
  view.encrypted = remarks.encrypted;
  for (const path of view.outOfOrder) warnings.push(`keys out of canonical order: ${path}`);
  if (!older && envelope.tag !== 107) warnings.push(`the tag is ${envelope.tag}, not 107`);
  view.warnings = [...structure, ...warnings];
  return view;
}

/** Severed parts have the number that they have in the manifest, so old layouts name them too. */
function memberName(key: unknown, layout: Layout): string {
  if (typeof key === "string") return "integrated payload";
  const { 1: delegation, 2: wrapper, 3: manifest } = names.ENVELOPE_NAMES;
  const old = { ...layout.names, 1: delegation, 2: wrapper, 3: manifest };
  return names.nameOf(layout === CURRENT ? names.ENVELOPE_NAMES : old, key);
}

/** The content of a byte string, with its oddities as warnings. */
function open(value: unknown, name: string, warnings: string[]): unknown {
  const reading = value instanceof Uint8Array ? readCbor(value) : undefined;
  if (!reading) warnings.push(`${name} cannot be read`);
  for (const oddity of reading?.oddities ?? []) warnings.push(`${name}: ${oddity}`);
  return reading?.value;
}

function readManifest(
  manifest: Map<unknown, unknown>,
  envelope: EnvelopeReading,
  layout: Layout,
  remarks: Remarks,
): InspectView["manifest"] {
  const common = mapOf(open(manifest.get(COMMON), "common", remarks.structure));
  const list: unknown = common.get(2);
  const ids: unknown[] = Array.isArray(list) ? list : [];
  const componentNames = ids.map(componentName);
  const sequences: InspectView["manifest"]["sequences"] = [];
  const severed: SeveredView[] = [];
  const add = (name: string, value: unknown) =>
    sequences.push({ name, commands: readSequence(value, componentNames, remarks) });
  if (common.has(4)) add("shared", common.get(4));
  const known = new Set<unknown>([1, 2, COMMON, 4, layout.text, ...layout.sequences]);
  for (const key of [...layout.sequences, layout.text, COSWID]) {
    const value = contentOf(key, manifest, envelope, layout, severed);
    if (value !== undefined && layout.sequences.includes(key)) add(layout.names[key], value);
  }
  const others: Record<string, string> = {};
  const hasVersion = SET_VERSION in layout.names;
  const setVersion = hasVersion ? versionText(opened(manifest.get(SET_VERSION))) : undefined;
  for (const [key, value] of manifest) {
    if (key === SET_VERSION && setVersion !== undefined) continue;
    if (known.has(key) || (key === COSWID && Array.isArray(value))) continue;
    const name = names.nameOf(layout.names, key);
    if (name.startsWith("unknown")) remarks.structure.push(`manifest member ${name}`);
    others[name] = diagnostic(value);
  }
  for (const { name, state } of severed)
    if (state === "mismatch") remarks.warnings.push(`severed ${name} is not the one signed`);
  const uri = manifest.get(4);
  return {
    version: plain(manifest.get(1)),
    sequence: plain(manifest.get(2)),
    ...(typeof uri === "string" && { referenceUri: uri }),
    ...(setVersion !== undefined && { setVersion }),
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
  layout: Layout,
  severed: SeveredView[],
): unknown {
  const value = manifest.get(key);
  if (!Array.isArray(value)) return value;
  const content = envelope.members.get(key);
  const name = names.nameOf(layout.names, key);
  const present = content instanceof Uint8Array;
  const state = !present ? "missing" : digestFits(value, content) ? "ok" : "mismatch";
  severed.push({ key, name, digest: digestText(value), state });
  return present ? content : undefined;
}

function readText(
  manifest: Map<unknown, unknown>,
  envelope: EnvelopeReading,
  layout: Layout,
  structure: string[],
): InspectView["text"] {
  const bytes = contentOf(layout.text, manifest, envelope, layout, []);
  if (bytes === undefined) return {};
  const say = (value: unknown) => (typeof value === "string" ? value : diagnostic(value));
  const section: InspectView["text"] = {};
  const all = mapOf(open(bytes, "text", structure));
  // Up to draft -23 texts had no language.
  const bare = all.size > 0 && ![...all.keys()].some((key) => typeof key === "string");
  for (const [language, texts] of bare ? new Map([["without language", all]]) : all) {
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
    const named = [digest, dependencyDigest(value)].some((of) => remarks.imageDigests.has(of));
    if (!named) remarks.warnings.push(`no image digest fits the integrated payload ${uri}`);
    payloads.push({ uri, size: value.length, sha256: digest, named });
  }
  return payloads;
}

/** The digest by which a dependency is named (draft-ietf-suit-trust-domains): of its manifest. */
function dependencyDigest(payload: Uint8Array): string {
  const value = readCbor(payload)?.value;
  const manifest = mapOf(value instanceof Tagged ? value.value : value).get(3);
  return manifest instanceof Uint8Array ? hex(manifestDigest(manifest)) : "";
}
