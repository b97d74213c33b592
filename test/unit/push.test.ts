import assert from "node:assert/strict";
import { SuitcaseError } from "../../host/errors.js";
import type { Transport } from "../../host/link/transport.js";
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
import { StubBoard } from "../support/stub-board.js";

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
      throw new SuitcaseError("LINK_REFUSED", "Nothing listens.");
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
