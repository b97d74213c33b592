/** Attacks C32 to C39: well-formed, correctly signed manifests that ask for what must not be. */
import assert from "node:assert/strict";
import {
  CBOR_TRUNCATED,
  CBOR_TYPE,
  COMMAND_LIMIT,
  COMPONENT_INDEX,
  DIGEST_UNSUPPORTED,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  MANIFEST_INCOMPLETE,
  MANIFEST_VERSION,
  PARAMETER_MISSING,
  PAYLOAD_ABSENT,
  SEQUENCE_SHAPE,
  SLOT_TOO_SMALL,
  URI_TOO_LONG,
} from "../../device/errors.js";
import { ARRAY, bstr, concat, head, hex, map } from "../support/cbor.js";
import {
  type Changes,
  checked,
  commands,
  digestOf,
  IMAGE,
  INSTALL,
  install,
  ONE,
  override,
  seal,
  sha256,
  shared,
  TWO,
  twoComponents,
  URI,
  update,
} from "../support/envelopes.js";
import { assertAccepted, assertRefused, cases, refusals } from "../support/verdicts.js";

const withInstall = (changes: Changes) => install(...override(changes), 21, 2, 3, 15);
const withImage = (changes: Changes) => shared(...checked(changes));
const PAYLOADS = { payloads: { "/one": ONE, "/two": TWO } };

describe("attacks: images", () => {
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
  const first = [12, 0, ...override({ 21: "/one" }), 21, 2];
  const second = [12, 1, ...override({ 21: "/two" }), 21, 2];
  const again = twoComponents({ 20: commands(...first, ...second, ...first) });
  /** An image that is outside, so that its size is only promised. */
  const endless = (size: number) =>
    update(
      { 20: commands(...override({ 21: "/far" }), 21, 2) },
      { 4: commands(...checked({ 14: size })) },
    );
  const unchecked = update({ 7: undefined, 20: commands(...override({ 21: "/app" }), 21, 2) });
  cases([
    ["C33 size 0", () => withImage({ 14: 0 }), PARAMETER_MISSING],
    ["C33 no size", () => withImage({ 14: undefined }), PARAMETER_MISSING],
    ["C33 one byte less than there is", () => withImage({ 14: IMAGE.length - 1 }), IMAGE_SIZE],
    ["C33 one byte more than there is", () => withImage({ 14: IMAGE.length + 1 }), IMAGE_SIZE],
    ["C33 2^53 - 1 bytes", () => withImage({ 14: Number.MAX_SAFE_INTEGER }), IMAGE_SIZE],
    [
      "C33 2^53 - 1 bytes for a slot",
      () => endless(Number.MAX_SAFE_INTEGER),
      SLOT_TOO_SMALL,
      room(4096),
    ],
    ["C33 2^32 bytes for a slot", () => endless(2 ** 32), SLOT_TOO_SMALL, room(4096)],
    ["C33 2^31 bytes for a slot", () => endless(2 ** 31), SLOT_TOO_SMALL, room(4096)],
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
      { ...PAYLOADS, ...room(20) },
    ],
    ["C34 no digest", () => withImage({ 3: undefined }), PARAMETER_MISSING],
    ["C33 fetched again and again", () => again, SLOT_TOO_SMALL, { ...PAYLOADS, ...room(28) }],
    ["C33 fetched again, with room", () => again, 0, { ...PAYLOADS, ...room(32) }],
    [
      "C34 another image, never checked",
      () => unchecked,
      IMAGE_DIGEST,
      { payloads: { "/app": new Uint8Array(IMAGE.length) }, asked: ["/app"] },
    ],
    ["C34 the right image, never checked", () => unchecked, 0, { payloads: { "/app": IMAGE } }],
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
