/**
 * Attacks C13, C28, C31 and C39: every code of the drafts that this device does not act on is refused,
 * wherever it stands, and so is every code that nobody has assigned.
 */
import assert from "node:assert/strict";
import {
  CBOR_KEY_ORDER,
  CBOR_TYPE,
  COMMAND_PLACE,
  COMMAND_UNSUPPORTED,
  DIGEST_UNSUPPORTED,
  ENVELOPE_KEY,
  IMAGE_DIGEST,
  MANIFEST_KEY,
  NOT_AN_ENVELOPE,
  PARAMETER_UNSUPPORTED,
} from "../../device/errors.js";
import { bstr, encode, hex, map, type Node } from "../support/cbor.js";
import {
  checked,
  commands,
  commonPairs,
  IMAGE,
  INSTALL,
  identity,
  install,
  manifest,
  manifestPairs,
  override,
  PAYLOAD,
  seal,
  sealed,
  sha256,
  shared,
  URI,
  update,
} from "../support/envelopes.js";
import { assertAccepted, assertRefused, refusals } from "../support/verdicts.js";

const NOTHING = bstr(new Uint8Array(0));
const TRY = bstr([14, 15]);

/** Commands by code: name and an argument of the right type. */
const COMMANDS: [code: number, name: string, argument: Node][] = [
  [7, "condition-dependency-integrity", 15],
  [8, "condition-is-dependency", 15],
  [11, "process-dependency", 15],
  [19, "set-parameters", map([21, URI])],
  [26, "condition-minimum-battery", 15],
  [33, "unlink", 2],
  [34, "override-multiple", map([0, map([21, URI])])],
  [35, "copy-params", map([0, [21]])],
  [-257, "the first custom command", 0],
  [-65536, "another custom command", "text"],
];
/** Parameters by code: name and a value of the right type. */
const PARAMETERS: [code: number, name: string, value: Node][] = [
  [19, "encryption-info", NOTHING],
  [30, "component-metadata", NOTHING],
  [-257, "the first custom parameter", 0],
];
/** Sections by key: name and content. */
const SECTIONS: [key: number, name: string, value: Node][] = [
  [5, "manifest-component-id", [bstr(IMAGE)]],
  [10, "run of draft 9", commands(3, 15)],
  [13, "text of draft 9", NOTHING],
  [14, "coswid", NOTHING],
  [15, "dependency-resolution", commands(3, 15)],
  [17, "install of drafts 19 to 26", commands(...INSTALL)],
  [18, "candidate-verification", commands(3, 15)],
  [24, "uninstall", commands(3, 15)],
];
/** What such a device does act on is tested by the published suite (test/vectors/suite). */
const SUPPORTED_COMMANDS = [1, 2, 3, 4, 5, 6, 12, 14, 15, 18, 20, 21, 22, 23, 24, 25, 27, 28, 29];
SUPPORTED_COMMANDS.push(31, 32);
const SUPPORTED_PARAMETERS = [1, 2, 3, 4, 5, 12, 13, 14, 18, 21, 22, 23, 24, 25, 26, 27, 28, 29];
const SUPPORTED_SECTIONS = [1, 2, 3, 4, 6, 7, 8, 9, 16, 20, 23];
const unlisted = (listed: [number, ...unknown[]][], supported: number[], from: number): number[] =>
  Array.from({ length: 300 - from }, (_, i) => from + i).filter(
    (code) => !supported.includes(code) && !listed.some(([other]) => other === code),
  );

/** The valid manifest with one more member in its place. */
const withSection = (key: number, value: Node) => update({ [key]: value });
/** The valid parameters with one more in its place, in shared and in install. */
const withParameter = (code: number, value: Node): Uint8Array[] => {
  if (code < 0) {
    const parameters = map([21, URI], [code, value]);
    return [install(20, parameters, 21, 2), shared(20, parameters, ...checked())];
  }
  return [
    shared(...identity({ [code]: value }), 1, 15, 2, 15),
    install(...override({ 21: URI, [code]: value }), 21, 2, 3, 15),
    install(15, [bstr([...override({ [code]: value }), 3, 15]), null], ...INSTALL),
  ];
};
/** A command wherever a command may stand, in a branch that would never be taken included. */
const withCommand = (code: number, argument: Node): Uint8Array[] => [
  shared(...checked(), code, argument),
  install(code, argument, ...INSTALL),
  install(...INSTALL, code, argument),
  update({ 16: commands(code, argument) }),
  update({ 7: commands(3, 15, code, argument) }),
  update({ 9: commands(code, argument, 23, 2) }),
  install(15, [TRY, bstr([code, argument]), null], ...INSTALL),
  install(15, [bstr([3, 15]), bstr([14, 15, code, argument]), null], ...INSTALL),
];

describe("attacks: codes", () => {
  for (const [code, name, argument] of COMMANDS)
    it(`C28 command ${code}, ${name}, is refused anywhere`, () => {
      for (const envelope of withCommand(code, argument))
        assertRefused(envelope, COMMAND_UNSUPPORTED);
    });

  it("C28 every unassigned command is refused", () => {
    const codes = [...unlisted(COMMANDS, SUPPORTED_COMMANDS, 0), 2 ** 32 + 3, -1, -10, -256];
    assert.ok(codes.includes(0) && codes.includes(30) && codes.length > 260);
    for (const code of codes) assertRefused(install(code, 15, ...INSTALL), COMMAND_UNSUPPORTED);
  });

  for (const [code, name, value] of PARAMETERS)
    it(`C28 parameter ${code}, ${name}, is refused anywhere`, () => {
      for (const envelope of withParameter(code, value))
        assertRefused(envelope, PARAMETER_UNSUPPORTED);
    });

  it("C28 every unassigned parameter is refused", () => {
    const codes = unlisted(PARAMETERS, SUPPORTED_PARAMETERS, 0);
    assert.ok(codes.includes(0) && codes.includes(20) && codes.length > 260);
    for (const code of [...codes, 2 ** 32 + 1])
      assertRefused(shared(...identity({ [code]: 0 }), 1, 15, 2, 15), PARAMETER_UNSUPPORTED);
    for (const code of [-1, -10, -256])
      for (const envelope of withParameter(code, 0)) assertRefused(envelope, PARAMETER_UNSUPPORTED);
  });

  for (const [key, name, value] of SECTIONS)
    it(`C13 manifest key ${key}, ${name}, is refused`, () =>
      assertRefused(withSection(key, value), MANIFEST_KEY));

  it("C13 every unassigned manifest key is refused", () => {
    for (const key of unlisted(SECTIONS, SUPPORTED_SECTIONS, 0))
      assertRefused(withSection(key, commands(3, 15)), MANIFEST_KEY);
    for (const key of [-1, -257, "x", null, bstr(IMAGE)] as Node[])
      assertRefused(seal(map(...manifestPairs(), [key, NOTHING])), MANIFEST_KEY);
  });

  it("C13 C31 dependencies and every other key of common are refused", () => {
    assertRefused(update({}, { 1: map([1, map()]) }), MANIFEST_KEY);
    for (const key of unlisted([], [2, 4], 0))
      assertRefused(update({}, { [key]: 0 }), MANIFEST_KEY);
    for (const key of [-1, "x"])
      assertRefused(update({ 3: bstr(map(...commonPairs(), [key, 0])) }), MANIFEST_KEY);
  });

  it("C13 every envelope key but severed sections and payloads is refused", () => {
    for (const key of unlisted([], [16, 20, 23], 4))
      assertRefused(sealed({ outside: [[key, NOTHING], PAYLOAD] }), ENVELOPE_KEY);
    for (const key of [0, 1]) {
      assertRefused(sealed({ outside: [[key, NOTHING]] }), CBOR_KEY_ORDER);
    }
    for (const key of [-1, null, bstr(IMAGE)] as Node[])
      assertRefused(sealed({ outside: [[key, NOTHING]] }), CBOR_TYPE);
  });

  it("C13 a severed section that the manifest does not ask for is refused", () => {
    for (const key of [16, 20, 23])
      assertRefused(sealed({ outside: [[key, commands(3, 15)], PAYLOAD] }), ENVELOPE_KEY);
  });

  it("C28 an action outside the sections that may act is refused", () => {
    const set = override({ 21: URI, 22: 0 });
    for (const action of [21, 22]) {
      assertRefused(shared(...checked(), ...set, action, 2), COMMAND_PLACE);
      assertRefused(update({ 7: commands(...set, action, 2) }), COMMAND_PLACE);
      assertRefused(update({ 9: commands(...set, action, 2) }), COMMAND_PLACE);
      assertRefused(shared(...checked(), 15, [TRY, bstr([action, 2]), null]), COMMAND_PLACE);
    }
    assertRefused(shared(...checked(), 23, 2), COMMAND_PLACE);
    assertRefused(install(...INSTALL, 23, 2), COMMAND_PLACE);
    assertRefused(update({ 16: commands(23, 2) }), COMMAND_PLACE);
    assertRefused(update({ 7: commands(3, 15, 23, 2) }), COMMAND_PLACE);
    assertRefused(update({ 7: commands(15, [bstr([3, 15]), bstr([23, 2])]) }), COMMAND_PLACE);
  });

  it("C28 what is refused elsewhere is taken in its place", () => {
    const fetch = commands(...override({ 21: URI }), 21, 2);
    assertAccepted(update({ 16: fetch, 20: commands(3, 15) }));
    assertAccepted(update({ 23: bstr(map()), 4: "coap://example/manifest" }));
    assertAccepted(install(...override({ 5: 0, 24: bstr(new Uint8Array(16)) }), ...INSTALL, 5, 15));
  });

  refusals("C39 an older draft: SHA-256 was 2", CBOR_TYPE, {
    "drafts up to 12": () => sealed({ digest: encode([2, bstr(sha256(bstr(manifest())))]) }),
  });
  refusals("C39 an older draft: SHA-256 was positive or another", DIGEST_UNSUPPORTED, {
    "truncated SHA-256/64": () => sealed({ digest: encode([-15, bstr(hex("0011223344556677"))]) }),
  });
  refusals("C39 an older draft: tags", NOT_AN_ENVELOPE, {
    "none, drafts up to 12": () => sealed({ frame: (all) => all }),
    "48 in the text of draft 9": () =>
      sealed({ frame: (all) => new Uint8Array([0xd8, 48, ...all]) }),
  });
  refusals("C39 an older draft: sections", MANIFEST_KEY, {
    "payload-fetch 8, install 9 and run 12 of drafts up to 16": () =>
      update({
        7: undefined,
        8: commands(...INSTALL),
        9: commands(...INSTALL),
        12: commands(23, 2),
      }),
    "validate 10": () => update({ 10: commands(3, 15), 7: undefined }),
    "install 17 of drafts 19 to 26": () => update({ 17: commands(...INSTALL), 20: undefined }),
  });
  refusals("C39 an older draft: install was 9", COMMAND_PLACE, {
    "drafts up to 16": () => update({ 7: undefined, 9: commands(...INSTALL), 20: undefined }),
  });
  refusals("C39 an older draft: install was 9, and validate finds nothing", IMAGE_DIGEST, {
    "drafts up to 16": () => update({ 9: commands(...INSTALL), 20: undefined }),
  });
  refusals("C39 an older draft: fetch-uri-list and run-sequence were 30", COMMAND_UNSUPPORTED, {
    "draft 9": () => install(30, bstr([3, 15])),
  });
});
