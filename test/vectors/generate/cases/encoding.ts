/** CBOR: truncation, trailing bytes, indefinite lengths, shortest form, duplicates, order; signed wherever it can be. */
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
const numbered = (value: Node) => one({ manifest: { 2: value } });
const parameters = (...all: Pair[]) => one({ shared: [20, map(...all), ...CHECK] });
const WHO_PAIRS: Pair[] = [
  [1, WHO[1] as Node],
  [2, WHO[2] as Node],
];
const VERSION: Pair = [1, 1];
const NUMBER: Pair = [2, SEQUENCE];

const FORM =
  "the draft asks for canonical order of maps only; we ask for the whole deterministic encoding";
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
    open(no("CBOR_INDEFINITE"), FORM),
    raw(MANIFEST, { frame: (bytes) => tag(107, concat(hex("bf"), bytes.subarray(1), hex("ff"))) }),
  ],
  [
    "enc-indefinite-manifest",
    "C3 A manifest of indefinite length",
    "8.1",
    open(no("CBOR_INDEFINITE"), FORM),
    raw(concat(hex("bf"), MANIFEST.subarray(1), hex("ff"))),
  ],
  [
    "enc-indefinite-commands",
    "C3 Commands of indefinite length",
    "8.1",
    open(no("CBOR_INDEFINITE"), FORM),
    one({ manifest: { 20: bstr(indefinite(ARRAY, ...INSTALL)) } }),
  ],
  [
    "enc-indefinite-uri",
    "C3 A URI in pieces",
    "8.1",
    open(no("CBOR_INDEFINITE"), FORM),
    one({ install: [...set({ 21: indefinite(TEXT, "#a", "pp") }), 21, FAILURES] }),
  ],
  [
    "enc-indefinite-section",
    "C3 A section in pieces",
    "8.1",
    open(no("CBOR_INDEFINITE"), FORM),
    one({ manifest: { 20: indefinite(BYTES, sequence(...INSTALL)) } }),
  ],
  [
    "enc-long-number",
    "C4 Sequence number 7 in two bytes",
    "8.1",
    open(no("CBOR_NOT_SHORTEST"), FORM),
    numbered(head(UINT, SEQUENCE, 1)),
  ],
  [
    "enc-long-number-8",
    "C4 Sequence number 7 in nine bytes",
    "8.1",
    open(no("CBOR_NOT_SHORTEST"), FORM),
    numbered(head(UINT, SEQUENCE, 8)),
  ],
  [
    "enc-long-command",
    "C4 A command code in two bytes",
    "8.1",
    open(no("CBOR_NOT_SHORTEST"), FORM),
    one({ install: [...INSTALL, head(UINT, 3, 1), 15] }),
  ],
  [
    "enc-long-length",
    "C4 The length of the manifest in five bytes",
    "8.1",
    open(no("CBOR_NOT_SHORTEST"), FORM),
    member(3, bstr(MANIFEST, 4)),
  ],
  [
    "enc-long-map",
    "C4 The head of the manifest's map in two bytes",
    "8.1",
    open(no("CBOR_NOT_SHORTEST"), FORM),
    raw(concat(head(MAP, MANIFEST[0] & 31, 1), MANIFEST.subarray(1))),
  ],
  [
    "enc-long-algorithm",
    "C4 The digest's algorithm in two bytes more",
    "8.1",
    open(no("CBOR_NOT_SHORTEST"), FORM),
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
]);
