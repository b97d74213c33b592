import assert from "node:assert/strict";
import { encode, rfc8949EncodeOptions, Tagged } from "cborg";
import {
  encodeEnvelope,
  encodeSignature,
  encodeWrapper,
  manifestDigest,
  sha256,
} from "../../host/author/encode.js";
import { inspectEnvelope } from "../../host/author/inspect.js";
import { generateKey } from "../../host/author/keys.js";
import { packRelease } from "../../host/author/pack.js";
import { inspectLines } from "../../host/cli/inspect.js";
import { printable, safeJson } from "../../host/suit/printable.js";
import { readEnvelope } from "../../host/suit/read.js";

const KEY = generateKey(new Uint8Array(32).fill(7));
const cbor = (value: unknown) => encode(value, rfc8949EncodeOptions);
const map = (entries: [unknown, unknown][]) => new Map(entries);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

const release = (integrated = true) =>
  packRelease({
    vendor: new Uint8Array(16).fill(1),
    class: new Uint8Array(16).fill(2),
    sequence: 7,
    components: [
      { name: "agent", bytes: Buffer.from("agent") },
      { name: "app", bytes: Buffer.from("LED1.set()") },
    ],
    key: KEY,
    integrated,
  });

/** An envelope around any manifest, signed as it should be, with further members. */
function envelope(members: [unknown, unknown][], outside: [string | number, Uint8Array][] = []) {
  const manifest = cbor(map([[1, 1], [2, 7], ...members]));
  const digest = manifestDigest(manifest);
  const wrapper = encodeWrapper(digest, [encodeSignature(digest, KEY)]);
  const content = map([[2, wrapper], [3, manifest], ...outside]);
  return cbor(new Tagged(107, content));
}
const common = (shared: unknown[]) =>
  cbor(
    map([
      [2, [[Buffer.from("app")]]],
      [4, cbor(shared)],
    ]),
  );

describe("inspect", () => {
  it("shows a release of ours without a warning", () => {
    const view = inspectEnvelope(release().envelope);
    assert.deepEqual(view.warnings, []);
    assert.equal(view.note, undefined);
    assert.equal(view.tag, 107);
    assert.equal(view.manifest.sequence, 7);
    assert.equal(view.authentication.digest.check, "ok");
    assert.deepEqual(view.authentication.signatures, [
      { type: "COSE_Sign1", algorithm: "Ed25519", kid: null, payload: "detached", size: 64 },
    ]);
    assert.deepEqual(view.manifest.components, [
      { index: 0, name: "agent", id: "81456167656e74" },
      { index: 1, name: "app", id: "8143617070" },
    ]);
    assert.deepEqual(
      view.manifest.sequences.map(({ name }) => name),
      ["shared", "install", "validate", "invoke"],
    );
    assert.deepEqual(
      view.payloads.map(({ uri, size, named }) => [uri, size, named]),
      [
        ["#app", 10, true],
        ["#agent", 5, true],
      ],
    );
    const install = view.manifest.sequences[1].commands;
    assert.deepEqual(install[0], {
      code: 12,
      name: "directive-set-component-index",
      argument: "0 (agent)",
    });
    assert.deepEqual(install[1].parameters, { uri: "#agent" });
  });

  it("prints commands, parameters and identifiers by name, indented", () => {
    const lines = inspectLines(inspectEnvelope(release().envelope));
    const at = lines.indexOf("shared");
    assert.deepEqual(lines.slice(at, at + 5), [
      "shared",
      "  directive-set-component-index all components",
      "  directive-override-parameters",
      "    vendor-identifier = 01010101-0101-0101-0101-010101010101",
      "    class-identifier = 02020202-0202-0202-0202-020202020202",
    ]);
  });

  it("tells when the digest does not fit the manifest", () => {
    const { envelope: bytes } = release();
    const sequence = Buffer.from(bytes).indexOf(Buffer.from("0101020703", "hex"));
    bytes[sequence + 3] = 8;
    const view = inspectEnvelope(bytes);
    assert.equal(view.manifest.sequence, 8);
    assert.equal(view.authentication.digest.check, "mismatch");
    assert.deepEqual(view.warnings, ["the digest does not fit the manifest"]);
  });

  it("tells when a payload inside is not one that the manifest names", () => {
    const { envelope: bytes } = release();
    bytes[bytes.length - 1] ^= 1;
    const view = inspectEnvelope(bytes);
    assert.deepEqual(view.warnings, ["no image digest fits the integrated payload #agent"]);
  });

  it("tells when nobody signed", () => {
    const { manifest, digest } = release();
    const view = inspectEnvelope(encodeEnvelope(encodeWrapper(digest, []), manifest));
    assert.deepEqual(view.warnings, ["the envelope is not signed"]);
    assert.equal(view.authentication.digest.check, "ok");
  });

  it("shows several signatures with key ids and foreign algorithms", () => {
    const { manifest, digest } = release();
    const block = (tag: number, alg: number, payload: unknown) =>
      cbor(
        new Tagged(tag, [
          cbor(map([[1, alg]])),
          map([[4, Buffer.from([1, 2])]]),
          payload,
          KEY.publicKey,
        ]),
      );
    const wrapper = encodeWrapper(digest, [block(18, -7, null), block(17, 5, null)]);
    const { signatures } = inspectEnvelope(encodeEnvelope(wrapper, manifest)).authentication;
    assert.deepEqual(signatures, [
      { type: "COSE_Sign1", algorithm: "ES256", kid: "0102", payload: "detached", size: 32 },
      { type: "COSE_Mac0", algorithm: "HMAC-SHA-256", kid: "0102", payload: "detached", size: 32 },
    ]);
  });

  it("follows try-each and run-sequence", () => {
    const inner = cbor([20, map([[13, true]]), 14, 0]);
    const commands = cbor([15, [inner, cbor([32, inner]), null]]);
    const view = inspectEnvelope(
      envelope([
        [3, common([])],
        [20, commands],
      ]),
    );
    const lines = inspectLines(view);
    const at = lines.indexOf("install");
    assert.deepEqual(lines.slice(at, at + 14), [
      "install",
      "  directive-try-each",
      "    sequence 0",
      "      directive-override-parameters",
      "        soft-failure = true",
      "      condition-abort report 0: nothing",
      "    sequence 1",
      "      directive-run-sequence",
      "        sequence 0",
      "          directive-override-parameters",
      "            soft-failure = true",
      "          condition-abort report 0: nothing",
      "    sequence 2",
      "      (nothing)",
    ]);
  });

  it("stops at endless nesting", () => {
    let sequence = cbor([14, 0]);
    for (let i = 0; i < 50; i++) sequence = cbor([32, sequence]);
    const { warnings } = inspectEnvelope(envelope([[20, sequence]]));
    assert.ok(warnings.some((warning) => warning.includes("nested deeper")));
    const arrays = Buffer.concat([Buffer.alloc(100_000, 0x81), Buffer.from([0])]);
    assert.ok(inspectEnvelope(envelope([[20, arrays]])).warnings.length > 0);
  });

  it("compares severed parts with their digests", () => {
    const install = cbor([21, 2]);
    const severed = (digest: Uint8Array): [unknown, unknown][] => [[20, [-16, digest]]];
    const right = sha256(cbor(install));
    const state = (digest: Uint8Array, outside: [number, Uint8Array][]) =>
      inspectEnvelope(envelope(severed(digest), outside)).manifest.severed[0].state;
    assert.equal(state(right, [[20, install]]), "ok");
    assert.equal(state(right, []), "missing");
    assert.equal(state(sha256(install), [[20, install]]), "mismatch");
  });

  it("shows hostile texts and addresses escaped (RFC 9124, untrusted text)", () => {
    const hostile = "\u001b[2J\u0007<script>\r\nok\u202egnp.exe\u200b\u0085";
    const named = map([
      [1, hostile],
      [[Buffer.from("app")], map([[1, hostile]])],
    ]);
    // cborg cannot sort a component identifier among the keys; they stand in order already.
    const text = encode(map([["en", named]]), { mapSorter: () => 0 });
    const bytes = envelope([
      [4, hostile],
      [20, cbor([20, map([[21, hostile]]), 21, 2])],
      [23, text],
    ]);
    const view = inspectEnvelope(bytes);
    assert.equal(view.text.en["manifest-description"], hostile);
    assert.equal(view.text.en["app: vendor-name"], hostile);
    const shown = inspectLines(view).map(printable).join("\n");
    const unsafe = /[\p{Cc}\p{Cf}]/u;
    assert.doesNotMatch(shown.replaceAll("\n", ""), unsafe);
    assert.equal(shown.split("\\u{1b}[2J\\u{7}<script>\\u{d}\\u{a}ok\\u{202e}gnp.exe").length, 5);
    const json = safeJson(view);
    assert.doesNotMatch(json.replaceAll("\n", ""), unsafe);
    assert.equal(JSON.parse(json).manifest.referenceUri, hostile);
  });

  it("shows the sections of an older draft under the names they had there", () => {
    const fetch = cbor([19, map([[21, "http://example.com/a"]]), 21, 2, 3, 15]);
    const view = inspectEnvelope(
      envelope([
        [9, fetch],
        [10, cbor([3, 15])],
        [12, cbor([23, 2])],
      ]),
    );
    assert.equal(view.note, "written for an older SUIT draft, draft-ietf-suit-manifest-14 to -17");
    assert.deepEqual(
      view.manifest.sequences.map(({ name }) => name),
      ["install", "validate", "run"],
    );
  });

  it("warns of what is not canonical, and of unknown code points", () => {
    const view = inspectEnvelope(
      envelope([
        [20, cbor([9, 0, 20, map([[99, 1]]), 3])],
        [99, 1],
      ]),
    );
    assert.deepEqual(view.warnings, [
      "common cannot be read",
      "a command sequence has an odd length",
      "command unknown (9)",
      "parameter unknown (99)",
      "manifest member unknown (99)",
    ]);
    const { envelope: bytes } = release(false);
    const tail = Buffer.concat([bytes, Buffer.from([0])]);
    assert.deepEqual(inspectEnvelope(tail).warnings, ["envelope: 1 bytes follow the end"]);
    const { members } = readEnvelope(bytes, "");
    const swapped = encode(new Tagged(107, new Map([...members].reverse())), {
      mapSorter: () => 0,
    });
    assert.deepEqual(inspectEnvelope(swapped).warnings, ["keys out of canonical order: envelope"]);
    assert.deepEqual(inspectEnvelope(swapped).outOfOrder, ["envelope"]);
    const long = Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xb8, 2]), bytes.subarray(3)]);
    assert.deepEqual(inspectEnvelope(long).warnings, ["envelope: not in canonical form"]);
    const twice = Buffer.concat([
      bytes.subarray(0, 2),
      Buffer.from([0xa3]),
      bytes.subarray(3),
      Buffer.from("0340", "hex"),
    ]);
    assert.match(inspectEnvelope(twice).warnings[0], /^envelope: a map holds a key twice/);
  });

  it("gives a numbered error for what is no envelope", () => {
    const garbage = [
      new Uint8Array(0),
      Buffer.from("hello"),
      Buffer.from("ff", "hex"),
      Buffer.from("5bffffffffffffffff", "hex"),
      Buffer.from("bbffffffffffffffff", "hex"),
      Buffer.alloc(100_000, 0x81),
      cbor([1, 2, 3]),
      cbor(new Tagged(107, map([]))),
    ];
    for (const bytes of garbage)
      assert.throws(
        () => inspectEnvelope(bytes),
        { name: "not-an-envelope", code: 201 },
        hex(bytes.subarray(0, 9)),
      );
  });

  it("survives every truncation and every changed byte", () => {
    const { envelope: bytes } = release();
    const look = (changed: Uint8Array) => {
      try {
        inspectLines(inspectEnvelope(changed));
        return true;
      } catch (error) {
        assert.equal((error as { code: number }).code, 201, String(error));
        return false;
      }
    };
    for (let at = 0; at < bytes.length; at++) {
      assert.equal(look(bytes.subarray(0, at)), false);
      for (const flip of [1, 0x20, 0x80, 0xff]) {
        const changed = Uint8Array.from(bytes);
        changed[at] ^= flip;
        look(changed);
      }
    }
    assert.equal(look(bytes), true);
  });
});
