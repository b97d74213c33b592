/**
 * The board's processor gives the same verdicts in the real interpreter as in Node: accepted with the
 * same sequence number and the same components, or refused with the same number at the same place.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { authenticate, digestAt, manifestAt, manifestEnd } from "../../device/suit/envelope.js";
import { useFeatures } from "../../device/suit/features.js";
import { judge } from "../../device/suit/memory-target.js";
import type { DeviceState } from "../../host/device-file.js";
import { keyRecords } from "../../host/device-file.js";
import { verifyEnvelope } from "../../host/verify.js";
import { CHOSEN, type DerivedCase, PLAIN, UNSUPPORTED } from "../support/derived-cases.js";
import {
  type EngineCase,
  type EngineVerdict,
  envelopeCase,
  runCases,
} from "../support/engine-cases.js";
import { describeEngine } from "../support/engine-rig.js";
import {
  deviceStateOf,
  envelopeOf,
  errorOf,
  payloadsOf,
  SUITE,
  type SuiteCase,
} from "../support/suite-cases.js";
import { engineCaseOf } from "../support/suite-engine-cases.js";

const ALL = [...PLAIN, ...CHOSEN, ...UNSUPPORTED];
/** Cases that one run of the interpreter judges. */
const RUN = 200;
const URI = "coap://upd.example/fw.bin";
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());

function deviceOf({ device }: DerivedCase): DeviceState {
  const keys = [{ public: device.publicKey, kid: new Uint8Array(0), roles: ["author"] }];
  return { ...device, keys, slotSize: 0 };
}

function urisOf({ device }: DerivedCase): [string, Uint8Array][] {
  const payload = device.payload(URI);
  return payload ? [[URI, payload]] : [];
}

/** Components as the interpreter prints them. */
function listed(components: [string, Uint8Array][]): string {
  return components
    .map(([id, digest]) => [Buffer.from(id, "latin1"), Buffer.from(digest)])
    .sort(([a], [b]) => Buffer.compare(a, b))
    .map(([id, digest]) => `${id.toString("base64")}=${digest.toString("base64")}`)
    .join();
}

/** The components of the suite's index, as the interpreter prints them. */
const indexed = ({ components = {} }: SuiteCase) =>
  listed(
    Object.entries(components).map(([id, hex]): [string, Uint8Array] => [
      Buffer.from(id, "hex").toString("latin1"),
      Buffer.from(hex, "hex"),
    ]),
  );

/** What `suitcase verify` makes of a case, in the interpreter's words. */
function nodeVerdict(
  envelope: Uint8Array,
  device: DeviceState,
  payload: (uri: string) => Uint8Array | undefined,
): string {
  const node = verifyEnvelope(envelope, device, payload);
  if (!node.accepted) return `refuse ${node.error.code} ${/\d+/.exec(node.error.at)?.[0] ?? "0"}`;
  const list = Object.entries(node.components).map(([id, hex]): [string, Uint8Array] => [
    Buffer.from(id, "hex").toString("latin1"),
    Buffer.from(hex, "hex"),
  ]);
  return `accept ${node.sequence} ${listed(list)}`;
}

/** What Node makes of an envelope whose signature does not matter, in the interpreter's words. */
function openVerdict(each: DerivedCase, envelope: Uint8Array): string {
  const { vendor, class: kind, device, slot, sequence, components } = deviceOf(each);
  const contents: Record<string, Uint8Array> = Object.create(null);
  useFeatures({ battery: false, dependencies: true });
  for (const [id, bytes] of components) contents[Buffer.from(id, "hex").toString("latin1")] = bytes;
  try {
    const accepted = judge(envelope, {
      trust: { trusted: keyRecords(deviceOf(each).keys), hash: sha256, verify: () => {} },
      identity: [vendor, kind, device],
      slot,
      slotSize: 0,
      floor: sequence,
      contents,
      payload: each.device.payload,
    });
    const list = Object.entries(contents).map(([id, b]): [string, Uint8Array] => [id, sha256(b)]);
    return `accept ${accepted} ${listed(list)}`;
  } catch (thrown) {
    const { c, a } = thrown as { c?: number; a?: number };
    return c ? `refuse ${c} ${a}` : `fault ${thrown}`;
  }
}

/** mulberry32: the same cases in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Bytes at which a CBOR reader has to make up its mind. */
const EDGES = [
  ...[
    0x00, 0x01, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x38, 0x40, 0x58, 0x5a, 0x5b, 0x5f,
  ],
  ...[
    0x60, 0x78, 0x80, 0x82, 0x98, 0x9b, 0x9f, 0xa0, 0xa1, 0xb8, 0xbb, 0xbf, 0xc0, 0xd8, 0xf4, 0xf5,
  ],
  ...[0xf6, 0xf7, 0xf8, 0xf9, 0xfb, 0xff],
];

/** Damages an envelope and, unless the damage is in front of the manifest, puts its digest right. */
function damage(envelope: Uint8Array, next: (below: number) => number): Uint8Array {
  authenticate(envelope, { trusted: new Uint8Array(48), hash: sha256, verify: () => {} });
  const [digest, from, end] = [digestAt + 4, manifestAt, manifestEnd];
  let damaged = envelope.slice();
  const kind = next(8);
  const at = kind === 7 ? next(envelope.length) : from + 3 + next(end - from - 3);
  if (kind < 2) damaged[at] ^= 1 << next(8);
  else if (kind < 5) damaged[at] = EDGES[next(EDGES.length)];
  else if (kind === 5) damaged.copyWithin(at, at + 1, end);
  else if (kind === 6) damaged.copyWithin(at, from + 3 + next(end - from - 3), end);
  else damaged = damaged.slice(0, at);
  if (damaged.length > digest + 32 && kind < 7)
    damaged.set(sha256(damaged.slice(from, end)), digest);
  return damaged;
}

describeEngine("verdicts in the real interpreter", function () {
  this.slow(120_000);

  it("are those of Node for every derived vector", async () => {
    const cases = ALL.map((each) =>
      envelopeCase(each.id, each.envelope, deviceOf(each), urisOf(each)),
    );
    const start = Date.now();
    const verdicts = await runCases(cases);
    const seconds = (Date.now() - start) / 1000;
    for (const each of ALL) {
      const { text } = verdicts.get(each.id) as EngineVerdict;
      assert.equal(text, nodeVerdict(each.envelope, deviceOf(each), each.device.payload), each.id);
      assert.equal(text.startsWith("accept") ? 0 : Number(text.split(" ")[1]), each.error, each.id);
    }
    const slow = [...verdicts.values()].map((each) => each.milliseconds).sort((a, b) => a - b);
    console.log(
      `      ${cases.length} vectors in ${seconds.toFixed(1)} s, ` +
        `one with a good signature ${verdicts.get("p01-integrated")?.milliseconds} ms, ` +
        `the slowest ${slow.at(-1)} ms`,
    );
  });

  it("are those of Node, and of the index, for every case of the published suite", async () => {
    const start = Date.now();
    let done = 0;
    for (let from = 0; from < SUITE.length; from += RUN) {
      const part = SUITE.slice(from, from + RUN);
      const verdicts = await runCases(part.map(engineCaseOf));
      for (const each of part) {
        const { text } = verdicts.get(each.id) as EngineVerdict;
        const payloads = new Map(payloadsOf(each));
        const payload = (uri: string) => payloads.get(uri);
        assert.equal(text, nodeVerdict(envelopeOf(each), deviceStateOf(each), payload), each.id);
        const [word, number, components] = text.split(" ");
        assert.equal(word === "accept" ? 0 : Number(number), errorOf(each), each.id);
        if (word === "accept") assert.equal(components, indexed(each), each.id);
        done++;
      }
    }
    assert.ok(done > 600 && done === SUITE.length);
    console.log(`      ${done} cases in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  });

  it("are those of Node for damaged manifests whose signature is taken as good", async () => {
    const next = random(20_261_123);
    const good = ALL.filter(({ error }) => error === 0);
    const cases: EngineCase[] = [];
    const expected = new Map<string, string>();
    for (let i = 0; i < 2000; i++) {
      const each = good[i % good.length];
      const envelope = damage(each.envelope, next);
      const id = `${i}:${each.id}`;
      cases.push(envelopeCase(id, envelope, deviceOf(each), urisOf(each), true));
      expected.set(id, openVerdict(each, envelope));
    }
    const start = Date.now();
    const verdicts = await runCases(cases);
    for (const [id, text] of expected) assert.equal(verdicts.get(id)?.text, text, id);
    const kinds = new Set([...expected.values()].map((text) => text.split(" ")[1]));
    assert.ok(![...expected.values()].some((text) => text.startsWith("fault")));
    assert.ok(kinds.size > 20, `${[...kinds]}`);
    console.log(
      `      ${cases.length} envelopes, ${kinds.size} different ends, ` +
        `in ${((Date.now() - start) / 1000).toFixed(1)} s`,
    );
  });
});
