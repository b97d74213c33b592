/** Envelopes of others against what is expected of them; docs/foreign-envelopes.md argues the rest. */
import assert from "node:assert/strict";
import { createDecipheriv, createHash } from "node:crypto";
import { encode, Tagged } from "cborg";
import { inspectEnvelope } from "../../host/author/inspect.js";
import { authenticateForeign } from "../../host/suit/foreign/authenticate.js";
import { readCbor } from "../../host/suit/read.js";
import { verifyEnvelope } from "../../host/verify.js";
import {
  type Entry,
  readVector,
  type Summary,
  summarize,
  vectorGroup,
  vectorKeys,
} from "../support/foreign-vectors.js";

const GROUPS = [
  ...["spec37", "spec37-ed25519", "libcsuit", "nordic", "old-drafts", "trust-domains"],
  "firmware-encryption",
];

/** Where this tool sees something else than the index, and why: docs/foreign-envelopes.md. */
const DIFFERENCES: Record<string, Partial<Summary>> = {
  // The index notes that the digest fits without the head of the byte string ("ok-raw").
  "suit/old-drafts/arm09-example2.suit": { severable: { "9": "ok", "13": "mismatch" } },
};

const DEVICE = {
  ...{ vendor: new Uint8Array(16), class: new Uint8Array(16), device: new Uint8Array(16) },
  ...{ keys: [], sequence: 0, slot: 0, slotSize: 0, components: new Map<string, Uint8Array>() },
};

/** Drafts as the index names them: `draft-ietf-suit-manifest-12`, or `-09..12`. */
function draftsOf({ draft = "" }: Entry): [number, number] {
  const [first, last] = draft.split("-").at(-1)?.split("..") ?? [];
  return [Number(first), Number(last ?? first)];
}

/** The envelope is refused as old, by both sides, and the draft named is the one it was made for. */
function assertOld(entry: Entry, bytes: Uint8Array): void {
  const { olderDraft } = inspectEnvelope(bytes);
  const [first, last] = draftsOf(entry);
  assert.ok(olderDraft && olderDraft.first <= last && olderDraft.last >= first, entry.draft);
  assert.equal(olderDraft.mixed, false);
  const { authentic, problems } = authenticateForeign(bytes, vectorKeys());
  assert.equal(authentic, false);
  assert.equal(problems[0], olderDraft.sentence);
  const verdict = verifyEnvelope(bytes, DEVICE, () => undefined);
  assert.ok(!verdict.accepted && verdict.error.advice.includes(olderDraft.sentence));
}

/** Exactly the key named by the index makes it authentic, with canonical order or leniently. */
function assertAuthentic(entry: Entry, bytes: Uint8Array, canonical: boolean): void {
  assert.equal(inspectEnvelope(bytes).olderDraft, undefined);
  for (const key of vectorKeys()) {
    const isIts = key.label === entry.key;
    const lenient = authenticateForeign(bytes, [key], { lenientOrder: true });
    assert.equal(lenient.authentic, isIts, `${key.label}: ${lenient.problems}`);
    assert.equal(authenticateForeign(bytes, [key]).authentic, isIts && canonical, key.label);
  }
}

function assertExpected(entry: Entry): void {
  const bytes = readVector(entry.file);
  const { expect = "", summary } = entry;
  if (summary && "canonical" in summary) {
    const expected = { ...summary, ...DIFFERENCES[entry.file] };
    assert.deepEqual(summarize(bytes, vectorKeys()), expected);
  }
  if (/no authentication block/.test(expect)) {
    const report = authenticateForeign(bytes, vectorKeys());
    assert.deepEqual([report.authentic, report.signatures], [false, []]);
    assert.deepEqual(report.problems, []);
  } else if (summary && "canonical" in summary && !summary.canonical)
    assertAuthentic(entry, bytes, false);
  else if (/^reject|\(reject\)/.test(expect)) assertOld(entry, bytes);
  else {
    assert.match(expect, /accept/);
    assertAuthentic(entry, bytes, true);
  }
}

/** Reads SUIT_Encryption_Info with the tool's reader and decrypts what belongs to it. */
function decrypted({ file, payload = "", kek_hex: kek = "" }: Entry): string {
  const reading = readCbor(readVector(file));
  assert.deepEqual(reading?.oddities, []);
  const info = reading?.value;
  assert.ok(info instanceof Tagged && info.tag === 96);
  const [head, open, , recipients] = info.value as [
    Uint8Array,
    Map<number, unknown>,
    null,
    [Uint8Array, unknown, Uint8Array][],
  ];
  const [, , wrapped] = recipients[0];
  const ivOfWrap = Buffer.alloc(8, 0xa6);
  const unwrap = createDecipheriv("id-aes128-wrap", Buffer.from(kek, "hex"), ivOfWrap);
  const cek = Buffer.concat([unwrap.update(wrapped), unwrap.final()]);
  const iv = open.get(5) as Uint8Array;
  const body = readVector(payload);
  if (head.length === 0) return createDecipheriv("aes-128-ctr", cek, iv).update(body).toString();
  const gcm = createDecipheriv("aes-128-gcm", cek, iv);
  gcm.setAAD(encode(["Encrypt", head, new Uint8Array(0)])).setAuthTag(body.subarray(-16));
  return gcm.update(body.subarray(0, -16)).toString() + gcm.final("utf8");
}

describe("envelopes of others", () => {
  if (!vectorGroup(GROUPS[0])) {
    it("need SUITCASE_VECTORS, the folder of their files", function () {
      console.log("    not checked: envelopes of others; set SUITCASE_VECTORS to their folder");
      this.skip();
    });
    return;
  }
  for (const group of GROUPS) {
    const entries = vectorGroup(group) ?? [];
    it(`${group}: has files`, () => assert.ok(entries.length > 0));
    for (const entry of entries)
      it(`${entry.file}: ${entry.expect ?? entry.kind}`, () => {
        const sum = createHash("sha256").update(readVector(entry.file)).digest("hex");
        assert.equal(sum, entry.sha256);
        if (entry.kind === "suit-envelope") assertExpected(entry);
        else if (entry.kind === "SUIT_Encryption_Info")
          assert.ok(entry.expect?.includes(`"${decrypted(entry)}"`));
        else assert.equal(entry.kind, "ciphertext");
      });
  }
});
