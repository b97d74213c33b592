/** C39: envelopes of older drafts are refused, and told by which draft they were written. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { manifestDigest } from "../../host/author/encode.js";
import { inspectEnvelope } from "../../host/author/inspect.js";
import { inspectLines } from "../../host/cli/inspect.js";
import { authenticateForeign } from "../../host/suit/foreign/authenticate.js";
import { publicForeignKey } from "../../host/suit/foreign/keys.js";
import { draftAdvice } from "../../host/suit/older-drafts.js";
import { verifyEnvelope } from "../../host/verify.js";
import {
  block,
  cbor,
  type EnvelopeOptions,
  envelopeOf,
  loose,
  map,
  type Signer,
} from "../support/foreign-envelopes.js";

const pair = generateKeyPairSync("ed25519");
const SIGNER: Signer = { algorithm: -8, key: pair.privateKey };
const KEY = publicForeignKey(pair.publicKey.export({ type: "spki", format: "pem" }) as string, "k");
const DEVICE = {
  ...{ vendor: new Uint8Array(16), class: new Uint8Array(16), device: new Uint8Array(16) },
  ...{ keys: [], sequence: 0, slot: 0, slotSize: 0, components: new Map<string, Uint8Array>() },
};

/** Identity and image in the shared sequence, as in all drafts; `policy` is the conditions' argument. */
function common(hash: number, policy: number | null = 15, more: [unknown, unknown][] = []) {
  const image = cbor([hash, new Uint8Array(32)]);
  const shared = [20, map([[1, new Uint8Array(16)], [3, image], ...more]), 1, policy];
  return cbor(
    map([
      [2, [[Buffer.from("app")]]],
      [4, cbor(shared)],
    ]),
  );
}
const FETCH = cbor([19, map([[21, "http://example.com/a"]]), 21, 2]);
const VALIDATE = cbor([3, 15]);
const RUN = cbor([23, 2]);

interface Old extends EnvelopeOptions {
  hash: number;
  members: [unknown, unknown][];
  attached?: boolean;
  shared?: Uint8Array;
}

function old({ hash, members, attached, shared, ...rest }: Old): Uint8Array {
  const manifest = cbor(map([[1, 1], [2, 7], [3, shared ?? common(hash)], ...members]));
  const digest = cbor([hash, manifestDigest(manifest)]);
  return envelopeOf(manifest, {
    blocks: () => [block(SIGNER, digest, attached ? { payload: digest } : {})],
    ...rest,
    digest: rest.digest === null ? null : digest,
  });
}

/** Every part of an envelope by -09: untagged, the digest in the block only, SHA-256 is 2. */
const RIOT: Old = {
  ...{ hash: 2, tag: null, digest: null, attached: true },
  members: [
    [9, FETCH],
    [10, VALIDATE],
  ],
};
const OLD_PARTS: [unknown, unknown][] = [
  [9, FETCH],
  [10, VALIDATE],
  [12, RUN],
];
const FAMILIES: [name: string, drafts: string, bytes: Uint8Array][] = [
  [
    "before -08",
    "-04 to -07",
    old({ ...RIOT, shared: common(2, null), members: [[10, cbor([3, null])]] }),
  ],
  [
    "run-sequence 30",
    "-04 to -07",
    old({ ...RIOT, shared: common(2, null), members: [[9, cbor([30, FETCH])]] }),
  ],
  ["RIOT", "-08 to -09", old(RIOT)],
  ["ARM's suit-tool", "-10 to -11", old({ ...RIOT, digest: undefined, members: OLD_PARTS })],
  ["examples of -12", "-10 to -13", old({ hash: 2, tag: null, members: OLD_PARTS })],
  ["tag 48", "-10 to -13", old({ hash: 2, tag: 48, members: OLD_PARTS })],
  ["examples of -14", "-14 to -17", old({ hash: -16, members: OLD_PARTS })],
  ["no validation", "-14 to -17", old({ hash: -16, members: [[9, FETCH]] })],
  [
    "compression",
    "-14 to -15",
    old({
      hash: -16,
      members: OLD_PARTS,
      shared: common(-16, 15, [[19, cbor(map([[1, 1]]))]]),
    }),
  ],
  [
    "unpacking",
    "-14 to -15",
    old({ hash: -16, members: OLD_PARTS, shared: common(-16, 15, [[20, 1]]) }),
  ],
  [
    "run-sequence 32",
    "-08 to -09",
    old({ ...RIOT, shared: cbor(map([[4, cbor([32, RUN])]])), members: [[9, FETCH]] }),
  ],
  ["set-dependency-index", "-14 to -15", old({ hash: -16, members: [[10, cbor([13, 0])]] })],
  [
    "examples of -20",
    "-18 to -28",
    old({
      hash: -16,
      members: [
        [7, VALIDATE],
        [17, FETCH],
      ],
    }),
  ],
  [
    "check-content",
    "-20 to -28",
    old({
      hash: -16,
      members: [
        [7, cbor([6, 15])],
        [17, FETCH],
      ],
    }),
  ],
  [
    "texts without a language",
    "-18 to -23",
    old({
      hash: -16,
      members: [
        [7, VALIDATE],
        [23, cbor(map([[1, "lamp"]]))],
      ],
    }),
  ],
  [
    "texts by language",
    "-24 to -28",
    old({
      hash: -16,
      members: [
        [17, FETCH],
        [23, cbor(map([["en", map([[1, "lamp"]])]]))],
      ],
    }),
  ],
];

describe("older drafts (C39)", () => {
  for (const [name, drafts, bytes] of FAMILIES)
    it(`${name}: refused as written for ${drafts}`, () => {
      const sentence = `written for an older SUIT draft, draft-ietf-suit-manifest${drafts}`;
      const view = inspectEnvelope(bytes);
      assert.equal(view.note, sentence);
      assert.equal(view.olderDraft?.mixed, false);
      // The signature is genuine, and that is not enough.
      const report = authenticateForeign(bytes, [KEY]);
      assert.deepEqual(report.signatures[0].verifiedBy, ["k"]);
      assert.equal(report.digest, "ok");
      assert.equal(report.authentic, false);
      assert.equal(report.problems[0], sentence);
      const verdict = verifyEnvelope(bytes, DEVICE, () => undefined);
      assert.ok(!verdict.accepted);
      assert.ok(verdict.error.code > 100 && verdict.error.code < 900);
      assert.ok(verdict.error.advice.startsWith(`This envelope was ${sentence}: `));
    });

  it("the evidence is told, and only once each", () => {
    const { olderDraft, note } = inspectEnvelope(FAMILIES[6][2]);
    const found = olderDraft?.evidence.map((each) => each.found) ?? [];
    assert.equal(new Set(found).size, found.length);
    assert.ok(found.includes("manifest member 10 (validate)"));
    const lines = inspectLines(inspectEnvelope(FAMILIES[6][2]));
    assert.equal(lines[1], `note: ${note}`);
    assert.ok(lines.includes("  drafts -04 to -17: manifest member 10 (validate)"));
  });

  it("parts of several drafts are said to be mixed", () => {
    const mixed = inspectEnvelope(
      old({
        hash: 2,
        members: [
          [7, VALIDATE],
          [20, FETCH],
        ],
      }),
    );
    assert.match(mixed.note ?? "", /-04 to -13, mixed with parts of other drafts$/);
    assert.equal(mixed.olderDraft?.mixed, true);
    const apart = inspectEnvelope(old({ hash: 2, members: [[17, FETCH]] }));
    assert.match(apart.note ?? "", /-04 to -28, mixed with parts of other drafts$/);
  });

  it("what all drafts share is no sign of an older one", () => {
    const current: [unknown, unknown][][] = [
      [
        [7, VALIDATE],
        [9, RUN],
      ],
      [
        [7, VALIDATE],
        [20, FETCH],
      ],
      [
        [8, FETCH],
        [16, FETCH],
      ],
    ];
    for (const members of current)
      for (const tag of [107, null]) {
        const bytes = old({ hash: -16, tag, members });
        assert.equal(inspectEnvelope(bytes).olderDraft, undefined);
        assert.equal(draftAdvice(bytes), undefined);
        const verdict = verifyEnvelope(bytes, DEVICE, () => undefined);
        assert.ok(!verdict.accepted && !verdict.error.advice.includes("draft"));
      }
    for (const garbage of [new Uint8Array(0), Buffer.from("hello"), loose([1, 2])])
      assert.equal(draftAdvice(garbage), undefined);
  });

  it("texts of old drafts are shown", () => {
    const old23 = FAMILIES.find(([name]) => name === "texts without a language");
    assert.deepEqual(inspectEnvelope(old23?.[2] ?? new Uint8Array(0)).text, {
      "without language": { "manifest-description": "lamp" },
    });
  });
});
