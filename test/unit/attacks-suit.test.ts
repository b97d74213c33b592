/** Attacks C24 to C38: well-formed, correctly signed manifests that ask for what must not be. */
import assert from "node:assert/strict";
import {
  ABORTED,
  CBOR_TRUNCATED,
  CBOR_TYPE,
  CLASS_MISMATCH,
  COMMAND_LIMIT,
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
  MANIFEST_VERSION,
  PARAMETER_MISSING,
  PARAMETER_VALUE,
  PAYLOAD_ABSENT,
  SEQUENCE_SHAPE,
  SEVERED_DIGEST,
  SEVERED_MISSING,
  SLOT_MISMATCH,
  SLOT_TOO_SMALL,
  SOFT_FAILURE_PLACE,
  TRY_EACH_FAILED,
  URI_TOO_LONG,
  VENDOR_MISMATCH,
} from "../../device/errors.js";
import {
  ARRAY,
  bstr,
  concat,
  encode,
  head,
  hex,
  map,
  type Node,
  type Pair,
} from "../support/cbor.js";
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
  sha256,
  shared,
  TWO,
  twoComponents,
  URI,
  update,
  VENDOR,
} from "../support/envelopes.js";
import { assertAccepted, assertRefused, cases, refusals } from "../support/verdicts.js";

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
const PAYLOADS = { payloads: { "/one": ONE, "/two": TWO } };
/** Two components, and the commands of a section of them. */
const both = (...items: Node[]) => twoComponents({ 7: commands(...items) });

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
    ["C31 run-sequence", () => install(32, bstr([3, 15]), ...INSTALL), COMMAND_UNSUPPORTED],
    ["C31 process-dependency", () => install(11, 15, ...INSTALL), COMMAND_UNSUPPORTED],
  ]);

  const other = bstr(digestOf(TWO));
  cases([
    [
      "C32 another digest after the check",
      () => install(...INSTALL, ...override({ 3: other }), 3, 15),
      IMAGE_DIGEST,
    ],
    [
      "C32 another digest in validate",
      () => update({ 7: commands(...override({ 3: other }), 3, 15) }),
      IMAGE_DIGEST,
    ],
    [
      "C32 another size in validate",
      () => update({ 7: commands(...override({ 14: 9 }), 3, 15) }),
      IMAGE_SIZE,
    ],
    [
      "C32 another digest between fetch and check",
      () => install(...override({ 21: URI }), 21, 2, ...override({ 3: other }), 3, 15),
      IMAGE_DIGEST,
    ],
  ]);

  const room = (slotSize: number) => ({ slotSize });
  cases([
    ["C33 size 0", () => withImage({ 14: 0 }), PARAMETER_MISSING],
    ["C33 no size", () => withImage({ 14: undefined }), PARAMETER_MISSING],
    ["C33 one byte less than there is", () => withImage({ 14: IMAGE.length - 1 }), IMAGE_SIZE],
    ["C33 one byte more than there is", () => withImage({ 14: IMAGE.length + 1 }), IMAGE_SIZE],
    ["C33 2^53 - 1 bytes", () => withImage({ 14: Number.MAX_SAFE_INTEGER }), IMAGE_SIZE],
    [
      "C33 2^53 - 1 bytes for a slot",
      () => withImage({ 14: Number.MAX_SAFE_INTEGER }),
      SLOT_TOO_SMALL,
      room(4096),
    ],
    ["C33 as large as the slot", () => seal(), 0, room(12)],
    ["C33 larger than the slot", () => seal(), SLOT_TOO_SMALL, room(9)],
    [
      "C33 larger than the slot, not even asked for",
      () => withInstall({ 21: "/far" }),
      SLOT_TOO_SMALL,
      room(9),
    ],
    [
      "C33 two components larger than the slot",
      () => twoComponents(),
      SLOT_TOO_SMALL,
      { ...PAYLOADS, ...room(20), asked: ["/one"] },
    ],
    ["C34 no digest", () => withImage({ 3: undefined }), PARAMETER_MISSING],
    [
      "C34 no digest and none checked",
      () =>
        update(
          { 7: undefined, 20: commands(...override({ 21: URI }), 21, 2) },
          { 4: commands(...checked({ 3: undefined })) },
        ),
      PARAMETER_MISSING,
    ],
  ]);
  const image = (algorithm: number, bytes: Uint8Array) =>
    withImage({ 3: bstr([algorithm, bstr(bytes)]) });
  refusals("C34 image digest", DIGEST_UNSUPPORTED, {
    "SHA-512": () => image(-44, new Uint8Array(64)),
    "SHA-512/256 (-17)": () => image(-17, sha256(IMAGE)),
    truncated: () => image(-16, sha256(IMAGE).subarray(0, 31)),
    longer: () => image(-16, concat(sha256(IMAGE), hex("00"))),
    empty: () => image(-16, new Uint8Array(0)),
    "no digest": () => withImage({ 3: bstr([]) }),
  });
  cases([
    ["C34 image digest: CRC", () => withImage({ 3: bstr([1, bstr(IMAGE)]) }), CBOR_TYPE],
    ["C34 image digest: an empty string", () => withImage({ 3: hex("40") }), CBOR_TRUNCATED],
    ["C34 image digest: not wrapped", () => withImage({ 3: digestOf(IMAGE) }), CBOR_TYPE],
    ["C34 another image", () => withImage({ 3: other }), IMAGE_DIGEST],
  ]);

  const long = (size: number) => withInstall({ 21: `/${"a".repeat(size - 1)}` });
  cases([
    ["C35 a URI of 97 bytes", () => long(97), URI_TOO_LONG],
    ["C35 a URI of 10 kB", () => long(10240), URI_TOO_LONG],
    ["C35 a URI of 96 bytes", () => long(96), 0, { payloads: { [`/${"a".repeat(95)}`]: IMAGE } }],
    ["C35 an empty URI", () => withInstall({ 21: "" }), PAYLOAD_ABSENT, { asked: [""] }],
    ["C35 no URI", () => install(21, 2, 3, 15), PARAMETER_MISSING],
    [
      "C35 a URI of nothing",
      () => withInstall({ 21: "/none" }),
      PAYLOAD_ABSENT,
      { asked: ["/none"] },
    ],
    [
      "C35 a URI of another object's member",
      () => withInstall({ 21: "constructor" }),
      PAYLOAD_ABSENT,
      { asked: ["constructor"] },
    ],
    [
      "C35 a URI elsewhere with the image",
      () => withInstall({ 21: "http://evil/x" }),
      0,
      { payloads: { "http://evil/x": IMAGE } },
    ],
    [
      "C35 a URI elsewhere with another image",
      () => withInstall({ 21: "http://evil/x" }),
      IMAGE_SIZE,
      { payloads: { "http://evil/x": TWO }, asked: ["http://evil/x"] },
    ],
  ]);

  const repeated = (count: number) => Array(count).fill([1, 15]).flat();
  it("C36 a million commands are refused at the limit", () => {
    const start = Date.now();
    const items = new Uint8Array(2000000).map((_, i) => (i & 1 ? 15 : 1));
    assertRefused(update({ 20: bstr(concat(head(ARRAY, items.length), items)) }), COMMAND_LIMIT);
    assert.ok(Date.now() - start < 10000);
  });
  it("C36 one component selected 100000 times is refused at once", () => {
    const start = Date.now();
    assertRefused(
      install(...INSTALL, 12, Array(100000).fill(0), ...repeated(100)),
      COMPONENT_INDEX,
    );
    assert.ok(Date.now() - start < 10000);
  });

  /** Shared is run before each of three sections: 3 commands each; INSTALL has 3, the others 1. */
  cases([
    ["C36 256 commands are taken", () => install(...repeated(256 - 3 * 3 - 3 - 2), ...INSTALL), 0],
    [
      "C36 257 commands",
      () => install(...repeated(257 - 3 * 3 - 3 - 2), ...INSTALL),
      COMMAND_LIMIT,
    ],
    [
      "C36 93 commands before each of three sections",
      () => shared(...checked(), ...repeated(90)),
      COMMAND_LIMIT,
    ],
    ["C36 half a command", () => install(...INSTALL, 3), SEQUENCE_SHAPE],
    ["C36 no command", () => install(), SEQUENCE_SHAPE],
  ]);

  it("C37 hostile texts change nothing and are in no result", () => {
    const hostile = `</script><img src=x onerror="alert(1)">\u202e\u0000`;
    const text = bstr(map(["en", map([1, hostile], [2, hostile])]));
    const components = assertAccepted(update({ 23: text, 4: "javascript:alert(1)" }));
    assert.deepEqual(components, assertAccepted(seal()));
    assertAccepted(update({ 23: bstr(hex("ff1c9f")) }));
  });

  cases([
    ["C39 manifest version 0", () => update({ 1: 0 }), MANIFEST_VERSION],
    ["C39 manifest version 2", () => update({ 1: 2 }), MANIFEST_VERSION],
    ["C39 manifest version 2^32 + 1", () => update({ 1: 2 ** 32 + 1 }), MANIFEST_VERSION],
    ["C39 no version", () => update({ 1: undefined }), MANIFEST_INCOMPLETE],
    ["C39 no sequence number", () => update({ 2: undefined }), MANIFEST_INCOMPLETE],
    ["C39 no common", () => update({ 3: undefined }), MANIFEST_INCOMPLETE],
    ["C39 an empty manifest", () => seal(map()), MANIFEST_INCOMPLETE],
  ]);
});
