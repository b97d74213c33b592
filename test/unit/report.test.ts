import assert from "node:assert/strict";
import { capabilityLines, decodeCapabilities } from "../../host/suit/capabilities.js";
import { decodeReport } from "../../host/suit/report.js";
import { viewReport } from "../../host/suit/report-words.js";
import {
  bstr,
  concat,
  encode,
  hex,
  indefinite,
  map,
  type Node,
  type Pair,
  tag,
} from "../support/cbor.js";
import * as make from "../support/envelopes.js";
import { capabilities, failure, report } from "../support/reports.js";

const INSTALL = encode([12, 0, ...make.override({ 21: "/one" }), 21, 2, 3, 15]);
/** Offset of the last command, condition-image-match. */
const MATCH = INSTALL.length - 2;

const refusal = { name: "link-answer", code: 958 };

describe("SUIT_Report", () => {
  it("is decoded with everything in it, unknown members in words", () => {
    const result = failure({
      code: 321,
      manifest: [2, 1],
      section: 7,
      offset: 9,
      component: 3,
      properties: map([2, bstr(hex("aabb"))], [4711, true]),
    });
    const bytes = report(result, { 2: bstr(hex("0102")), 3: [map([0, []])], 70: tag(9, "new") });
    assert.deepEqual(decodeReport(bytes), {
      uri: "https://example.com/x",
      digest: {
        algorithm: "SHA-256",
        hex: Buffer.from(make.sha256(new Uint8Array(3))).toString("hex"),
      },
      nonce: "0102",
      records: ["{0: []}"],
      failure: {
        code: 321,
        reason: 10,
        record: {
          manifest: [2, 1],
          section: 7,
          offset: 9,
          component: 3,
          properties: { "class-identifier": "h'aabb'", "unknown (4711)": "true" },
        },
      },
      others: { "70": '9("new")' },
    });
  });

  it("of a success says so", () => {
    const view = viewReport(report(true));
    assert.deepEqual([view.accepted, view.field, view.raw.slice(0, 4)], [true, null, "a303"]);
    assert.match(view.sentence, /accepted/);
  });

  const good = failure();
  const bad: [what: string, bytes: Uint8Array][] = [
    ["nothing", new Uint8Array(0)],
    ["text", encode("report")],
    ["a list", encode([1])],
    ["an end in the middle", report(good).subarray(0, 20)],
    ["bytes behind the end", concat(report(good), hex("00"))],
    ["an indefinite map", indefinite(5, 3, [], 4, true, 99, ["", make.digestOf(hex(""))])],
    ["a long form", hex("a2 1803 80 04 f5")],
    ["a key twice", map([3, []], [4, true], [4, true], [99, ["", make.digestOf(hex(""))]])],
    ["thousands of nested lists", make.nested(20_000, () => hex("81"), hex("80"))],
    ["no reference", report(good, { 99: undefined })],
    ["no records", report(good, { 3: undefined })],
    ["no result", report(good, { 4: undefined })],
    ["a result of false", report(false)],
    ["a URI of bytes", report(good, { 99: [bstr(hex("00")), make.digestOf(hex(""))] })],
    ["a digest of text", report(good, { 99: ["", "digest"] })],
    ["a nonce of text", report(good, { 2: "nonce" })],
    ["a code of text", report(failure({ code: "323" }))],
    ["a code beyond 2^53", report(failure({ code: 2n ** 63n }))],
    ["a negative offset", report(failure({ offset: -1 }))],
    ["an offset beyond 2^53", report(failure({ offset: 2n ** 64n - 1n }))],
    ["a negative component", report(failure({ component: -1 }))],
    ["a manifest id of text", report(failure({ manifest: ["x"] }))],
    ["properties in a list", report(failure({ properties: [] }))],
    ["no record", report(map([5, 323], [7, 10]))],
    ["no reason", report(map([5, 323], [6, [[], 20, 0, 0, map()]]))],
    ["a signature around it", tag(18, [bstr(hex("")), map(), bstr(report(good)), bstr(hex(""))])],
  ];
  for (const [what, bytes] of bad)
    it(`with ${what} is refused, not guessed at`, () => {
      assert.throws(() => decodeReport(bytes), refusal);
    });

  it("takes numbers as large as they may be, and nothing is found there", () => {
    const most = 2 ** 53 - 1;
    const result = failure({
      code: most,
      reason: most,
      section: most,
      offset: most,
      component: most,
    });
    const { sentence, field } = viewReport(report(result), make.twoComponents());
    assert.deepEqual([field?.command, field?.component?.name], [null, null]);
    assert.match(sentence, /^Refused in unknown \(9007199254740991\), at byte 9007199254740991: /);
  });
});

describe("a report in words", () => {
  const words = (record: Parameters<typeof failure>[0], envelope?: Uint8Array) =>
    viewReport(report(failure(record)), envelope);
  const lamp = make.twoComponents({ 20: bstr(INSTALL) });

  it("names section, command and component with the envelope at hand", () => {
    const { sentence, advice, reason, field } = words({ offset: MATCH, component: 1 }, lamp);
    assert.equal(
      sentence,
      `Refused in install, at byte ${MATCH}: condition-image-match for component 1 (two): ` +
        "a file is not the one that the manifest describes.",
    );
    assert.equal(reason, "condition failed");
    assert.ok(advice);
    assert.deepEqual(field, {
      section: "install",
      offset: MATCH,
      command: "condition-image-match",
      parameter: null,
      component: { index: 1, name: "two" },
      manifest: [],
      member: null,
    });
  });

  it("says section, offset and component without it", () => {
    const { sentence, field } = words({ offset: MATCH, component: 1 });
    assert.match(sentence, /^Refused in install, at byte \d+: for component 1: a file is not/);
    assert.deepEqual([field?.command, field?.component], [null, { index: 1, name: null }]);
  });

  it("names the parameter that a command sets", () => {
    const at = Buffer.from(INSTALL).indexOf("/one");
    const { field, sentence } = words({ offset: at, code: 705, reason: 11 }, lamp);
    assert.deepEqual([field?.command, field?.parameter], ["directive-override-parameters", "uri"]);
    assert.match(
      sentence,
      /directive-override-parameters \(uri\) for component 0 \(one\): the addr/,
    );
  });

  it("finds commands in nested sequences, and only in them", () => {
    const inner = encode([6, 15, 5, 15]);
    const deep: Node[] = [15, [bstr([3, 15]), bstr([32, bstr(inner)]), null]];
    const section = encode([12, 0, ...deep, 18, 2]);
    const envelope = make.twoComponents({ 20: bstr(section) });
    const start = Buffer.from(section).indexOf(inner);
    const at = (offset: number) => words({ offset }, envelope).field?.command;
    assert.equal(at(start + 1), "condition-check-content");
    assert.equal(at(start + 3), "condition-component-slot");
    assert.equal(at(start - 2), "directive-run-sequence");
    assert.equal(at(section.length - 2), "directive-write");
    assert.equal(at(0), null);
    assert.equal(at(section.length), null);
  });

  it("finds the shared sequence by either of its numbers", () => {
    const common = map(...make.commonPairs());
    const shared = encode(make.checked());
    const sharedAt = Buffer.from(common).indexOf(shared);
    const vendor = shared.length - 4;
    const envelope = make.seal();
    for (const [section, offset] of [
      [4, vendor],
      [3, sharedAt + vendor],
    ]) {
      const { field, sentence } = words({ section, offset, code: 320 }, envelope);
      assert.equal(field?.command, "condition-vendor-identifier");
      assert.match(sentence, /^Refused in shared, at byte/);
    }
    assert.equal(words({ section: 3, offset: 1 }, envelope).field?.command, null);
  });

  it("looks into a severed section", () => {
    const install = bstr(INSTALL);
    const content = make.manifest({ 20: make.digestOf(install) });
    const envelope = make.seal(content, { outside: [[20, install]] });
    assert.equal(words({ offset: MATCH }, envelope).field?.command, "condition-image-match");
  });

  it("names the member of the envelope when no command ran yet", () => {
    const envelope = make.seal();
    const at = (part: Uint8Array) => make.find(envelope, part);
    const early = (offset: number, code = 203) =>
      words({ section: 0, offset, code, reason: 4 }, envelope);
    const signature = early(at(hex("a10132")));
    assert.equal(signature.field?.member, "authentication-wrapper");
    assert.match(
      signature.sentence,
      /^Refused before any command, at byte \d+ of the envelope \(auth/,
    );
    const common = early(at(make.componentId("app")), 314);
    assert.equal(common.field?.member, "manifest, common");
    assert.equal(early(0).field?.member, null);
    // a sequence number is no place in the envelope
    assert.match(early(7, 401).sentence, /^Refused before any command: the release is older/);
  });

  it("looks into the manifest of the dependency that failed, not into the root's", () => {
    const install = make.commands(
      ...[12, 0, ...make.override({ 21: "#first" })],
      ...[12, 1, ...make.override({ 21: "#second" }), 21, 2],
    );
    const root = make.manifest(
      { 20: install },
      { 2: [make.componentId("a"), make.componentId("b")] },
    );
    const outside: Pair[] = [
      ["#first", bstr(make.seal())],
      ["#second", bstr(lamp)],
    ];
    const envelope = make.seal(root, { outside });
    const at = { manifest: [1], offset: MATCH, component: 1 };
    const { sentence, field } = words(at, envelope);
    assert.deepEqual([field?.command, field?.component?.name], ["condition-image-match", "two"]);
    assert.match(
      sentence,
      /^Refused in install of dependency 1, at byte \d+: condition-image-match/,
    );
    for (const manifest of [[2], [1, 0], [7, 7]])
      assert.equal(words({ ...at, manifest }, envelope).field?.command, null);
    assert.equal(words({ ...at, manifest: [1] }, lamp).field?.command, null);
  });

  it("counts in the envelope as it was sent, without the payloads inside", () => {
    const members = (list: Pair[]) => [list[2], list[0], list[1]] as Pair[];
    const envelope = make.sealed({ members, outside: [["#a", bstr(new Uint8Array(40))]] });
    const at =
      make.find(envelope, make.componentId("app")) -
      encode(["#a", bstr(new Uint8Array(40))]).length +
      1;
    const { field } = words({ section: 0, offset: at, code: 314 }, envelope);
    assert.equal(field?.member, "manifest, common");
  });

  it("puts an unknown number into the words of the draft", () => {
    const { sentence } = words({ code: 399, reason: 5 }, lamp);
    assert.match(sentence, /: command unsupported \(number 399\)\.$/);
  });

  it("bears any envelope, and any place in it", () => {
    for (let size = 0; size < lamp.length; size += 3)
      for (const section of [0, 3, 4, 7, 20])
        for (const offset of [0, 5, MATCH]) {
          const { accepted } = words({ section, offset }, lamp.subarray(0, size));
          assert.equal(accepted, false);
        }
    for (const rubbish of [encode("x"), encode([1]), hex("d86b a1 03 5b ffffffffffffffff")])
      assert.equal(words({}, rubbish).field?.command, null);
  });
});

describe("SUIT_Capability_Report", () => {
  it("is decoded and put into words", () => {
    const able = decodeCapabilities(capabilities({ 10: [1], 77: [5] }));
    assert.deepEqual(able.components, ["agent", "data/*", "any"]);
    assert.deepEqual(able.lists.algorithms, [
      { code: -16, name: "SHA-256" },
      { code: -19, name: "Ed25519" },
    ]);
    assert.deepEqual(able.lists.dependency, [{ code: 1, name: "prefix" }]);
    assert.deepEqual(able.others, { "77": "[5]" });
    const lines = capabilityLines(able);
    assert.equal(lines[0], "components     agent, data/*, any");
    assert.ok(lines.some((line) => /^commands .*directive-fetch, directive-wait$/.test(line)));
    assert.equal(lines.at(-1), "also           77: [5]");
  });

  const bad: [what: string, bytes: Uint8Array][] = [
    ["a list instead", encode([])],
    ["no commands", map([1, [[true]]], [3, []], [4, []])],
    ["no components", map([2, []], [3, []], [4, []])],
    ["commands of text", capabilities({ 2: ["fetch"] })],
    ["commands in a number", capabilities({ 2: 21 })],
    ["a component of numbers", capabilities({ 1: [[1]] })],
    ["a wildcard in the middle", capabilities({ 1: [[true, bstr(hex("00"))]] })],
  ];
  for (const [what, bytes] of bad)
    it(`with ${what} is refused`, () => {
      assert.throws(() => decodeCapabilities(bytes), refusal);
    });
});
