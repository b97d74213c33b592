/**
 * Envelopes changed at random, from a fixed seed, some of them signed again: nothing but a refusal
 * may be thrown, nothing may change on a refusal, and only what was signed is accepted.
 */
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import * as errors from "../../device/errors.js";
import { fail, type Refusal, SIGNATURE_INVALID } from "../../device/errors.js";
import { useFeatures } from "../../device/suit/features.js";
import { judge, type Memory } from "../../device/suit/memory-target.js";
import { keyRecords } from "../../host/device-state.js";
import { verifyEnvelope } from "../../host/verify.js";
import { bstr, concat, hex, map, type Node } from "../support/cbor.js";
import {
  type Changes,
  checked,
  commands,
  device,
  digestOf,
  find,
  IMAGE,
  INSTALL,
  KEY,
  manifest,
  ONE,
  override,
  PAYLOAD,
  seal,
  sha256,
  TWO,
  twoComponents,
  URI,
} from "../support/envelopes.js";

const SEED = 0x5017ca5e;
const ROUNDS = 20000;
/** Every so many rounds the whole of verifyEnvelope runs, with the board's own Ed25519. */
const WHOLE = 10;

let state = SEED;
/** Mulberry32: a whole number below `limit`. */
function random(limit: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % limit;
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)];

const TOKENS = [
  "00 01 0f 17 18 19 1b 20 2f 32 38 3f 40 41 50 58 5a 5b 5f 60 61 7b 7f 80 81 82 84 9b 9f",
  "a0 a1 a2 bb bf c2 d2 d8 d86b d90430 f4 f5 f6 f7 f9 fb ff 1bffffffffffffffff 5affffffff",
  "9bffffffffffffffff 1a00010000 0c00 0cf5 140d 0e0f 150f f93c00 8181818181818181",
].flatMap((line) => line.split(" ").map(hex));

/** One change of some bytes. */
function changed(bytes: Uint8Array): Uint8Array {
  const at = random(bytes.length + 1);
  const size = 1 + random(pick([1, 4, 32]));
  const [before, part, behind] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + size),
    bytes.subarray(at + size),
  ];
  switch (random(8)) {
    case 0:
      return bytes.map((byte, i) => (i === at ? byte ^ (1 << random(8)) : byte));
    case 1:
      return bytes.map((byte, i) => (i === at ? random(256) : byte));
    case 2:
      return before;
    case 3:
      return concat(before, behind);
    case 4:
      return concat(before, part, part, behind);
    case 5:
      return concat(before, pick(TOKENS), part, behind);
    case 6:
      return concat(before, pick(TOKENS), part.subarray(1), behind);
    default:
      return concat(before, part.slice().reverse(), behind);
  }
}
function changedOften(bytes: Uint8Array): Uint8Array {
  let result = bytes;
  do for (let n = 1 + random(pick([1, 1, 4])); n; n--) result = changed(result);
  while (Buffer.from(result).equals(bytes));
  return result;
}

const VALUES: (() => Node)[] = [
  () => random(40),
  () => pick([2 ** 32, 2 ** 53 - 1, -1, -257, "", URI, "/one", null, true, false]),
  () => bstr(new Uint8Array(random(20))),
  () => bstr(digestOf(pick([IMAGE, ONE, TWO]))),
  () => [random(3), random(3)],
  () => pick(TOKENS),
  () => bstr([1 + random(6), [random(3), random(3)]]),
  () => bstr(map([pick([1, 1, 5, 2]), random(9)])),
];
const anything = (): Node => pick(VALUES)();
const codes = [1, 2, 3, 4, 5, 6, 12, 13, 14, 15, 18, 20, 21, 22, 23, 24, 25, 27, 28, 29, 31, 32];
const parameters = (): Uint8Array => {
  const keys = [...new Set([pick(codes), pick(codes), pick(codes)])].sort((a, b) => a - b);
  return map(...keys.map((key): [Node, Node] => [key, anything()]));
};
const command = (depth: number): Node[] => {
  const code = random(20) ? pick(codes) : random(40);
  if (code === 20) return [20, parameters()];
  if (code === 12) return [12, pick<Node>([0, 0, 1, true, [0, 1], [1]])];
  if (code === 32 && depth <= 4) return [32, bstr(sequence(depth + 1))];
  if (code !== 15 || depth > 4) return [code, pick<Node>([15, 15, 15, 2, 0, anything()])];
  const inner = () => bstr(sequence(depth + 1));
  return [
    15,
    pick<Node[]>([
      [inner(), inner()],
      [inner(), null],
      [inner(), inner(), null],
    ]),
  ];
};
const sequence = (depth: number): Node[] =>
  Array.from({ length: 1 + random(4) }, () => command(depth)).flat();

/** A well-formed manifest with commands put in at random. */
function restructured(): Uint8Array {
  const around = (items: Node[]) =>
    random(2) ? commands(...sequence(0), ...items) : commands(...items, ...sequence(0));
  const changes: Changes = {};
  if (!random(2)) changes[20] = around(INSTALL);
  if (!random(3)) changes[16] = around([3, 15]);
  if (!random(3)) changes[7] = around([3, 15]);
  if (!random(3)) changes[9] = around([23, 2]);
  if (!random(4)) changes[8] = around([3, 15]);
  if (!random(8)) changes[6] = bstr([random(3), random(3)]);
  if (!random(6)) changes[pick([1, 2, 3, 4, 7, 8, 9, 16, 20, 23])] = anything();
  return manifest(changes, random(3) ? {} : { 4: around(checked()) });
}

const severedSection = commands(...INSTALL);
const BASES: [envelope: Uint8Array, manifest: Uint8Array][] = [manifest()]
  .concat(manifest({ 23: digestOf(bstr(IMAGE)), 4: "coap://example" }))
  .concat(manifest({ 7: commands(15, [bstr([14, 15]), bstr([...override({ 13: true }), 3, 15])]) }))
  .map((content): [Uint8Array, Uint8Array] => [seal(content), content]);
{
  const content = manifest({ 20: digestOf(severedSection) });
  BASES.push([seal(content, { outside: [[20, severedSection], PAYLOAD] }), content]);
  const two = twoComponents();
  // The manifest is the last member: its byte string reaches to the end.
  const start = find(two, hex("a6 01 01 02"));
  BASES.push([two, two.subarray(start)]);
}

const known = new Set<unknown>(Object.values(errors).filter((value) => typeof value === "number"));
const publicKey = createPublicKey({
  key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(KEY.publicKey).toString("base64url") },
  format: "jwk",
});
const payload = (uri: string) => ({ "/one": ONE, "/two": TWO })[uri];
const own = device();

/** The board's code with Node's Ed25519, which is fifty times faster. */
function judged(envelope: Uint8Array): { error: number; contents: Memory["contents"] } {
  const memory: Memory = {
    trust: {
      trusted: keyRecords(own.keys),
      hash: sha256,
      verify: (block) => {
        if (!verify(null, block.subarray(96), publicKey, block.subarray(0, 64)))
          fail(SIGNATURE_INVALID, 0);
      },
    },
    identity: [own.vendor, own.class, own.device],
    slot: own.slot,
    slotSize: own.slotSize,
    floor: own.sequence,
    contents: {},
    payload,
  };
  useFeatures({ battery: false, dependencies: false });
  try {
    assert.ok(judge(envelope, memory) > own.sequence);
    return { error: 0, contents: memory.contents };
  } catch (thrown) {
    const { c, a } = thrown as Refusal;
    if (!known.has(c)) throw thrown;
    assert.ok(Number.isSafeInteger(a) && a >= 0, `${a}`);
    assert.deepEqual(memory.contents, {});
    return { error: c, contents: memory.contents };
  }
}

/** Plays one envelope; gives the error's number. */
function round(envelope: Uint8Array, whole: boolean): number {
  const original = envelope.slice();
  const { error, contents } = judged(envelope);
  for (const bytes of Object.values(contents))
    assert.ok([IMAGE, ONE, TWO].some((image) => Buffer.from(image).equals(bytes)));
  if (whole) {
    const verdict = verifyEnvelope(envelope, own, payload);
    assert.equal(verdict.accepted ? 0 : verdict.error.code, error);
  }
  assert.deepEqual(envelope, original);
  return error;
}

describe(`attacks: fuzz, seed ${SEED}`, () => {
  const run = (rounds: number, make: () => Uint8Array): Map<number, number> => {
    const counts = new Map<number, number>();
    for (let i = 0; i < rounds; i++) {
      const envelope = make();
      try {
        const error = round(envelope, i % WHOLE === 0);
        counts.set(error, (counts.get(error) ?? 0) + 1);
      } catch (error) {
        console.error(`round ${i}: ${Buffer.from(envelope).toString("hex")}`);
        throw error;
      }
    }
    return counts;
  };

  it("the envelopes that are changed are accepted", () => {
    for (const [envelope] of BASES) assert.equal(round(envelope, true), 0);
  });

  for (const [i, [envelope]] of BASES.entries())
    it(`changed bytes of envelope ${i}: never accepted`, () => {
      const counts = run((ROUNDS * 0.4) / BASES.length, () => changedOften(envelope));
      assert.ok(counts.size > 10, `${counts.size}`);
      assert.equal(counts.get(0), undefined);
    });

  it("changed bytes of a manifest, signed again", () => {
    const outside = [PAYLOAD];
    const counts = run(ROUNDS * 0.3, () => seal(changedOften(pick(BASES)[1]), { outside }));
    assert.ok(counts.size > 25 && counts.get(0), `${counts.size}`);
  });

  it("well-formed manifests with commands put in, signed", () => {
    const counts = run(ROUNDS * 0.3, () => seal(restructured()));
    assert.ok(counts.size > 20 && counts.get(0), `${counts.size}`);
  });
});
