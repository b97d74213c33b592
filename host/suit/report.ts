/**
 * SUIT_Report (draft-ietf-suit-report): what became of the last attempt to update a board, and at
 * which command of the manifest it ended.
 */
import { diagnostic, hex } from "./diagnostic.js";
import { ALGORITHM_NAMES, nameOf, PARAMETER_NAMES } from "./names.js";
import {
  badReport,
  listOf,
  type Members,
  mapOf,
  strictMap,
  unsigned,
  whole,
} from "./report-cbor.js";

/** Where a manifest's processing ended. */
export interface ReportRecord {
  /** The way from the root manifest to the one that failed: component indices; empty for the root. */
  manifest: number[];
  /** Number of the manifest's member whose commands ran; 0 before any. */
  section: number;
  /** In the section's byte string; with section 0 in the envelope. */
  offset: number;
  component: number;
  /** Measured values, in words. */
  properties: Record<string, string>;
}

export interface ReportFailure {
  /** A number of device/errors.ts. */
  code: number;
  /** A reason of the draft's registry. */
  reason: number;
  record: ReportRecord;
}

export interface SuitReport {
  /** Of the root manifest. */
  uri: string;
  digest: { algorithm: string; hex: string };
  /** Hex; absent when the report has none. */
  nonce?: string;
  /** In diagnostic notation. */
  records: string[];
  /** Null: the manifest was accepted. */
  failure: ReportFailure | null;
  /** Members that this version does not know, in diagnostic notation. */
  others: Record<string, string>;
}

const NONCE = 2;
const RECORDS = 3;
const RESULT = 4;
const RESULT_CODE = 5;
const RESULT_RECORD = 6;
const RESULT_REASON = 7;
const REFERENCE = 99;

/**
 * Decodes a report. Members that are not known are kept in words.
 *
 * @throws LINK_ANSWER
 */
export function decodeReport(bytes: Uint8Array): SuitReport {
  const map = strictMap(bytes, "the report");
  const [uri, digest] = listOf(map.get(REFERENCE), "the reference");
  if (typeof uri !== "string") throw badReport("the reference holds no URI");
  const nonce = map.get(NONCE);
  if (nonce !== undefined && !(nonce instanceof Uint8Array))
    throw badReport("the nonce is no bytes");
  return {
    uri,
    digest: decodeDigest(digest),
    ...(nonce && { nonce: hex(nonce) }),
    records: listOf(map.get(RECORDS), "the list of records").map((each) => diagnostic(each)),
    failure: decodeResult(map.get(RESULT)),
    others: unknownMembers(map, [NONCE, RECORDS, RESULT, REFERENCE]),
  };
}

function decodeDigest(value: unknown): SuitReport["digest"] {
  const [algorithm, bytes] = listOf(value, "the digest");
  if (!(bytes instanceof Uint8Array)) throw badReport("the digest holds no bytes");
  return {
    algorithm: nameOf(ALGORITHM_NAMES, whole(algorithm, "the digest's algorithm")),
    hex: hex(bytes),
  };
}

function decodeResult(value: unknown): ReportFailure | null {
  if (value === true) return null;
  const result = mapOf(value, "the result");
  return {
    code: whole(result.get(RESULT_CODE), "the result's code"),
    reason: whole(result.get(RESULT_REASON), "the result's reason"),
    record: decodeRecord(listOf(result.get(RESULT_RECORD), "the result's record")),
  };
}

function decodeRecord([manifest, section, offset, component, properties]: unknown[]): ReportRecord {
  return {
    manifest: listOf(manifest, "the manifest's id").map((each) =>
      unsigned(each, "a manifest's id"),
    ),
    section: whole(section, "the section"),
    offset: unsigned(offset, "the offset"),
    component: unsigned(component, "the component"),
    properties: Object.fromEntries(
      [...mapOf(properties, "the list of properties")].map(([code, measured]) => [
        nameOf(PARAMETER_NAMES, code),
        diagnostic(measured),
      ]),
    ),
  };
}

/** What a map holds beyond the members named, in words. */
export function unknownMembers(map: Members, known: unknown[]): Record<string, string> {
  const rest = [...map].filter(([key]) => !known.includes(key));
  return Object.fromEntries(rest.map(([key, value]) => [diagnostic(key), diagnostic(value)]));
}
