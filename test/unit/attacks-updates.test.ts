/** Attacks B12, B14, E2, E6, E7, E9 to E11 and E17: right signatures at the wrong time or place. */
import assert from "node:assert/strict";
import { verifyEd25519 } from "../../device/crypto/ed25519.js";
import { sha512 } from "../../device/crypto/sha512.js";
import {
  ABORTED,
  CBOR_RANGE,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  PAYLOAD_ABSENT,
  type Refusal,
  ROLLBACK,
  SEQUENCE_RANGE,
  SEQUENCE_REUSED,
  SIGNATURE_INVALID,
  SLOT_TOO_SMALL,
} from "../../device/errors.js";
import { judge, type Memory } from "../../device/suit/memory-target.js";
import { keyRecords } from "../../host/device-state.js";
import { concat, hex, type Node } from "../support/cbor.js";
import {
  commands,
  componentId,
  device,
  IMAGE,
  INSTALL,
  install,
  ONE,
  override,
  SEQUENCE,
  seal,
  sha256,
  TWO,
  twoComponents,
  URI,
  update,
} from "../support/envelopes.js";
import { assertAccepted, assertRefused, cases } from "../support/verdicts.js";

const stored = (sequence: number) => ({ sequence });
const numbered = (sequence: Node) => () => update({ 2: sequence });
const served = (one: Uint8Array | undefined, two: Uint8Array | undefined) => ({
  payloads: { ...(one && { "/one": one }), ...(two && { "/two": two }) },
});
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const ALSO = concat(TWO, hex("00"));

describe("attacks: updates", () => {
  cases([
    ["B12 an equal sequence number", () => seal(), SEQUENCE_REUSED, stored(SEQUENCE)],
    [
      "B12 an equal sequence number, another content",
      () => update({ 9: undefined }),
      SEQUENCE_REUSED,
      stored(SEQUENCE),
    ],
    ["B12 sequence number 0 on a new device", numbered(0), SEQUENCE_REUSED, stored(0)],
    ["B12 the next sequence number", () => seal(), 0, stored(SEQUENCE - 1)],
    ["E2 the release before", () => seal(), ROLLBACK, stored(SEQUENCE + 1)],
    ["E2 a release long ago", () => seal(), ROLLBACK, stored(4294967294)],
    ["E2 sequence number 0", numbered(0), ROLLBACK, stored(1)],
    ["E2 2^32 + 8 is not 8", numbered(2 ** 32 + 8), SEQUENCE_RANGE, stored(7)],
    ["B14 2^32 - 2, the last one", numbered(2 ** 32 - 2), 0],
    ["B14 2^32 - 1", numbered(2 ** 32 - 1), SEQUENCE_RANGE],
    ["B14 2^32", numbered(2 ** 32), SEQUENCE_RANGE],
    ["B14 2^53 - 1", numbered(2 ** 53 - 1), SEQUENCE_RANGE],
    ["B14 2^53", numbered(2 ** 53), CBOR_RANGE],
    ["B14 2^53 + 1", numbered(2n ** 53n + 1n), CBOR_RANGE],
    ["B14 2^64 - 1", numbered(2n ** 64n - 1n), CBOR_RANGE],
  ]);

  cases([
    [
      "E6 one component of another release",
      () => twoComponents(),
      IMAGE_SIZE,
      { ...served(ONE, IMAGE), asked: ["/one", "/two"] },
    ],
    [
      "E7 one component withheld",
      () => twoComponents(),
      PAYLOAD_ABSENT,
      { ...served(ONE, undefined), asked: ["/one", "/two"] },
    ],
    [
      "E9 a byte behind the image",
      () => twoComponents(),
      IMAGE_SIZE,
      { ...served(ONE, ALSO), asked: ["/one", "/two"] },
    ],
    [
      "E9 a byte behind the image in the envelope",
      () => seal(undefined, { outside: [[URI, concat(hex("4b"), IMAGE, hex("00"))]] }),
      IMAGE_SIZE,
    ],
    [
      "E9 a byte less",
      () => twoComponents(),
      IMAGE_SIZE,
      { ...served(ONE.subarray(1), TWO), asked: ["/one"] },
    ],
    [
      "E9 no bytes",
      () => twoComponents(),
      IMAGE_SIZE,
      { ...served(new Uint8Array(0), TWO), asked: ["/one"] },
    ],
    [
      "E10 the components in each other's place",
      () => twoComponents(),
      IMAGE_SIZE,
      { ...served(TWO, ONE), asked: ["/one"] },
    ],
    [
      "E11 data without an end",
      () => twoComponents(),
      IMAGE_SIZE,
      { ...served(new Uint8Array(1 << 24), TWO), asked: ["/one"] },
    ],
    [
      "E17 another image of the same size",
      () => twoComponents(),
      IMAGE_DIGEST,
      { ...served(ONE, new Uint8Array(TWO.length)), asked: ["/one", "/two"] },
    ],
  ]);

  it("E10 each component gets its own image, whatever the order of fetching", () => {
    const turned = twoComponents({
      20: commands(
        ...[12, 1, ...override({ 21: "/two" }), 21, 2, 3, 15],
        ...[12, 0, ...override({ 21: "/one" }), 21, 2, 3, 15],
      ),
    });
    const expected = {
      [hexOf(componentId("one"))]: hexOf(sha256(ONE)),
      [hexOf(componentId("two"))]: hexOf(sha256(TWO)),
    };
    assert.deepEqual(assertAccepted(twoComponents(), served(ONE, TWO)), expected);
    assert.deepEqual(assertAccepted(turned, served(ONE, TWO)), expected);
  });

  it("E10 an identifier that differs in its structure is another component", () => {
    const id = hex("82 41 6f 42 6e 65");
    const old = new Map([[hexOf(componentId("one")), ONE]]);
    assertRefused(update({ 20: undefined }, { 2: [id] }), IMAGE_DIGEST, { components: old });
    const components = assertAccepted(update({}, { 2: [id] }), { components: old });
    assert.equal(components[hexOf(componentId("one"))], hexOf(sha256(ONE)));
    assert.equal(components[hexOf(id)], hexOf(sha256(IMAGE)));
  });

  /** A device with old contents, judged by the board's code alone. */
  const memory = (payload: Memory["payload"], slotSize = 0): Memory => {
    const { keys, vendor, class: classId, device: own } = device();
    const contents: Memory["contents"] = {};
    for (const name of ["app", "one", "two", "other"])
      contents[Buffer.from(componentId(name)).toString("latin1")] = sha256(componentId(name));
    return {
      trust: {
        trusted: keyRecords(keys),
        hash: sha256,
        verify: (block) => verifyEd25519(block, sha512),
      },
      identity: [vendor, classId, own],
      slot: 0,
      slotSize,
      floor: SEQUENCE - 1,
      contents,
      payload,
    };
  };
  const copyOf = ({ contents }: Memory) =>
    Object.fromEntries(Object.entries(contents).map(([id, bytes]) => [id, bytes.slice()]));
  const late = commands(12, true, 3, 15, 14, 15);
  const REFUSED: [string, Uint8Array, number, (uri: string) => Uint8Array | undefined, number?][] =
    [
      ["by its signature", seal().fill(0, 60, 70), SIGNATURE_INVALID, () => IMAGE],
      ["by its number", update({ 2: SEQUENCE - 1 }), SEQUENCE_REUSED, () => IMAGE],
      ["at the second payload", twoComponents(), IMAGE_SIZE, () => ONE],
      [
        "for want of the second payload",
        twoComponents(),
        PAYLOAD_ABSENT,
        (uri) => (uri === "/one" ? ONE : undefined),
      ],
      [
        "for want of room for the second",
        twoComponents(),
        SLOT_TOO_SMALL,
        (uri) => (uri === "/one" ? ONE : TWO),
        20,
      ],
      [
        "in validate, all payloads taken",
        twoComponents({ 7: late }),
        ABORTED,
        (uri) => (uri === "/one" ? ONE : TWO),
      ],
      [
        "in invoke, all payloads taken",
        twoComponents({ 9: late }),
        ABORTED,
        (uri) => (uri === "/one" ? ONE : TWO),
      ],
      ["after the fetch", install(...INSTALL, 14, 15), ABORTED, () => undefined],
    ];
  for (const [name, envelope, code, payload, slotSize] of REFUSED)
    it(`what is refused ${name} leaves every component as it was`, () => {
      const state = memory(payload, slotSize);
      const before = copyOf(state);
      assert.throws(
        () => judge(envelope, state),
        ({ c }: Refusal) => c === code,
      );
      assert.deepEqual(state.contents, before);
    });

  it("what is accepted changes the components that it names, and no others", () => {
    const state = memory((uri) => (uri === "/one" ? ONE : TWO));
    const before = copyOf(state);
    assert.equal(judge(twoComponents(), state), SEQUENCE);
    const id = (name: string) => Buffer.from(componentId(name)).toString("latin1");
    assert.deepEqual(state.contents, { ...before, [id("one")]: ONE, [id("two")]: TWO });
  });
});
