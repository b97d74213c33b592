import {
  ABORTED,
  CBOR_TYPE,
  CLASS_MISMATCH,
  COMMAND_UNSUPPORTED,
  COMPONENT_COUNT,
  COMPONENT_ID,
  COMPONENT_INDEX,
  DEVICE_MISMATCH,
  DIGEST_UNSUPPORTED,
  IDENTITY_UNCHECKED,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  MANIFEST_INCOMPLETE,
  PARAMETER_MISSING,
  PARAMETER_VALUE,
  PAYLOAD_ABSENT,
  SEQUENCE_SHAPE,
  SEVERED_DIGEST,
  SEVERED_MISSING,
  SLOT_MISMATCH,
  SOFT_FAILURE_PLACE,
  TRY_EACH_FAILED,
  VENDOR_MISMATCH,
} from "../../device/errors.js";
import { bstr, encode, hex, type Node, type Pair } from "../support/cbor.js";
import {
  type Changes,
  CLASS,
  checked,
  commands,
  componentId,
  DEVICE,
  digestOf,
  IMAGE,
  INSTALL,
  identity,
  install,
  manifest,
  ONE,
  override,
  PAYLOAD,
  seal,
  shared,
  TWO,
  twoComponents,
  URI,
  update,
  VENDOR,
} from "../support/envelopes.js";
import { assertAccepted, cases, refusals } from "../support/verdicts.js";

const OTHER_ID = bstr(new Uint8Array(16).fill(0xee));
const SECTION = commands(...INSTALL);
/** The install section is severed; the envelope holds `outside`. */
const severed = (key: number, digest: Node, outside: Pair[]) =>
  seal(manifest({ 20: undefined, [key]: digest }), { outside: [...outside, PAYLOAD] });
const withComponents = (...ids: Node[]) => update({}, { 2: ids });
const numbered = (count: number) => Array.from({ length: count }, (_, i) => componentId(`c${i}`));
const withInstall = (changes: Changes) => install(...override(changes), 21, 2, 3, 15);
const withImage = (changes: Changes) => shared(...checked(changes));
const alternatives = (...items: Node[]) => install(15, items, ...INSTALL);
const ABORT = bstr([14, 15]);
const SKIP = bstr([3, 15]);
/** Two components, and the commands of a section of them. */
const both = (...items: Node[]) => twoComponents({ 7: commands(...items) });

const PAYLOADS = { payloads: { "/one": ONE, "/two": TWO } };

describe("attacks: manifests", () => {
  cases([
    ["C24 a severed install section", () => severed(20, digestOf(SECTION), [[20, SECTION]]), 0],
    [
      "C24 a severed payload-fetch section",
      () => severed(16, digestOf(SECTION), [[16, SECTION]]),
      0,
    ],
    ["C24 a severed text is not missed", () => update({ 23: digestOf(SECTION) }), 0],
    ["C24 severed and still in the manifest", () => update({ 9: digestOf(SECTION) }), CBOR_TYPE],
  ]);
  refusals("C24 severed section missing", SEVERED_MISSING, {
    install: () => severed(20, digestOf(SECTION), []),
    "payload-fetch": () => severed(16, digestOf(SECTION), []),
    "under another key": () => severed(20, digestOf(SECTION), [[16, SECTION]]),
  });
  refusals("C24 severed section of another digest", SEVERED_DIGEST, {
    "other commands": () => severed(20, digestOf(SECTION), [[20, commands(3, 15)]]),
    empty: () => severed(20, digestOf(SECTION), [[20, hex("40")]]),
    "digest without the head": () => severed(20, digestOf(encode(INSTALL)), [[20, SECTION]]),
    "other text": () =>
      seal(manifest({ 23: digestOf(SECTION) }), { outside: [[23, hex("40")], PAYLOAD] }),
  });
  refusals("C24 severed section's digest", DIGEST_UNSUPPORTED, {
    truncated: () => severed(20, encode([-16, bstr(IMAGE)]), [[20, SECTION]]),
    empty: () => severed(20, encode([]), [[20, SECTION]]),
  });

  refusals("C25 component index", COMPONENT_INDEX, {
    "out of range": () => install(12, 1, ...INSTALL),
    "2^32": () => install(12, 2 ** 32, ...INSTALL),
    negative: () => install(12, -1, ...INSTALL),
    false: () => install(12, false, ...INSTALL),
    null: () => install(12, null, ...INSTALL),
    text: () => install(12, "0", ...INSTALL),
    "an empty array": () => install(12, [], ...INSTALL),
    "an array with one out of range": () => both(12, [0, 2], 3, 15),
    "an array in an array": () => both(12, [[0]], 3, 15),
    "not set, two components": () => both(3, 15),
    "not set, override first": () => both(...override({ 14: 5 }), 12, 0, 3, 15),
    "not set, try-each first": () => both(15, [SKIP, null], 12, true, 3, 15),
    "of the copy's source": () => withInstall({ 22: 1 }),
    "of the copy's source, negative": () => withInstall({ 22: -1 }),
  });
  it("C25 8 components are taken", () => {
    const first = (...items: Node[]) => commands(12, 0, ...items);
    const sections = { 7: first(3, 15), 9: first(23, 2), 20: first(...INSTALL) };
    assertAccepted(update(sections, { 2: numbered(8), 4: first(...checked()) }));
  });

  cases([
    ["C25 9 components", () => withComponents(...numbered(9)), COMPONENT_COUNT],
    ["C25 1000 components", () => withComponents(...numbered(1000)), COMPONENT_COUNT],
    ["C25 no component", () => withComponents(), COMPONENT_COUNT],
    ["C25 no list of components", () => update({}, { 2: undefined }), MANIFEST_INCOMPLETE],
    ["C26 empty component identifier", () => withComponents([]), COMPONENT_ID],
    ["C26 component identifier as text", () => withComponents(["app"]), CBOR_TYPE],
    ["C26 component identifier as a string", () => withComponents(bstr(IMAGE)), CBOR_TYPE],
  ]);

  cases([
    ["C27 another vendor", () => withImage({ 1: OTHER_ID }), VENDOR_MISMATCH],
    ["C27 another class", () => withImage({ 2: OTHER_ID }), CLASS_MISMATCH],
    ["C27 another device", () => shared(...checked({ 24: OTHER_ID }), 24, 15), DEVICE_MISMATCH],
    ["C27 this device", () => shared(...checked({ 24: bstr(DEVICE) }), 24, 15), 0],
    ["C27 vendor for class", () => withImage({ 2: bstr(VENDOR) }), CLASS_MISMATCH],
    ["C27 a device of another vendor", () => seal(), VENDOR_MISMATCH, { vendor: CLASS }],
    ["C27 a device of another class", () => seal(), CLASS_MISMATCH, { class: VENDOR }],
    ["C27 another slot", () => shared(...checked({ 5: 1 }), 5, 15), SLOT_MISMATCH],
  ]);
  refusals("C27 identity not given", PARAMETER_MISSING, {
    vendor: () => withImage({ 1: undefined }),
    class: () => withImage({ 2: undefined }),
    device: () => shared(...checked(), 24, 15),
    slot: () => shared(...checked(), 5, 15),
  });
  refusals("C27 C29 identity not checked before an action", IDENTITY_UNCHECKED, {
    vendor: () => shared(...identity(), 2, 15),
    class: () => shared(...identity(), 1, 15),
    both: () => shared(...identity()),
    "vendor twice": () => shared(...identity(), 1, 15, 1, 15),
    "no shared sequence": () =>
      update({ 20: commands(...identity({ 21: URI }), 21, 2, 1, 15, 2, 15) }, { 4: undefined }),
    "behind the fetch": () =>
      update({ 20: commands(...INSTALL, 1, 15, 2, 15) }, { 4: commands(...identity()) }),
    "in an alternative that is not taken": () =>
      shared(...identity(), 15, [bstr([14, 15, 1, 15, 2, 15]), null]),
    "mere device": () => shared(...identity({ 24: bstr(DEVICE) }), 24, 15),
  });
  for (const size of [0, 1, 15, 17, 32])
    refusals(`C27 identifier of ${size} bytes`, PARAMETER_VALUE, {
      vendor: () => withImage({ 1: bstr(new Uint8Array(size)) }),
      class: () => withImage({ 2: bstr(new Uint8Array(size)) }),
      device: () => withImage({ 24: bstr(new Uint8Array(size)) }),
    });

  /** Sizes to try for each selected component. */
  const sized = (...sizes: number[]) => [
    ...[12, true, 15],
    sizes.map((size) => bstr([...override({ 14: size }), 3, 15])),
  ];
  const sizes = [ONE.length, TWO.length];
  cases([
    ["C30 try-each tries for each component", () => both(...sized(...sizes)), 0, PAYLOADS],
    [
      "C30 all are selected behind try-each",
      () => both(...sized(...sizes), ...override({ 14: sizes[1] }), 3, 15),
      IMAGE_SIZE,
      PAYLOADS,
    ],
    [
      "C30 try-each fails for the second component",
      () => both(...sized(sizes[0], 1)),
      TRY_EACH_FAILED,
      PAYLOADS,
    ],
  ]);
  refusals("C30 try-each", TRY_EACH_FAILED, {
    "all fail": () => alternatives(ABORT, ABORT),
    "all fail, in another one": () => alternatives(bstr([15, [ABORT, ABORT]]), SKIP),
  });
  refusals("C30 try-each", SEQUENCE_SHAPE, {
    empty: () => alternatives(),
    "one alternative": () => alternatives(SKIP),
    "null alone": () => alternatives(null),
    "an empty alternative": () => alternatives(hex("4180"), SKIP),
    "an alternative with half a command": () => alternatives(bstr([3]), SKIP),
  });
  refusals("C30 try-each", CBOR_TYPE, {
    "null first": () => alternatives(null, SKIP),
    "an alternative that is an array": () => alternatives([3, 15], SKIP),
    "no array": () => install(15, 15, ...INSTALL),
  });
  cases([
    ["C30 try-each: one of two", () => alternatives(ABORT, bstr([1, 15])), 0],
    ["C30 try-each: none of them, but null", () => alternatives(ABORT, ABORT, null), 0],
    [
      "C30 try-each: hard failure",
      () => alternatives(bstr([...override({ 13: false }), 14, 15]), null),
      ABORTED,
    ],
    [
      "C30 try-each: soft again",
      () => alternatives(bstr([...override({ 13: true }), 14, 15]), null),
      0,
    ],
    [
      "C30 try-each: still hard behind another one",
      () => alternatives(bstr([...override({ 13: false }), 15, [ABORT, null], 14, 15]), null),
      ABORTED,
    ],
    [
      "C30 try-each: still soft behind a hard one",
      () => alternatives(bstr([15, [bstr(override({ 13: false })), null], 14, 15]), null),
      0,
    ],
    ["C30 report policy of five bits", () => install(...INSTALL, 3, 16), PARAMETER_VALUE],
    [
      "C30 report policy of an action",
      () => install(...override({ 21: URI }), 21, 16),
      PARAMETER_VALUE,
    ],
    [
      "C30 soft-failure outside",
      () => install(...override({ 13: true }), ...INSTALL),
      SOFT_FAILURE_PLACE,
    ],
    ["C30 soft-failure in shared", () => withImage({ 13: true }), SOFT_FAILURE_PLACE],
    [
      "C30 soft-failure is a number",
      () => alternatives(bstr(override({ 13: 1 })), null),
      PARAMETER_VALUE,
    ],
    ["C30 abort outside", () => install(...INSTALL, 14, 15), ABORTED],
    [
      "C30 a fetch that fails is not soft",
      () => alternatives(bstr([...override({ 21: "#no" }), 21, 2]), null),
      PAYLOAD_ABSENT,
      { asked: ["#no"] },
    ],
    ["C31 run-sequence", () => install(...INSTALL, 32, bstr([3, 15])), 0],
    ["C31 run-sequence, before there is an image", () => install(32, bstr([3, 15])), IMAGE_DIGEST],
    ["C31 process-dependency", () => install(11, 15, ...INSTALL), COMMAND_UNSUPPORTED],
  ]);
});
