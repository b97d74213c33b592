/** Attacks C1 to C4 and C7 to C12: broken and hostile CBOR, signed wherever it can be. */
import {
  CBOR_INDEFINITE,
  CBOR_NOT_SHORTEST,
  CBOR_RANGE,
  CBOR_TRAILING,
  CBOR_TRUNCATED,
  CBOR_TYPE,
  COMMAND_UNSUPPORTED,
  COMPONENT_INDEX,
  MANIFEST_KEY,
  NESTING_LIMIT,
  NOT_AN_ENVELOPE,
  PARAMETER_UNSUPPORTED,
  PARAMETER_VALUE,
} from "../../device/errors.js";
import {
  ARRAY,
  BYTES,
  bstr,
  concat,
  encode,
  head,
  hex,
  indefinite,
  MAP,
  map,
  NEGATIVE,
  type Node,
  type Pair,
  TEXT,
  tag,
  UINT,
  type Width,
} from "../support/cbor.js";
import {
  checked,
  commonPairs,
  componentId,
  digestOf,
  IMAGE,
  INSTALL,
  install,
  manifest,
  manifestPairs,
  nested,
  override,
  SEQUENCE,
  seal,
  sealed,
  shared,
  sign1,
  URI,
  update,
  VENDOR,
} from "../support/envelopes.js";
import { assertRefused, cases, refusals } from "../support/verdicts.js";

const DIGEST = digestOf(bstr(manifest()));
const SIGNED = bstr(sign1(DIGEST));
const ZERO = hex("00");
const withHeader = (header: Uint8Array) => sealed({ blocks: [{ header: bstr(header) }] });
const withCommon = (common: Uint8Array) => update({ 3: bstr(common) });
const withPayload = (payload: Uint8Array) => sealed({ outside: [[URI, payload]] });
/** Another encoded item in place of the wrapper or of the manifest. */
const withMember = (key: number, value: Uint8Array) =>
  sealed({ members: (all) => all.map(([k, v]): Pair => [k, k === key ? value : v]) });
/** Another head of the envelope's map, behind tag 107. */
const withHead = (start: Uint8Array) =>
  sealed({ frame: (bytes) => tag(107, concat(start, bytes.subarray(1))) });
const withSequence = (sequence: Node) => update({ 2: sequence });
const withSize = (size: Node) => shared(...checked({ 14: size }));

/** Every byte string inside a signed manifest, and how it is put back. */
const PARTS: [string, Uint8Array, (bytes: Uint8Array) => Uint8Array][] = [
  ["manifest", manifest(), (bytes) => seal(bytes)],
  ["common", map(...commonPairs()), withCommon],
  ["shared sequence", encode(checked()), (bytes) => update({}, { 4: bstr(bytes) })],
  ["install section", encode(INSTALL), (bytes) => update({ 20: bstr(bytes) })],
  ["validate section", encode([3, 15]), (bytes) => update({ 7: bstr(bytes) })],
  ["invoke section", encode([23, 2]), (bytes) => update({ 9: bstr(bytes) })],
  ["image digest", digestOf(IMAGE), (bytes) => shared(...checked({ 3: bstr(bytes) }))],
];

describe("attacks: CBOR", () => {
  it("C1 an envelope truncated at every byte", () => {
    const whole = seal();
    for (let size = 0; size < whole.length; size++)
      assertRefused(whole.subarray(0, size), CBOR_TRUNCATED);
  });

  for (const [name, bytes, put] of PARTS)
    it(`C1 a signed ${name} truncated at every byte`, () => {
      for (let size = 0; size < bytes.length; size++)
        assertRefused(put(bytes.subarray(0, size)), CBOR_TRUNCATED);
    });

  refusals("C2 trailing bytes", CBOR_TRAILING, {
    envelope: () => concat(seal(), ZERO),
    "a whole second envelope": () => concat(seal(), seal()),
    wrapper: () => sealed({ wrapper: concat(encode([bstr(DIGEST), SIGNED]), ZERO) }),
    "signed digest": () => sealed({ digest: concat(DIGEST, ZERO) }),
    "COSE block": () => sealed({ authentication: [bstr(concat(sign1(DIGEST), ZERO))] }),
    "protected header": () => withHeader(hex("a1013200")),
  });
  for (const [name, bytes, put] of PARTS)
    refusals("C2 trailing bytes", CBOR_TRAILING, { [name]: () => put(concat(bytes, ZERO)) });

  refusals("C3 indefinite length", CBOR_INDEFINITE, {
    envelope: () => withHead(hex("bf")),
    wrapper: () => withMember(2, indefinite(BYTES, bstr([bstr(DIGEST), SIGNED]))),
    "wrapper's array": () => sealed({ wrapper: indefinite(ARRAY, bstr(DIGEST), SIGNED) }),
    digest: () => sealed({ digest: indefinite(ARRAY, -16, bstr(IMAGE)) }),
    "protected header": () => withHeader(indefinite(MAP, 1, -19)),
    "manifest's string": () => withMember(3, indefinite(BYTES, bstr(manifest()))),
    "manifest's map": () => seal(indefinite(MAP, ...manifestPairs().flat())),
    common: () => withCommon(indefinite(MAP, ...commonPairs().flat())),
    components: () => update({}, { 2: indefinite(ARRAY, componentId("app")) }),
    "component identifier": () => update({}, { 2: [indefinite(ARRAY, bstr(IMAGE))] }),
    commands: () => update({ 20: bstr(indefinite(ARRAY, ...INSTALL)) }),
    "section's string": () => update({ 9: indefinite(BYTES, bstr([23, 2])) }),
    parameters: () => install(20, indefinite(MAP, 21, URI), 21, 2),
    URI: () => install(...override({ 21: indefinite(TEXT, "#a", "pp") }), 21, 2),
    vendor: () => shared(...checked({ 1: indefinite(BYTES, bstr(VENDOR)) })),
    payload: () => withPayload(indefinite(BYTES, bstr(IMAGE))),
  });

  refusals("C4 longer than the shortest form", CBOR_NOT_SHORTEST, {
    envelope: () => withHead(head(MAP, 3, 1)),
    wrapper: () => withMember(2, bstr([bstr(DIGEST), SIGNED], 2)),
    "digest's algorithm": () => sealed({ digest: encode([head(NEGATIVE, 15, 1), bstr(IMAGE)]) }),
    "COSE algorithm": () => withHeader(map([1, head(NEGATIVE, 18, 1)])),
    "manifest's string": () => withMember(3, bstr(manifest(), 4)),
    "manifest key": () => seal(map([head(UINT, 1, 1), 1], ...manifestPairs().slice(1))),
    common: () => update({ 3: bstr(map(...commonPairs()), 8) }),
    command: () => install(...override({ 21: URI }), head(UINT, 21, 1), 2),
    "report policy": () => update({ 7: bstr([3, head(UINT, 15, 1)]) }),
    parameter: () => install(20, map([head(UINT, 21, 2), URI]), 21, 2),
    "image size": () => withSize(head(UINT, IMAGE.length, 1)),
    payload: () => withPayload(bstr(IMAGE, 1)),
  });
  const widths: [value: number, ...widths: Width[]][] = [
    [23, 1, 2, 4, 8],
    [24, 2, 4, 8],
    [255, 2, 4, 8],
    [256, 4, 8],
    [65535, 4, 8],
    [65536, 8],
    [4294967294, 8],
  ];
  for (const [value, ...longer] of widths) {
    for (const width of longer)
      refusals("C4 longer than the shortest form", CBOR_NOT_SHORTEST, {
        [`sequence number ${value} in ${width} bytes`]: () =>
          withSequence(head(UINT, value, width)),
      });
    cases([[`C4 the shortest form of ${value} is taken`, () => withSequence(value), 0]]);
  }
  refusals("C4 longer than the shortest form", NOT_AN_ENVELOPE, {
    "tag 107": () => sealed({ frame: (bytes) => concat(hex("d9006b"), bytes) }),
  });

  const DEEP = 100000;
  const arrays = new Uint8Array(DEEP).fill(0x81);
  /** try-each in the second alternative of try-each; the first one always fails. */
  const tries = (depth: number) => {
    const start = hex("820f8243820e0f");
    return nested(depth, (size) => concat(start, head(BYTES, size)), encode([3, 15]));
  };
  cases([
    ["C7 100000 arrays as the file", () => arrays, NOT_AN_ENVELOPE],
    ["C7 100000 tags as the file", () => new Uint8Array(DEEP).fill(0xd2), NOT_AN_ENVELOPE],
    [
      "C7 100000 arrays as the wrapper",
      () => sealed({ wrapper: concat(hex("82"), arrays) }),
      CBOR_TYPE,
    ],
    ["C7 100000 arrays as the payload", () => withPayload(arrays), CBOR_TYPE],
    ["C7 100000 arrays as the manifest", () => seal(arrays), CBOR_TYPE],
    ["C7 100000 arrays as components", () => update({}, { 2: arrays }), CBOR_TYPE],
    ["C7 100000 arrays as a command", () => install(arrays, 15), COMMAND_UNSUPPORTED],
    ["C7 100000 arrays as an index", () => install(12, arrays), COMPONENT_INDEX],
    [
      "C7 100000 alternatives in each other",
      () => update({ 20: bstr(tries(DEEP)) }),
      NESTING_LIMIT,
    ],
    ["C7 5 alternatives in each other", () => update({ 7: bstr(tries(5)) }), NESTING_LIMIT],
    ["C7 4 alternatives in each other are taken", () => update({ 7: bstr(tries(4)) }), 0],
  ]);

  for (const value of [2n ** 32n - 1n, 2n ** 53n - 1n]) {
    const claim = (type: number) => concat(head(type, value), IMAGE);
    refusals(`C8 C9 length ${value}`, CBOR_TRUNCATED, {
      envelope: () => withHead(head(MAP, value)),
      wrapper: () => withMember(2, claim(BYTES)),
      "wrapper's array": () => sealed({ wrapper: claim(ARRAY) }),
      digest: () => sealed({ digest: claim(ARRAY) }),
      "protected header": () => withHeader(claim(MAP)),
      manifest: () => withMember(3, claim(BYTES)),
      "manifest's map": () => seal(claim(MAP)),
      components: () => withCommon(map([2, [claim(ARRAY)]])),
      commands: () => update({ 20: bstr(claim(ARRAY)) }),
      parameters: () => install(20, claim(MAP)),
      alternatives: () => install(15, claim(ARRAY)),
      "indices of components": () => install(12, claim(ARRAY)),
      URI: () => install(...override({ 21: claim(TEXT) }), 21, 2),
      payload: () => withPayload(claim(BYTES)),
    });
  }
  for (const value of [2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n]) {
    const claim = (type: number) => concat(head(type, value), IMAGE);
    refusals(`C8 C9 length ${value}`, CBOR_RANGE, {
      envelope: () => withHead(head(MAP, value)),
      wrapper: () => withMember(2, claim(BYTES)),
      manifest: () => withMember(3, claim(BYTES)),
      "manifest's map": () => seal(claim(MAP)),
      commands: () => update({ 20: bstr(claim(ARRAY)) }),
      payload: () => withPayload(claim(BYTES)),
    });
    refusals(`C10 number ${value}`, CBOR_RANGE, {
      "sequence number": () => withSequence(value),
      "image size": () => withSize(value),
      command: () => install(value, 15),
      "component slot": () => shared(...checked(), ...override({ 5: value })),
    });
  }

  for (const [name, item] of [
    ["negative", -1],
    ["float", hex("f94700")],
    ["bignum", hex("c24107")],
    ["text", String(SEQUENCE)],
    ["simple value", hex("e7")],
    ["null", null],
  ] as [string, Node][])
    refusals(`C10 ${name} where an unsigned number is expected`, CBOR_TYPE, {
      version: () => update({ 1: item }),
      "sequence number": () => withSequence(item),
      "image size": () => withSize(item),
      "component slot": () => shared(...checked(), ...override({ 5: item }), 5, 15),
      "report policy": () => update({ 7: bstr([3, item]) }),
    });
  cases([
    ["C10 float as a command", () => install(hex("f94d40"), 15), COMMAND_UNSUPPORTED],
    [
      "C10 bignum as a parameter",
      () => install(20, map([hex("c24115"), URI])),
      PARAMETER_UNSUPPORTED,
    ],
    ["C10 float as a component index", () => install(12, hex("f90000")), COMPONENT_INDEX],
    ["C10 float as a manifest key", () => seal(map([hex("f93c00"), 1])), MANIFEST_KEY],
  ]);

  const text = "LED1.set()";
  refusals("C11 text where bytes are expected", CBOR_TYPE, {
    wrapper: () => withMember(2, encode(text)),
    manifest: () => withMember(3, encode(text)),
    common: () => update({ 3: text }),
    "component identifier": () => update({}, { 2: [["app"]] }),
    "shared sequence": () => update({}, { 4: text }),
    section: () => update({ 20: text }),
    vendor: () => shared(...checked({ 1: "a".repeat(16) })),
    class: () => shared(...checked({ 2: "a".repeat(16) })),
    "image digest": () => shared(...checked({ 3: text })),
    payload: () => withPayload(encode(text)),
    alternative: () => install(15, [text, text]),
  });
  refusals("C11 bytes where text is expected", CBOR_TYPE, {
    URI: () => install(...override({ 21: bstr(IMAGE) }), 21, 2),
    "reference URI": () => update({ 4: bstr(IMAGE) }),
    "name of a payload": () => sealed({ outside: [[bstr(IMAGE), bstr(IMAGE)]] }),
  });
  for (const bytes of ["ff", "c080", "eda080", "f4908080", "c3a9", "00", "0a", "20", "7f"]) {
    const broken = concat(head(TEXT, bytes.length / 2), hex(bytes));
    refusals(`C11 bytes ${bytes} in a text`, PARAMETER_VALUE, {
      URI: () => install(...override({ 21: broken }), 21, 2),
      "reference URI": () => update({ 4: broken }),
    });
  }
});
