/** Findings of the second review (R1 ...): each is what the board should do. */
import assert from "node:assert/strict";
import { decode } from "cborg";
import {
  cbor,
  encodeDigest,
  encodeEnvelope,
  encodeSignature,
  encodeWrapper,
  manifestDigest,
  sha256,
} from "../../host/author/encode.js";
import {
  agentOf,
  app,
  CLASS,
  KEY,
  type Made,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  VENDOR,
} from "../support/sim-board.js";

const profile = profileOf("joltjs", 20);
const linux = profileOf("linux", 20);
const AGENT = agentOf(profile);

type Command = unknown;
interface Recipe {
  names: string[];
  shared?: Command[];
  install?: Command[];
  validate?: Command[];
  invoke?: Command[];
  members?: [string, Uint8Array][];
  extra?: [number, unknown][];
}

const IDENTITY = [
  20,
  new Map<number, unknown>([
    [1, VENDOR],
    [2, CLASS],
  ]),
  1,
  15,
  2,
  15,
];
const image = (bytes: Uint8Array): [number, unknown][] => [
  [3, encodeDigest(sha256(bytes))],
  [14, bytes.length],
];
const set = (...members: [number, unknown][]): Command[] => [20, new Map(members)];

/** A signed envelope of any sequences. */
function craft(sequence: number, recipe: Recipe, files: Record<string, Uint8Array> = {}): Made {
  const common = new Map<number, unknown>([
    [2, recipe.names.map((name) => [Buffer.from(name)])],
    [4, cbor(recipe.shared ?? [12, true, ...IDENTITY])],
  ]);
  const map = new Map<number, unknown>([
    [1, 1],
    [2, sequence],
    [3, cbor(common)],
  ]);
  for (const [key, value] of recipe.extra ?? []) map.set(key, value);
  if (recipe.validate) map.set(7, cbor(recipe.validate));
  if (recipe.invoke) map.set(9, cbor(recipe.invoke));
  if (recipe.install) map.set(20, cbor(recipe.install));
  const manifest = cbor(map);
  const digest = manifestDigest(manifest);
  const wrapper = encodeWrapper(digest, [encodeSignature(digest, KEY)]);
  return {
    ...release(profile, sequence, "crafted"),
    name: "crafted",
    manifest,
    digest,
    envelope: encodeEnvelope(wrapper, manifest, recipe.members ?? []),
    payload: (uri) => files[uri],
  };
}

const FETCH = [21, 15];
const fetchOf = (index: number, bytes: Uint8Array, uri: string): Command[] => [
  12,
  index,
  ...set(...image(bytes), [21, uri]),
  ...FETCH,
];

const reportOf = (sim: SimBoard) =>
  decode(sim.link.read(7, {}).report as Uint8Array, { useMaps: true }) as Map<number, unknown>;

describe("review 2", () => {
  it("R1: a wrong payload for a place that copy left without a component is no success", () => {
    const [first, second] = [app("first"), app("second")];
    const made = craft(2, {
      names: ["agent", "app", "data"],
      install: [
        ...fetchOf(0, AGENT, "agent"),
        ...fetchOf(1, first, "first"),
        ...fetchOf(2, second, "second"),
        ...[12, 1],
        ...set(...image(second), [22, 2]),
        22,
        15,
      ],
      invoke: [12, 1, 23, 2],
    });
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const { state, error } = sim.stage(made, () => new Uint8Array(first.length));
    assert.deepEqual([state, error], [REFUSED, 323]);
    assert.equal(sim.state().floor, 1);
  });

  for (const kind of [profile, linux])
    it(`R2: an empty component is refused before flash is touched, or installed (${kind.name})`, () => {
      const empty = new Uint8Array(0);
      const own = agentOf(kind);
      const made = craft(2, {
        names: ["agent", "app"],
        install: [
          ...[12, 1],
          ...set([3, encodeDigest(sha256(empty))], [18, empty]),
          18,
          15,
          ...fetchOf(0, own, "agent"),
        ],
        invoke: [12, 1, 23, 2],
      });
      const sim = new SimBoard(kind, { firmware: release(kind, 1, "one") });
      const before = sim.flash.digest();
      const { state, error } = sim.stage(made, () => own);
      if (state === REFUSED) assert.equal(sim.flash.digest(), before, `error ${error}`);
      else {
        sim.advance(3000);
        assert.deepEqual([sim.state().reason, sim.runs(made)], [0, true]);
      }
    });

  it("R3: after a fault of the flash nothing is taken any more, spoilt payload before or not", () => {
    const components = (name: string) => [
      { name: "app", bytes: app(name) },
      { name: "agent", bytes: AGENT },
    ];
    const firmware = release(profile, 1, "one", { components: components("one") });
    const sim = new SimBoard(profile, { firmware });
    const made = release(profile, 2, "two", { components: components("two") });
    const offered = sim.offer(made.envelope);
    const session = { stream_session_id: offered.stream_session_id };
    const good = made.payload("app");
    sim.link.upload(
      4,
      good.map((byte) => byte ^ 1),
      session,
    );
    assert.equal(sim.answer().error, 323);
    // The agent, which is carried over, is damaged in the running slot.
    sim.flip(sim.slotAt(0) + 7000, 1);
    let reply = sim.answer();
    for (let turn = 0; turn < 8 && reply.error !== 501; turn++) {
      sim.link.upload(4, good, session);
      reply = sim.answer();
    }
    assert.equal(reply.error, 501);
    assert.equal(reply.stream_session_id, undefined, "still asks for a payload");
    // What it does with more: the last component's block begins in the middle of the first.
    sim.flip(sim.slotAt(0) + 7000, 1);
    for (let turn = 0; turn < 4 && reply.state !== STAGED; turn++) {
      sim.link.upload(4, new Uint8Array(good.length).fill(32), session);
      reply = sim.answer();
    }
    assert.notEqual(reply.state, STAGED, "staged what was never compared");
  });

  it("R4: identity is checked even when nothing is fetched", () => {
    const one = release(profile, 1, "one");
    const sim = new SimBoard(profile, { firmware: one });
    const made = craft(7, {
      names: ["agent", "app"],
      shared: [12, 0, ...set(...image(AGENT)), 12, 1, ...set(...image(app("one")))],
      validate: [12, true, 3, 15],
    });
    const before = sim.flash.digest();
    const { state, error } = sim.stage(made);
    assert.deepEqual([state, error], [REFUSED, 315]);
    assert.equal(sim.flash.digest(), before);
  });

  it("R5: a report names nothing of an earlier manifest", () => {
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const first = craft(2, {
      names: ["agent"],
      extra: [[4, "https://first.example/"]],
      shared: [...IDENTITY, 14, 15],
      validate: [3, 15],
    });
    sim.offer(first.envelope);
    const spoilt = release(profile, 3, "three").envelope.slice();
    spoilt[90] ^= 1;
    const reply = sim.offer(spoilt);
    assert.equal(reply.error, 203);
    const [uri] = reportOf(sim).get(99) as unknown[];
    assert.equal(uri, "");
  });

  it("R9: a report of the latest attempt follows an offer of what runs", () => {
    const one = release(profile, 1, "one");
    const sim = new SimBoard(profile, { firmware: one });
    sim.offer(new Uint8Array([1, 2, 3]));
    assert.notEqual(reportOf(sim).get(4), true);
    assert.equal(sim.offer(one.envelope).state, 5);
    assert.equal(reportOf(sim).get(4), true);
  });

  it("R10: a refusal behind the last command does not blame that command", () => {
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const made = release(profile, 2, "two");
    sim.stage(made, (uri) => made.payload(uri).map((byte) => byte ^ 1));
    const result = reportOf(sim).get(4) as Map<number, unknown>;
    const record = result.get(6) as unknown[];
    assert.equal(result.get(5), 323);
    assert.notEqual(
      record[1],
      9,
      `section ${record[1]}, offset ${record[2]}, component ${record[3]}`,
    );
  });

  it("R11: a free order inside of a nested sequence does not end the one around it", () => {
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const inner = cbor([12, 1, ...set([12, false])]);
    const make = (nested: Command[]) =>
      craft(2, {
        names: ["agent", "app"],
        shared: [12, true, ...IDENTITY],
        install: [
          ...fetchOf(0, AGENT, "agent"),
          ...[12, 1],
          ...set(...image(AGENT), [22, 0]),
          ...[12, 0],
          ...set([12, false]),
          ...FETCH,
          ...nested,
          ...[12, 1],
          22,
          15,
        ],
      });
    assert.equal(sim.offer(make([]).envelope).error, 335);
    assert.equal(sim.offer(make([32, inner]).envelope).error, 335);
  });

  it("sound: an offer during WANTED, and what is sent for the first one afterwards", () => {
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const [two, three] = [release(profile, 2, "two"), release(profile, 3, "three")];
    const session = sim.offer(two.envelope).stream_session_id;
    const bad = three.envelope.slice();
    bad[90] ^= 1;
    assert.equal(sim.offer(bad).error, 203);
    const before = sim.flash.digest();
    const sent = sim.link.upload(4, two.payload("app"), { stream_session_id: session });
    assert.equal(sent.error, 603);
    assert.equal(sim.flash.digest(), before);
    assert.equal(sim.stage(three).state, STAGED);
    sim.advance(4000);
    assert.ok(sim.runs(three));
  });

  it("R20: a manifest that waits is not authenticated again and again", () => {
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const made = craft(2, {
      names: ["agent"],
      shared: IDENTITY,
      install: [...set([29, cbor(new Map([[1, 5]]))]), 29, 15],
    });
    let verified = 0;
    sim.board.on("native", (operation: number) => {
      if (operation === 2) verified++;
    });
    assert.equal(sim.offer(made.envelope).state, 7);
    sim.advance(100_000);
    assert.equal(verified, 1);
  });

  it("sound: cuts at every operation of a plan with copies, swaps, carry-over and integrated content", () => {
    const [x, y, z] = [app("x"), new Uint8Array(5001).fill(65), new Uint8Array(Buffer.from("zz"))];
    const confirmed = app("go");
    const made = craft(
      2,
      {
        names: ["agent", "app", "a", "b", "c", "d"],
        install: [
          ...fetchOf(2, confirmed, "#go"),
          ...fetchOf(3, y, "y"),
          ...[12, 1],
          ...set(...image(y), [22, 3]),
          22,
          15,
          ...[12, 1],
          ...set(...image(confirmed), [22, 2]),
          31,
          15,
          3,
          15,
          ...[12, 2],
          ...set(...image(y)),
          3,
          15,
          ...[12, 4],
          ...set([3, encodeDigest(sha256(z))], [18, z]),
          18,
          15,
          ...fetchOf(5, x, "x"),
          ...[12, 0],
          ...set(...image(AGENT)),
        ],
        invoke: [12, 1, 23, 2],
        members: [["#go", confirmed]],
      },
      { y, x },
    );
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one") });
    const start = sim.flash.snapshot();
    const all = sim.watch();
    sim.update(made);
    assert.ok(sim.runs(made) && sim.said === "go");
    const count = all.length;
    assert.ok(count > 30, String(count));
    for (let at = 0; at < count; at += 3)
      for (const cut of [
        { when: "before" },
        { when: "inside", program: "half", erase: "half" },
        { when: "after" },
      ]) {
        sim.restore(start);
        sim.watch((_, index) => (index === at ? (cut as never) : undefined));
        try {
          sim.update(made);
        } catch (error) {
          if ((error as Error).name !== "BoardOff") throw error;
        }
        sim.flash.onOperation(undefined);
        sim.reconnect();
        sim.board.powerOn();
        sim.update(made);
        assert.ok(sim.runs(made), `${at} ${JSON.stringify(cut)}`);
      }
  });
});
