import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { encode, Tagged } from "cborg";
import { hostError } from "../../host/errors-cli.js";
import { framedTransport } from "../../host/link/stream.js";
import type { Transport } from "../../host/link/transport.js";
import { push } from "../../host/push.js";
import type { PushEvent, PushLimits, PushOptions, PushResult } from "../../host/push-types.js";
import { type Faults, FaultyLink } from "../support/faulty-link.js";
import { StubBoard, type StubOptions } from "../support/stub-board.js";

const LIMITS: Partial<PushLimits> = {
  timing: { first: 15, longest: 60, attempts: 6 },
  backoff: { first: 1, longest: 10 },
  poll: { first: 1, longest: 10 },
  reconnect: 2000,
  trial: 5000,
};

const bytes = (size: number, seed = 1) =>
  Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 17 + (i >> 8)) & 0xff);
const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest();

/** An envelope whose manifest holds the sequence number and some padding. */
function makeEnvelope(sequence: number, padding: number, members: Record<string, Uint8Array> = {}) {
  const manifest = encode(
    new Map<number, unknown>([
      [1, 1],
      [2, sequence],
      [3, bytes(padding, sequence)],
    ]),
  );
  const map = new Map<unknown, unknown>([[2, bytes(8)]]).set(3, manifest);
  for (const [name, data] of Object.entries(members)) map.set(name, data);
  const envelope = Uint8Array.from(encode(new Tagged(107, map)));
  const digest = sha256(encode(manifest));
  return { envelope, digest };
}

const APP = bytes(603, 2);
const V2 = makeEnvelope(2, 150);

interface Run {
  board: StubBoard;
  link: FaultyLink;
  events: PushEvent[];
  result: Promise<PushResult>;
}

function boardFor(digest: Uint8Array, options: StubOptions = {}): StubBoard {
  return new StubBoard({
    bufferSize: 128,
    resources: [{ uri: "app.bin", bytes: APP }],
    trial: { end: "confirm", after: 5 },
    digestOf: () => digest,
    ...options,
  });
}

function start(
  board = boardFor(V2.digest),
  faults: Faults = {},
  options: Partial<PushOptions> = {},
): Run {
  const link = new FaultyLink(board, faults);
  const events: PushEvent[] = [];
  const result = push({
    connect: async () => framedTransport(link.open(), "stub"),
    envelope: V2.envelope,
    fetchPayload: async () => APP,
    onEvent: (event) => events.push(event),
    ...options,
    limits: { ...LIMITS, ...options.limits },
  });
  return { board, link, events, result };
}

function assertInstalled(board: StubBoard, app = APP, digest = V2.digest) {
  assert.deepEqual(board.flash.running.digest, digest);
  assert.deepEqual(Buffer.from(board.flash.payload.parts.get("app.bin") ?? []), Buffer.from(app));
}

const chunks = (board: StubBoard, command: number) =>
  board.requests.filter((request) => request.group === 66 && request.command === command);

describe("push", () => {
  it("sends, waits for the trial and reports the confirmation", async () => {
    const { board, events, result } = start();
    const { outcome, sequence, bytesSent, error } = await result;
    assert.deepEqual([outcome, sequence, error], ["confirmed", 2, undefined]);
    assert.ok(bytesSent > V2.envelope.length + APP.length);
    assertInstalled(board);
    const order = [...new Set(events.map(({ type }) => type))];
    const expected = [
      "connected",
      "running",
      "envelope",
      "checking",
      "wanted",
      "payload",
      "staged",
    ];
    assert.deepEqual(order.slice(0, 7), expected);
    assert.equal(board.resets, 1);
  });

  it("asks the storage for what the board names, once", async () => {
    const asked: string[] = [];
    const other = bytes(50, 3);
    const resources = [
      { uri: "app.bin", bytes: APP },
      { uri: "https://example.com/data", bytes: other },
    ];
    const fetchPayload = async (uri: string) => {
      asked.push(uri);
      return uri === "app.bin" ? APP : other;
    };
    const { result } = start(boardFor(V2.digest, { resources }), {}, { fetchPayload });
    assert.equal((await result).outcome, "confirmed");
    assert.deepEqual(asked, ["app.bin", "https://example.com/data"]);
  });

  it("keeps integrated payloads back and serves them when asked", async () => {
    const { envelope, digest } = makeEnvelope(2, 60, { "#app": APP });
    const board = boardFor(digest, { resources: [{ uri: "#app", bytes: APP }] });
    const fetchPayload = () => assert.fail("nothing is fetched");
    const { result } = start(board, {}, { envelope, fetchPayload });
    assert.equal((await result).outcome, "confirmed");
    assert.equal(chunks(board, 2)[0]?.fields.len, makeEnvelope(2, 60).envelope.length);
  });

  it("says so when the envelope lacks what it integrates", async () => {
    const board = boardFor(V2.digest, { resources: [{ uri: "#app", bytes: APP }] });
    await assert.rejects(start(board).result, { name: "storage-not-found" });
  });

  it("does not wait when told so", async () => {
    const { board, result } = start(boardFor(V2.digest, { resetAfter: 20 }), {}, { wait: false });
    assert.equal((await result).outcome, "staged");
    assert.equal(board.resets, 0);
  });

  it("reports a refusal with the board's number", async () => {
    const verdict = () => ({ error: 203, at: 17 });
    const { outcome, error } = await start(boardFor(V2.digest, { verdict })).result;
    assert.equal(outcome, "refused");
    assert.deepEqual(error, { code: 203, at: 17, rc: 1 });
  });

  it("E11: reports a payload that is longer than the manifest says", async () => {
    const fetchPayload = async () => bytes(700);
    const { board, result } = start(undefined, {}, { fetchPayload });
    const { outcome, error } = await result;
    assert.deepEqual([outcome, error?.code], ["refused", 602]);
    assert.equal(board.flash.payload.parts.size, 0);
  });

  it("E17: reports a payload that is another one", async () => {
    const fetchPayload = async () => bytes(APP.length, 9);
    const { outcome, error } = await start(undefined, {}, { fetchPayload }).result;
    assert.deepEqual([outcome, error?.code], ["refused", 323]);
  });

  it("reports that the firmware runs already", async () => {
    const board = boardFor(V2.digest);
    board.flash.running = { sequence: 2, digest: V2.digest, trial: 0 };
    assert.equal((await start(board).result).outcome, "already");
  });

  it("reports a trial that was reverted, and why", async () => {
    const board = boardFor(V2.digest, { trial: { end: "revert", after: 10 } });
    const { outcome, error } = await start(board).result;
    assert.deepEqual([outcome, error?.code], ["reverted", 801]);
  });

  it("leaves off waiting for a trial that nobody confirms", async () => {
    const board = new StubBoard({ digestOf: () => V2.digest });
    const { result } = start(board, {}, { limits: { trial: 60 } });
    assert.equal((await result).outcome, "staged");
    assert.equal(board.flash.running.trial, 1);
  });

  it("takes up a trial that a former host has begun", async () => {
    const board = boardFor(V2.digest);
    board.flash.running = { sequence: 2, digest: V2.digest, trial: 1 };
    setTimeout(() => {
      board.flash.running.trial = 0;
    }, 20);
    assert.equal((await start(board).result).outcome, "confirmed");
    assert.equal(chunks(board, 2).length, 0);
  });

  it("can be interrupted, and a silent board does not delay that", async () => {
    const controller = new AbortController();
    const limits = { timing: { first: 60_000, longest: 60_000, attempts: 1 } };
    const { result } = start(undefined, { drop: 1 }, { signal: controller.signal, limits });
    setTimeout(() => controller.abort(), 10);
    await assert.rejects(result, { name: "interrupted" });
  });

  it("fails at once when no board was ever reached", async () => {
    let attempts = 0;
    const connect = async (): Promise<Transport> => {
      attempts++;
      throw hostError("link-refused", "Nothing listens.");
    };
    await assert.rejects(start(undefined, {}, { connect }).result, { name: "link-refused" });
    assert.equal(attempts, 1);
  });

  it("gives up on a board that never gets further", async () => {
    const board = boardFor(V2.digest);
    const answer = board.answer.bind(board);
    board.answer = (packet) => {
      // a brown-out whenever payload arrives
      if (packet[5] === 66 && packet[7] === 4) board.restart();
      return answer(packet);
    };
    const { result } = start(board, {}, { limits: { failures: 5 } });
    await assert.rejects(result, (error: Error) => /^link-/.test(error.name));
  });
});

describe("push over a bad link", () => {
  const kinds: [string, Faults][] = [
    ["drops a tenth", { drop: 0.1 }],
    ["doubles a third", { duplicate: 0.33 }],
    ["changes the order of a tenth", { reorder: 0.1 }],
    ["delays", { delay: 8, duplicate: 0.1 }],
    ["does all of it", { drop: 0.05, duplicate: 0.1, reorder: 0.05, delay: 4 }],
  ];
  for (const [what, faults] of kinds) {
    it(`F1: arrives whole when it ${what} (20 seeds)`, async () => {
      const runs = Array.from({ length: 20 }, (_, seed) =>
        start(boardFor(V2.digest), { ...faults, seed: seed + 1 }),
      );
      for (const { result, board } of runs) {
        assert.equal((await result).outcome, "confirmed");
        assertInstalled(board);
      }
      const injected = runs.reduce((sum, { link }) => sum + link.injected, 0);
      assert.ok(injected > 0);
    });
  }

  it("F2: arrives whole with any one byte damaged, either way", async () => {
    const app = bytes(41, 4);
    const { envelope, digest } = makeEnvelope(2, 20);
    const once = (faults: Faults, onEvent = (_: PushEvent) => {}) => {
      const board = boardFor(digest, { resources: [{ uri: "app.bin", bytes: app }] });
      return start(board, faults, { envelope, fetchPayload: async () => app, onEvent });
    };
    // up to here the bytes are the same in every run; behind it the number of polls varies
    const staged = { sent: 0, received: 0 };
    const clean = once({}, ({ type }) => {
      if (type === "staged") {
        staged.sent = clean.link.sent;
        staged.received = clean.link.received;
      }
    });
    await clean.result;
    const directions = [
      ["corruptSent", staged.sent],
      ["corruptReceived", staged.received],
    ] as const;
    for (const [direction, total] of directions) {
      assert.ok(total > 300);
      for (let from = 0; from < total; from += 200) {
        const positions = Array.from({ length: Math.min(200, total - from) }, (_, i) => from + i);
        const runs = positions.map((at) => once({ [direction]: at, seed: at }));
        for (const [i, run] of runs.entries()) {
          assert.equal((await run.result).outcome, "confirmed", `${direction} ${from + i}`);
          assertInstalled(run.board, app, digest);
          assert.equal(run.link.injected, 1);
        }
      }
    }
  });

  it("F3: resumes after a cut behind every chunk, without sending payload twice", async () => {
    const { board, link, result, events } = start(undefined, { cutAfterChunk: true });
    assert.equal((await result).outcome, "confirmed");
    assertInstalled(board);
    assert.ok(link.connections > 8);
    assert.ok(events.some(({ type }) => type === "setback"));
    const taken = chunks(board, 4).filter(({ fields }) => fields.off !== 0);
    const offsets = taken.map(({ fields }) => fields.off);
    assert.equal(new Set(offsets).size, offsets.length);
  });

  it("F3: resumes when the board restarts after each fourth chunk", async () => {
    const board = boardFor(V2.digest);
    const answer = board.answer.bind(board);
    let seen = 0;
    board.answer = (packet) => {
      const reply = answer(packet);
      if (packet[5] === 66 && packet[7] === 4 && ++seen % 4 === 0)
        setImmediate(() => board.restart());
      return reply;
    };
    const { result } = start(board);
    assert.equal((await result).outcome, "confirmed");
    assertInstalled(board);
    assert.ok(board.resets >= 2);
  });

  it("F3: resumes when the board restarts and the link does not show it", async () => {
    const board = boardFor(V2.digest);
    const answer = board.answer.bind(board);
    let seen = 0;
    board.answer = (packet) => {
      const reply = answer(packet);
      if (packet[5] === 66 && packet[7] === 4 && ++seen === 3) {
        board.unplug = () => {};
        board.restart();
      }
      return reply;
    };
    const { result, link } = start(board);
    assert.equal((await result).outcome, "confirmed");
    assert.equal(link.connections, 1);
    assert.ok(board.resets >= 2);
  });

  it("F3: a new host goes on where the former one stopped", async () => {
    const controller = new AbortController();
    const board = boardFor(V2.digest);
    const onEvent = (event: PushEvent) => {
      if (event.type === "payload" && event.done > 300) controller.abort();
    };
    const first = start(board, {}, { onEvent, signal: controller.signal });
    await assert.rejects(first.result, { name: "interrupted" });
    const had = board.flash.payload.parts.get("app.bin")?.length as number;
    assert.ok(had > 300 && had < APP.length);
    board.restart();
    const before = board.requests.length;
    assert.equal((await start(board).result).outcome, "confirmed");
    assertInstalled(board);
    const resumed = board.requests.slice(before).filter(({ command }) => command === 4);
    assert.deepEqual(resumed.map(({ fields }) => fields.off).slice(0, 2), [0, had]);
  });

  it("F4: another update after a broken one gets only its own bytes", async () => {
    const controller = new AbortController();
    const board = boardFor(V2.digest);
    const onEvent = (event: PushEvent) => {
      if (event.type === "payload" && event.done > 300) controller.abort();
    };
    const first = start(board, {}, { onEvent, signal: controller.signal });
    await assert.rejects(first.result, { name: "interrupted" });

    const v3 = makeEnvelope(3, 150);
    const app3 = bytes(APP.length, 7);
    board.options.resources = [{ uri: "app.bin", bytes: app3 }];
    board.options.digestOf = () => v3.digest;
    const options = { envelope: v3.envelope, fetchPayload: async () => app3 };
    assert.equal((await start(board, {}, options).result).outcome, "confirmed");
    assertInstalled(board, app3, v3.digest);
  });

  it("F4: an unfinished envelope of the same length is not mixed with another", async () => {
    const v3 = makeEnvelope(3, 150);
    assert.equal(v3.envelope.length, V2.envelope.length);
    const seen: Uint8Array[] = [];
    const verdict = (envelope: Uint8Array) => {
      seen.push(envelope);
      return null;
    };
    const board = boardFor(v3.digest, { verdict });
    const controller = new AbortController();
    const onEvent = (event: PushEvent) => {
      if (event.type === "envelope") controller.abort();
    };
    const first = start(board, {}, { onEvent, signal: controller.signal });
    await assert.rejects(first.result, { name: "interrupted" });
    assert.equal((await start(board, {}, { envelope: v3.envelope }).result).outcome, "confirmed");
    assert.deepEqual(seen, [v3.envelope]);
  });

  it("F3: a trial that ended while the link was down is told from one that never was", async () => {
    for (const end of ["confirm", "revert"] as const) {
      const board = boardFor(V2.digest, { trial: { end, after: 1 }, resetAfter: 1 });
      const link = new FaultyLink(board);
      let isDown = false;
      const connect = async () => {
        if (isDown) throw hostError("link-refused", "down");
        return framedTransport(link.open(), "stub");
      };
      const onEvent = (event: PushEvent) => {
        if (event.type !== "staged") return;
        isDown = true;
        board.unplug();
        setTimeout(() => {
          isDown = false;
        }, 40);
      };
      const { outcome } = await start(board, {}, { connect, onEvent }).result;
      assert.equal(outcome, end === "confirm" ? "confirmed" : "reverted");
    }
  });
});
