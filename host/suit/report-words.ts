/** A report in one sentence, and the field of the release at which it failed. */
import { describeError } from "../errors.js";
import { stripIntegrated } from "../link/strip.js";
import { dependencyOf } from "./dependency.js";
import { hex } from "./diagnostic.js";
import { Located } from "./locate.js";
import { MANIFEST_NAMES, nameOf, REASON_NAMES } from "./names.js";
import { decodeReport, type ReportRecord, type SuitReport } from "./report.js";

/** The failing field. What only the envelope tells is null without it. */
export interface FailingField {
  section: string | null;
  /** In the section, or in the envelope when there is no section. */
  offset: number;
  command: string | null;
  parameter: string | null;
  component: { index: number; name: string | null } | null;
  /** Way to the manifest of a dependency: component indices; empty for the root manifest. */
  manifest: number[];
  /** Without a section: the member of the envelope. */
  member: string | null;
}

export interface ReportWords {
  accepted: boolean;
  sentence: string;
  advice: string | null;
  code: number;
  /** In the words of the draft. */
  reason: string | null;
  field: FailingField | null;
}

/** A decoded report with its words, as `--json` prints it. */
export type ReportView = ReportWords & { raw: string; report: SuitReport };

/** Numbers from here on are no property of a place in the envelope. */
const POLICY = 400;
const COMMON = 3;
const SHARED = 4;

/**
 * @param envelope the one that was offered, as it was published; without it no command can be named
 * @throws LINK_ANSWER
 */
export function viewReport(bytes: Uint8Array, envelope?: Uint8Array): ReportView {
  const report = decodeReport(bytes);
  return { ...reportWords(report, envelope), raw: hex(bytes), report };
}

/** Texts from the board or the envelope are not escaped yet. */
export function reportWords({ failure }: SuitReport, envelope?: Uint8Array): ReportWords {
  if (failure === null) {
    const sentence = "The last attempt was accepted.";
    return { accepted: true, sentence, advice: null, code: 0, reason: null, field: null };
  }
  const { code, reason, record } = failure;
  const { name, message, advice } = describeError(code);
  const reasonText = nameOf(REASON_NAMES, reason);
  const why = name === "unknown" ? `${reasonText} (number ${code})` : lowerFirst(message);
  const field = failingField(record, envelope);
  return {
    accepted: false,
    sentence: `Refused ${placeText(field, code)}: ${why.replace(/\.$/, "")}.`,
    advice,
    code,
    reason: reasonText,
    field,
  };
}

function failingField(record: ReportRecord, envelope?: Uint8Array): FailingField {
  const { manifest, section, offset, component: index } = record;
  const whose = envelope && manifestAt(envelope, manifest);
  const source = whose && new Located(whose);
  if (section === 0)
    return {
      section: null,
      offset,
      command: null,
      parameter: null,
      component: null,
      manifest,
      member: source?.member(offset) ?? null,
    };
  const place = source?.at(section, offset, index);
  return {
    section: section === COMMON || section === SHARED ? "shared" : nameOf(MANIFEST_NAMES, section),
    offset,
    command: place?.command ?? null,
    parameter: place?.parameter ?? null,
    component: { index, name: place?.component ?? null },
    manifest,
    member: null,
  };
}

/** The envelope of the manifest with this id, as the board got it: its payloads were sent apart. */
function manifestAt(envelope: Uint8Array, id: number[]): Uint8Array | undefined {
  const dependency = id.reduce<Uint8Array | undefined>(
    (outer, component) => outer && dependencyOf(outer, component),
    envelope,
  );
  return dependency && stripIntegrated(dependency).envelope;
}

function placeText(field: FailingField, code: number): string {
  const { section, offset, command, parameter, component, manifest, member } = field;
  const whose = manifest.length > 0 ? ` of dependency ${manifest.join(", ")}` : "";
  if (section === null) {
    if (code >= POLICY) return `before any command${whose}`;
    return `before any command${whose}, at byte ${offset} of the envelope${member ? ` (${member})` : ""}`;
  }
  const name = component?.name ? ` (${component.name})` : "";
  const which = component ? `for component ${component.index}${name}` : "";
  const what = command ? `${command}${parameter ? ` (${parameter})` : ""} ` : "";
  return `in ${section}${whose}, at byte ${offset}: ${what}${which}`;
}

/** The first letter small, so that the sentence can follow a colon; not that of `CBOR` or `SUIT`. */
function lowerFirst(text: string): string {
  return /^[A-Z]([a-z ]|$)/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
