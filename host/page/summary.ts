/**
 * What a release says of itself, for people. Nothing of it is trusted: it is read before anybody
 * has looked at the signature, and shown as text.
 */
import { manifestFacts } from "../link/strip.js";
import { componentName, hex } from "../suit/diagnostic.js";
import { COMPONENT_TEXT_NAMES, nameOf } from "../suit/names.js";
import { readEnvelope } from "../suit/read.js";
import { mapOf, memberContent, opened } from "../suit/sections.js";
import { versionText } from "../suit/version.js";
import { shown } from "./shown.js";

export interface Summary {
  sequence: number;
  version: string | null;
  /** By it a board names what it runs; hex. */
  digest: string;
  components: string[];
  texts: { about: string; text: string }[];
}

const MANIFEST = 3;
const COMMON = 3;
const COMPONENTS = 2;
const SET_VERSION = 6;
const TEXT = 23;
/** By code: the descriptions. The other texts are sources of the manifest, for machines. */
const DESCRIPTIONS: Record<number, string> = { 1: "About it", 2: "What is new" };
const MOST_TEXTS = 12;

/** @throws NOT_AN_ENVELOPE */
export async function summarize(envelope: Uint8Array, where: string): Promise<Summary> {
  const { members } = readEnvelope(envelope, where);
  const manifest = mapOf(opened(members.get(MANIFEST)));
  const facts = await manifestFacts(envelope);
  const components: unknown = mapOf(opened(manifest.get(COMMON))).get(COMPONENTS);
  const texts = textsOf(opened(memberContent(TEXT, manifest, members)));
  return {
    sequence: facts?.sequence ?? 0,
    version: versionText(opened(manifest.get(SET_VERSION))) ?? null,
    digest: facts ? hex(facts.digest) : "",
    components: (Array.isArray(components) ? components : []).map((id) => shown(componentName(id))),
    texts: texts.slice(0, MOST_TEXTS),
  };
}

/** Of the first language alone. */
function textsOf(section: unknown): Summary["texts"] {
  const [first] = mapOf(section).values();
  const found: Summary["texts"] = [];
  for (const [key, value] of mapOf(first)) {
    if (Array.isArray(key))
      for (const [code, text] of mapOf(value))
        add(found, `${componentName(key)}: ${nameOf(COMPONENT_TEXT_NAMES, code)}`, text);
    else if (Object.hasOwn(DESCRIPTIONS, key as number))
      add(found, DESCRIPTIONS[key as number] as string, value);
  }
  return found;
}

function add(found: Summary["texts"], about: string, text: unknown): void {
  if (typeof text === "string") found.push({ about: shown(about, 60), text: shown(text) });
}
