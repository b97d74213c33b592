/** CBOR: huge lengths, other types, tags. */
import { ARRAY, BYTES, head, MAP, type Node, type Pair, TEXT, tag } from "../../../support/cbor.js";
import { type Layers, seal } from "../../../support/envelopes.js";
import { no, open, rows } from "../define.js";
import {
  APP,
  bstr,
  CHECK,
  concat,
  FAILURES,
  hex,
  image,
  MATCH,
  map,
  one,
  oneManifest,
  PAYLOAD,
  set,
  WHO,
} from "../release.js";

const MANIFEST = oneManifest();
const raw = (manifest: Uint8Array, layers: Layers = {}) =>
  seal(manifest, { outside: [PAYLOAD], ...layers });
/** Another encoded item in place of the wrapper (2) or of the manifest (3). */
const member = (key: number, value: Uint8Array) =>
  raw(MANIFEST, { members: (all) => all.map(([k, v]): Pair => [k, k === key ? value : v]) });
/** The envelope's map under another head. */
const headed = (start: Uint8Array) =>
  raw(MANIFEST, { frame: (bytes) => tag(107, concat(start, bytes.subarray(1))) });
const numbered = (value: Node) => one({ manifest: { 2: value } });
const sized = (value: Node) =>
  one({ shared: [...set({ ...WHO, ...image(APP), 14: value }), ...CHECK] });
const common = (changes: Record<number, Node | undefined>) => one({ common: changes });
const BROKEN_TEXT = concat(head(TEXT, 2), hex("c328"));

export const ENCODING_TYPES = rows([
  [
    "enc-huge-string",
    "C8 A string of 2^32 - 1 bytes that are not there",
    "8.1",
    no("CBOR_TRUNCATED"),
    one({ manifest: { 20: concat(head(BYTES, 2 ** 32 - 1), hex("00")) } }),
  ],
  [
    "enc-huge-string-64",
    "C8 A string of 2^64 - 1 bytes",
    "8.1",
    no("CBOR_RANGE"),
    member(3, concat(head(BYTES, 2n ** 64n - 1n), hex("00"))),
  ],
  [
    "enc-huge-array",
    "C9 An array of 2^32 - 1 commands that are not there",
    "8.1",
    no("CBOR_TRUNCATED"),
    one({ manifest: { 20: bstr(concat(head(ARRAY, 2 ** 32 - 1), hex("030f"))) } }),
  ],
  [
    "enc-huge-map",
    "C9 An envelope of 2^32 - 1 members",
    "8.1",
    no("CBOR_TRUNCATED"),
    headed(head(MAP, 2 ** 32 - 1)),
  ],
  ["enc-number-negative", "C10 A negative sequence number", "8.4.2", no("CBOR_TYPE"), numbered(-1)],
  [
    "enc-number-float",
    "C10 Sequence number 7.0",
    "8.4.2",
    no("CBOR_TYPE"),
    numbered(hex("f94700")),
  ],
  [
    "enc-number-bignum",
    "C10 Sequence number 7 as a bignum",
    "8.4.2",
    no("CBOR_TYPE"),
    numbered(hex("c24107")),
  ],
  ["enc-number-text", "C10 Sequence number 7 as a text", "8.4.2", no("CBOR_TYPE"), numbered("7")],
  ["enc-number-null", "C10 No sequence number but null", "8.4.2", no("CBOR_TYPE"), numbered(null)],
  [
    "enc-number-2-53",
    "C10 B14 A size of 2^53: more than a JavaScript number holds",
    "8.4.8.7",
    open(no("CBOR_RANGE"), "within the grammar; numbers here end at 2^53 - 1"),
    sized(2n ** 53n),
  ],
  [
    "enc-text-not-utf8",
    "C11 A URI that is not UTF-8",
    "8.1",
    no("PARAMETER_VALUE"),
    one({ install: [...set({ 21: BROKEN_TEXT }), 21, FAILURES] }),
  ],
  [
    "enc-text-for-section",
    "C11 A section that is a text",
    "8.4.6",
    no("CBOR_TYPE"),
    one({ manifest: { 7: "text" } }),
  ],
  [
    "enc-tag-no",
    "C12 No tag 107",
    "A",
    open(
      no("NOT_AN_ENVELOPE"),
      "the grammar starts with the tag, but lets a manifest or an envelope come without in older drafts; one form, one meaning",
    ),
    raw(MANIFEST, { frame: (bytes) => bytes }),
  ],
  [
    "enc-tag-other",
    "C12 C39 Tag 48 of draft 9",
    "A",
    no("NOT_AN_ENVELOPE"),
    raw(MANIFEST, { frame: (bytes) => concat(hex("d830"), bytes) }),
  ],
  [
    "enc-tag-long",
    "C4 C12 Tag 107 in three bytes",
    "A",
    open(
      no("NOT_AN_ENVELOPE"),
      "the draft asks for canonical order of maps only; we ask for the whole deterministic encoding",
    ),
    raw(MANIFEST, { frame: (bytes) => concat(hex("d9006b"), bytes) }),
  ],
  [
    "enc-tag-bare-manifest",
    "C12 A bare manifest under tag 1070",
    "A",
    open(no("NOT_AN_ENVELOPE"), "a start of the grammar, and nobody signed it"),
    tag(1070, MANIFEST),
  ],
  [
    "enc-tag-manifest",
    "C12 Tag 1070 in the manifest's string",
    "A",
    no("CBOR_TYPE"),
    raw(tag(1070, MANIFEST)),
  ],
  [
    "enc-tag-uri",
    "C12 A URI under tag 32",
    "8.4.8.10",
    no("CBOR_TYPE"),
    one({ install: [...set({ 21: tag(32, "#app") }), 21, FAILURES] }),
  ],
  [
    "enc-tag-class",
    "C12 A class under tag 37",
    "8.4.8.4",
    no("CBOR_TYPE"),
    one({ shared: [...set({ ...WHO, 2: tag(37, WHO[2] as Node) }), ...CHECK] }),
  ],
  [
    "enc-array",
    "C12 An array in place of the envelope",
    "A",
    no("NOT_AN_ENVELOPE"),
    hex("d86b8102"),
  ],
  [
    "enc-component-list",
    "A list of components that is a map",
    "8.4.5",
    no("CBOR_TYPE"),
    common({ 2: map() }),
  ],
  [
    "enc-image-policy",
    "C10 A policy that is a float",
    "8.4.7",
    no("CBOR_TYPE"),
    one({ validate: [...MATCH, 3, hex("f94b80")] }),
  ],
]);
