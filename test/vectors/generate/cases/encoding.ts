/** CBOR: canonical form, duplicates, order, lengths, types, tags; signed wherever it can be. */
import {
  ARRAY,
  BYTES,
  head,
  indefinite,
  MAP,
  NEGATIVE,
  type Node,
  type Pair,
  TEXT,
  tag,
  UINT,
} from "../../../support/cbor.js";
import { digestOf, type Layers, seal, sign1 } from "../../../support/envelopes.js";
import { no, ok, open, rows } from "../define.js";
import {
  APP,
  bstr,
  CFG,
  CHECK,
  concat,
  encode,
  FAILURES,
  hex,
  INSTALL,
  image,
  MATCH,
  map,
  one,
  oneManifest,
  PAYLOAD,
  SEQUENCE,
  SHARED,
  sequence,
  set,
  WHO,
} from "../release.js";

const INSTALLED = ok({ app: APP });
const WHOLE = one();
const MANIFEST = oneManifest();
const DIGEST = digestOf(bstr(MANIFEST));
const WRAPPER = encode([bstr(DIGEST), bstr(sign1(DIGEST))]);
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
const parameters = (...all: Pair[]) => one({ shared: [20, map(...all), ...CHECK] });
const WHO_PAIRS: Pair[] = [
  [1, WHO[1] as Node],
  [2, WHO[2] as Node],
];
const VERSION: Pair = [1, 1];
const NUMBER: Pair = [2, SEQUENCE];
const common = (changes: Record<number, Node | undefined>) => one({ common: changes });
const BROKEN_TEXT = concat(head(TEXT, 2), hex("c328"));

export const ENCODING = rows([
  [
    "enc-truncated-1",
    "C1 The last byte is missing",
    "8.1",
    no("CBOR_TRUNCATED"),
    WHOLE.subarray(0, -1),
  ],
  [
    "enc-truncated-half",
    "C1 The second half is missing",
    "8.1",
    no("CBOR_TRUNCATED"),
    WHOLE.subarray(0, WHOLE.length >> 1),
  ],
  ["enc-empty", "C1 No bytes at all", "8.1", no("CBOR_TRUNCATED"), new Uint8Array(0)],
  [
    "enc-trailing",
    "C2 A byte behind the envelope",
    "8.1",
    open(no("CBOR_TRAILING"), "the draft does not say what may follow an envelope"),
    concat(WHOLE, hex("00")),
  ],
  [
    "enc-trailing-manifest",
    "C2 A byte behind the manifest's map",
    "8.1",
    no("CBOR_TRAILING"),
    raw(concat(MANIFEST, hex("00"))),
  ],
  [
    "enc-trailing-wrapper",
    "C2 A byte behind the wrapper's array",
    "8.1",
    no("CBOR_TRAILING"),
    raw(MANIFEST, { wrapper: concat(WRAPPER, hex("00")) }),
  ],
  [
    "enc-trailing-commands",
    "C2 A byte behind the commands of install",
    "8.1",
    no("CBOR_TRAILING"),
    one({ manifest: { 20: bstr(concat(encode(INSTALL), hex("00"))) } }),
  ],
  [
    "enc-trailing-digest",
    "C2 A byte behind the image digest",
    "8.1",
    no("CBOR_TRAILING"),
    one({
      shared: [
        ...set({ ...WHO, ...image(APP), 3: bstr(concat(digestOf(APP), hex("00"))) }),
        ...CHECK,
      ],
    }),
  ],
  [
    "enc-indefinite-envelope",
    "C3 An envelope of indefinite length",
    "8.1",
    no("CBOR_INDEFINITE"),
    raw(MANIFEST, { frame: (bytes) => tag(107, concat(hex("bf"), bytes.subarray(1), hex("ff"))) }),
  ],
  [
    "enc-indefinite-manifest",
    "C3 A manifest of indefinite length",
    "8.1",
    no("CBOR_INDEFINITE"),
    raw(concat(hex("bf"), MANIFEST.subarray(1), hex("ff"))),
  ],
  [
    "enc-indefinite-commands",
    "C3 Commands of indefinite length",
    "8.1",
    no("CBOR_INDEFINITE"),
    one({ manifest: { 20: bstr(indefinite(ARRAY, ...INSTALL)) } }),
  ],
  [
    "enc-indefinite-uri",
    "C3 A URI in pieces",
    "8.1",
    no("CBOR_INDEFINITE"),
    one({ install: [...set({ 21: indefinite(TEXT, "#a", "pp") }), 21, FAILURES] }),
  ],
  [
    "enc-indefinite-section",
    "C3 A section in pieces",
    "8.1",
    no("CBOR_INDEFINITE"),
    one({ manifest: { 20: indefinite(BYTES, sequence(...INSTALL)) } }),
  ],
  [
    "enc-long-number",
    "C4 Sequence number 7 in two bytes",
    "8.1",
    no("CBOR_NOT_SHORTEST"),
    numbered(head(UINT, SEQUENCE, 1)),
  ],
  [
    "enc-long-number-8",
    "C4 Sequence number 7 in nine bytes",
    "8.1",
    no("CBOR_NOT_SHORTEST"),
    numbered(head(UINT, SEQUENCE, 8)),
  ],
  [
    "enc-long-command",
    "C4 A command code in two bytes",
    "8.1",
    no("CBOR_NOT_SHORTEST"),
    one({ install: [...INSTALL, head(UINT, 3, 1), 15] }),
  ],
  [
    "enc-long-length",
    "C4 The length of the manifest in five bytes",
    "8.1",
    no("CBOR_NOT_SHORTEST"),
    member(3, bstr(MANIFEST, 4)),
  ],
  [
    "enc-long-map",
    "C4 The head of the manifest's map in two bytes",
    "8.1",
    no("CBOR_NOT_SHORTEST"),
    raw(concat(head(MAP, MANIFEST[0] & 31, 1), MANIFEST.subarray(1))),
  ],
  [
    "enc-long-algorithm",
    "C4 The digest's algorithm in two bytes more",
    "8.1",
    no("CBOR_NOT_SHORTEST"),
    raw(MANIFEST, { digest: encode([head(NEGATIVE, 15, 2), bstr(DIGEST.subarray(4))]) }),
  ],
  [
    "enc-shortest-24",
    "C4 24 takes two bytes, 2^32 - 2 takes five",
    "8.1",
    INSTALLED,
    numbered(4294967294),
  ],
  [
    "enc-duplicate-manifest-key",
    "C5 The sequence number twice",
    "8.1",
    no("CBOR_DUPLICATE_KEY"),
    raw(map(VERSION, NUMBER, [2, 8], [3, bstr(hex("a0"))])),
  ],
  [
    "enc-duplicate-parameter",
    "C5 The same parameter twice",
    "8.1",
    no("CBOR_DUPLICATE_KEY"),
    parameters(...WHO_PAIRS, [14, 1], [14, APP.length]),
  ],
  [
    "enc-duplicate-envelope-key",
    "C5 The manifest twice",
    "8.1",
    no("CBOR_DUPLICATE_KEY"),
    raw(MANIFEST, { outside: [[3, bstr(MANIFEST)], PAYLOAD] }),
  ],
  [
    "enc-duplicate-payload",
    "C5 Two payloads of one name",
    "8.1",
    no("CBOR_DUPLICATE_KEY"),
    one({ outside: [PAYLOAD, ["#app", bstr(CFG)]] }),
  ],
  [
    "enc-order-manifest",
    "C6 Keys of the manifest out of order",
    "8.1",
    no("CBOR_KEY_ORDER"),
    raw(
      concat(
        MANIFEST.subarray(0, 1),
        MANIFEST.subarray(3, 5),
        MANIFEST.subarray(1, 3),
        MANIFEST.subarray(5),
      ),
    ),
  ],
  [
    "enc-order-parameters",
    "C6 Parameters out of order",
    "8.1",
    no("CBOR_KEY_ORDER"),
    parameters(WHO_PAIRS[1], WHO_PAIRS[0]),
  ],
  [
    "enc-order-common",
    "C6 Keys of common out of order",
    "8.1",
    no("CBOR_KEY_ORDER"),
    one({ manifest: { 3: bstr(map([4, sequence(...SHARED)], [2, [[bstr(hex("61"))]]])) } }),
  ],
  [
    "enc-order-payloads",
    "C6 Names of payloads out of order",
    "8.1",
    no("CBOR_KEY_ORDER"),
    one({ outside: [["#b", bstr(CFG)], ["#a", bstr(CFG)], PAYLOAD] }),
  ],
  [
    "enc-order-longer-name",
    "C6 A longer name first",
    "8.1",
    no("CBOR_KEY_ORDER"),
    one({ outside: [["#longer", bstr(CFG)], PAYLOAD] }),
  ],
  [
    "enc-order-payload-first",
    "C6 A payload before a severed section",
    "8.1",
    no("CBOR_KEY_ORDER"),
    one({
      install: null,
      manifest: { 20: digestOf(sequence(...INSTALL)) },
      outside: [PAYLOAD, [20, sequence(...INSTALL)]],
    }),
  ],
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
    no("CBOR_RANGE"),
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
    no("NOT_AN_ENVELOPE"),
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
