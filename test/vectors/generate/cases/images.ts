/** What is in a component: condition 3, parameters 3 and 14. */
import { no, ok, open, rows } from "../define.js";
import {
  APP,
  AUX,
  bstr,
  CHECK,
  concat,
  digest,
  encode,
  fetch,
  hex,
  INSTALL,
  image,
  MATCH,
  OLD,
  one,
  type sequence,
  set,
  two,
  WHO,
} from "../release.js";

const INSTALLED = ok({ app: APP });
/** Another digest or size in the shared sequence. */
const described = (changes: Parameters<typeof set>[0]) =>
  one({ shared: [...set({ ...WHO, ...image(APP), ...changes }), ...CHECK] });
const sha = (bytes: Uint8Array) => digest(bytes).subarray(6);
const algorithm = (id: number, bytes: Uint8Array) => bstr([id, bstr(bytes)]);
const HELD = { components: { app: APP } };
const STALE = { components: { app: OLD } };
/** No section but validate. */
const check = (...items: Parameters<typeof sequence>) =>
  one({ install: null, validate: items, outside: [] });

const SIZE = "the draft compares digests; a size that does not fit contradicts them";
export const IMAGES = rows([
  ["c03-match", "The image is the one that the digest names", "8.4.9.2", INSTALLED, one()],
  [
    "c03-match-held",
    "Nothing is installed, what the device holds matches",
    "8.4.9.2",
    INSTALLED,
    check(...MATCH),
    HELD,
  ],
  [
    "c03-other",
    "E6 The device holds another image of the same size",
    "8.4.9.2",
    no("IMAGE_DIGEST"),
    check(...MATCH),
    STALE,
  ],
  ["c03-absent", "The device holds nothing there", "8.4.9.2", no("IMAGE_DIGEST"), check(...MATCH)],
  [
    "c03-unset",
    "C34 Condition without a digest fails",
    "8.4.9.2",
    no("PARAMETER_MISSING"),
    one({ shared: [...set(WHO), ...CHECK], install: null, validate: MATCH, outside: [] }),
    HELD,
  ],
  [
    "c03-without-size",
    "A digest alone is enough to compare",
    "8.4.9.2",
    INSTALLED,
    one({ shared: [...set({ ...WHO, 3: digest(APP) }), ...CHECK], install: null, outside: [] }),
    HELD,
  ],
  [
    "c03-changed-behind",
    "C32 Another digest after the check, checked again",
    "8.4.9.2",
    no("IMAGE_DIGEST"),
    one({ install: [...INSTALL, ...set({ 3: digest(OLD) }), ...MATCH] }),
  ],
  [
    "c03-changed-between",
    "C32 Another digest between fetch and check",
    "8.4.9.2",
    no("IMAGE_DIGEST"),
    one({ install: [...fetch("#app"), ...set({ 3: digest(OLD) }), ...MATCH] }),
  ],
  [
    "c03-changed-in-validate",
    "C32 Another digest in validate",
    "8.4.9.2",
    no("IMAGE_DIGEST"),
    one({ validate: [...set({ 3: digest(OLD) }), ...MATCH] }),
  ],
  [
    "c03-size-in-validate",
    "C32 Another size in validate",
    "8.4.9.2",
    open(no("IMAGE_SIZE"), SIZE),
    one({ validate: [...set({ 14: APP.length + 1 }), ...MATCH] }),
  ],
  [
    "c03-second-of-two",
    "The second component of two does not match",
    "8.4.9.2",
    no("IMAGE_SIZE"),
    two({ install: [12, 0, ...fetch("#app")] }),
    { components: { cfg: AUX } },
  ],
  [
    "p03-digest",
    "A digest set in install",
    "8.4.8.6",
    INSTALLED,
    one({ shared: [...set(WHO), ...CHECK], install: [...set(image(APP)), ...INSTALL] }),
  ],
  [
    "p03-not-wrapped",
    "A digest that is no byte string",
    "8.4.8.6",
    no("CBOR_TYPE"),
    described({ 3: encode([-16, bstr(sha(APP))]) }),
  ],
  [
    "p03-truncated",
    "C34 A SHA-256 of 31 bytes",
    "8.4.8.6",
    no("DIGEST_UNSUPPORTED"),
    described({ 3: algorithm(-16, sha(APP).subarray(0, 31)) }),
  ],
  [
    "p03-longer",
    "C34 A SHA-256 of 33 bytes",
    "8.4.8.6",
    no("DIGEST_UNSUPPORTED"),
    described({ 3: algorithm(-16, concat(sha(APP), hex("00"))) }),
  ],
  [
    "p03-empty",
    "C34 A SHA-256 of no bytes",
    "8.4.8.6",
    no("DIGEST_UNSUPPORTED"),
    described({ 3: algorithm(-16, hex("")) }),
  ],
  [
    "p03-empty-array",
    "C34 A digest of no items",
    "10",
    no("DIGEST_UNSUPPORTED"),
    described({ 3: bstr([]) }),
  ],
  [
    "p03-three-items",
    "A digest of three items",
    "10",
    open(no("DIGEST_UNSUPPORTED"), "extensions may add items; we know none"),
    described({ 3: bstr([-16, bstr(sha(APP)), 0]) }),
  ],
  [
    "p03-sha-512",
    "C34 A digest by SHA-512",
    "10",
    open(no("DIGEST_UNSUPPORTED"), "only SHA-256 is in a profile of suit-mti"),
    described({ 3: algorithm(-44, new Uint8Array(64)) }),
  ],
  [
    "p03-shake",
    "C34 A digest by SHAKE128",
    "10",
    open(no("DIGEST_UNSUPPORTED"), "only SHA-256 is in a profile of suit-mti"),
    described({ 3: algorithm(-18, new Uint8Array(32)) }),
  ],
  [
    "p03-algorithm-2",
    "C34 C39 SHA-256 by its number of old drafts",
    "10",
    no("CBOR_TYPE"),
    described({ 3: algorithm(2, sha(APP)) }),
  ],
  [
    "p14-size",
    "A size set in install again",
    "8.4.8.7",
    INSTALLED,
    one({ install: [...set({ 14: APP.length }), ...INSTALL] }),
  ],
  [
    "p14-less",
    "C33 The image has a byte more",
    "8.4.8.7",
    open(no("IMAGE_SIZE"), SIZE),
    described({ 14: APP.length - 1 }),
  ],
  [
    "p14-more",
    "C33 The image has a byte less",
    "8.4.8.7",
    open(no("IMAGE_SIZE"), SIZE),
    described({ 14: APP.length + 1 }),
  ],
  [
    "p14-huge",
    "C33 A size of 2^53 - 1 bytes",
    "8.4.8.7",
    open(no("IMAGE_SIZE"), SIZE),
    described({ 14: Number.MAX_SAFE_INTEGER }),
  ],
  ["p14-negative", "C10 A negative size", "8.4.8.7", no("CBOR_TYPE"), described({ 14: -1 })],
  [
    "p14-float",
    "C10 A size that is a float",
    "8.4.8.7",
    no("CBOR_TYPE"),
    described({ 14: hex("f94e40") }),
  ],
  ["p14-text", "C10 A size that is a text", "8.4.8.7", no("CBOR_TYPE"), described({ 14: "25" })],
]);
