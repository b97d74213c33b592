/**
 * The board's processor gives the same verdicts in the real interpreter as in Node: accepted with the
 * same sequence number and the same components, or refused with the same number at the same place.
 */
import assert from "node:assert/strict";
import { COMMAND_UNSUPPORTED, MANIFEST_KEY, PARAMETER_UNSUPPORTED } from "../../device/errors.js";
import { authenticate, digestAt, manifestAt, manifestEnd } from "../../device/suit/envelope.js";
import { useTrust } from "../../device/suit/trust.js";
import type { DeviceState } from "../../host/device-state.js";
import { verifyOnHost } from "../../host/verify.js";
import { map } from "../support/cbor.js";
import { CHOSEN, type DerivedCase, PLAIN, UNSUPPORTED } from "../support/derived-cases.js";
import {
  type EngineCase,
  type EngineVerdict,
  envelopeCase,
  runCases,
} from "../support/engine-cases.js";
import { describeEngine } from "../support/engine-rig.js";
import { listed, nodeVerdict, numberOf, sha256 } from "../support/engine-verdicts.js";
import { commands, device, INSTALL, install, update } from "../support/envelopes.js";
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

function deviceOf({ device }: DerivedCase): DeviceState {
  const keys = [{ public: device.publicKey, kid: new Uint8Array(0), roles: ["author"] }];
  return { ...device, keys, slotSize: 0 };
}

function urisOf({ device }: DerivedCase): [string, Uint8Array][] {
  const payload = device.payload(URI);
  return payload ? [[URI, payload]] : [];
}

/**
 * Cases whose good signatures the interpreter need not compute again, 2.4 s each, because Node has:
 * every other one it verifies itself.
 */
function judged(each: SuiteCase): { text: string; good: string[] } {
  const good: string[] = [];
  const payloads = new Map(payloadsOf(each));
  const payload = (uri: string) => payloads.get(uri);
  const text = nodeVerdict(envelopeOf(each), deviceStateOf(each), payload, (block) => {
    verifyOnHost(block);
    good.push(Buffer.from(block).toString("base64"));
  });
  return { text, good };
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
  useTrust({ trusted: new Uint8Array(48), hash: sha256, verify: () => {} });
  authenticate(envelope);
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
      const { payload } = each.device;
      assert.equal(
        text,
        nodeVerdict(each.envelope, deviceOf(each), payload, verifyOnHost),
        each.id,
      );
      assert.equal(numberOf(text), each.error, each.id);
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
      const part = SUITE.slice(from, from + RUN).map((each) => ({ each, node: judged(each) }));
      const verdicts = await runCases(
        part.map(({ each, node }) => ({ ...engineCaseOf(each), good: node.good })),
      );
      for (const { each, node } of part) {
        const { text } = verdicts.get(each.id) as EngineVerdict;
        assert.equal(text, node.text, each.id);
        assert.equal(numberOf(text), errorOf(each), each.id);
        if (!errorOf(each))
          assert.equal(text.split(" ")[2], listed(each.components ?? {}), each.id);
        done++;
      }
    }
    assert.ok(done > 600 && done === SUITE.length);
    console.log(`      ${done} cases in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  });

  it("C28: are those of Node for codes whose lower 32 bits are another code", async () => {
    const high = (code: number) => 2 ** 32 + code;
    const envelopes: [id: string, number: number, envelope: Uint8Array][] = [
      ["command", COMMAND_UNSUPPORTED, install(...INSTALL, high(3), 15)],
      ["directive", COMMAND_UNSUPPORTED, install(high(21), 2, ...INSTALL)],
      ["parameter", PARAMETER_UNSUPPORTED, install(20, map([high(5), 0]), ...INSTALL)],
      ["member", MANIFEST_KEY, update({ [high(7)]: commands(3, 15) })],
    ];
    const state = device();
    const cases = envelopes.map(([id, , envelope]) => envelopeCase(id, envelope, state, [], true));
    const verdicts = await runCases(cases);
    for (const [id, number, envelope] of envelopes) {
      const node = nodeVerdict(
        envelope,
        state,
        () => undefined,
        () => {},
      );
      assert.equal(numberOf(node), number, id);
      assert.equal(verdicts.get(id)?.text, node, id);
    }
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
      const { payload } = each.device;
      expected.set(
        id,
        nodeVerdict(envelope, deviceOf(each), payload, () => {}),
      );
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
