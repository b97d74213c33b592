import assert from "node:assert/strict";
import { SuitcaseError } from "../../host/errors.js";
import { framedTransport } from "../../host/link/stream.js";
import type { PushEvent } from "../../host/push-types.js";
import { type Faults, FaultyLink } from "../support/faulty-link.js";
import {
  APP,
  assertInstalled,
  boardFor,
  bytes,
  chunks,
  makeEnvelope,
  start,
  V2,
} from "../support/push-run.js";

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
        if (isDown) throw new SuitcaseError("LINK_REFUSED", "down");
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
