import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pushCommand } from "../../host/cli/push.js";
import type { OutcomeError } from "../../host/cli/report.js";
import { dryRun } from "../../host/dry-run.js";
import { describeError } from "../../host/errors.js";
import { estimateSeconds } from "../../host/estimate.js";
import { parseAddress } from "../../host/link/address.js";
import { framedTransport } from "../../host/link/stream.js";
import type { PushEvent } from "../../host/push-types.js";
import { bstr, map, type Pair } from "../support/cbor.js";
import * as make from "../support/envelopes.js";
import { type Faults, FaultyLink } from "../support/faulty-link.js";
import { assertError, run } from "../support/link-run.js";
import { boardFor, chunks, V2 } from "../support/push-run.js";
import { failure, report } from "../support/reports.js";
import type { StubBoard, StubOptions } from "../support/stub-board.js";

const bstrMap = (...pairs: Pair[]) => bstr(map(...pairs));
const NEEDS = { bytes: 603, erases: 3, needed: 11_500 };
const dryBoard = (options: StubOptions = {}) => boardFor(V2.digest, { needs: NEEDS, ...options });

/** Nothing that a board keeps over a reset has changed, and no payload was sent. */
function assertUntouched(board: StubBoard) {
  assert.deepEqual(board.flash, dryBoard().flash);
  assert.equal(chunks(board, 4).length, 0);
}

function start(board: StubBoard, faults: Faults = {}) {
  const link = new FaultyLink(board, faults);
  const events: PushEvent[] = [];
  const result = dryRun({
    connect: async () => framedTransport(link.open(), "stub"),
    envelope: V2.envelope,
    onEvent: (event) => events.push(event),
    limits: {
      timing: { first: 15, longest: 60, attempts: 6 },
      backoff: { first: 1, longest: 10 },
      poll: { first: 1, longest: 10 },
      wait: 60,
    },
  });
  return { link, events, result };
}

describe("a dry run", () => {
  it("gives the board's verdict and what the update would take", async () => {
    const board = dryBoard();
    const { outcome, sequence, needs } = await start(board).result;
    assert.deepEqual([outcome, sequence], ["accepted", 2]);
    assert.deepEqual(needs, { bytes: 603, erases: 3, slot: 11_500 });
    assertUntouched(board);
    assert.equal(board.resets, 0);
  });

  it("gives a refusal with the board's report", async () => {
    const account = report(failure({ code: 401, section: 0 }));
    const verdict = () => ({ error: 401, at: 5 });
    const board = dryBoard({ verdict, report: account });
    const { outcome, error, report: told } = await start(board).result;
    assert.deepEqual([outcome, error], ["refused", { code: 401, at: 5, rc: 1 }]);
    assert.deepEqual(told, account);
    assertUntouched(board);
  });

  it("says that the release runs already", async () => {
    const board = dryBoard();
    board.flash.running = { sequence: 2, digest: V2.digest, trial: 0 };
    assert.equal((await start(board).result).outcome, "already");
  });

  it("waits no longer than it was told for an event", async () => {
    const board = dryBoard({ waits: Number.POSITIVE_INFINITY });
    const { events, result } = start(board);
    assert.equal((await result).outcome, "waiting");
    assert.equal(events.filter(({ type }) => type === "waiting").length, 1);
  });

  it("F1: bears a bad link (20 seeds)", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const board = dryBoard();
      const { result } = start(board, { drop: 0.05, duplicate: 0.1, reorder: 0.05, seed });
      assert.equal((await result).outcome, "accepted");
      assertUntouched(board);
    }
  });

  it("begins again when the board restarts", async () => {
    const board = dryBoard();
    const answer = board.answer.bind(board);
    let polls = 0;
    board.answer = (packet) => {
      const reply = answer(packet);
      if (packet[5] === 66 && packet[7] === 3 && ++polls === 1) setImmediate(() => board.restart());
      return reply;
    };
    const { link, result } = start(board);
    assert.equal((await result).outcome, "accepted");
    assert.equal(link.connections, 2);
    assert.equal(chunks(board, 2).filter(({ fields }) => fields.off === 0).length, 2);
  });

  it("is not even offered to an agent that does not know it", async () => {
    const board = dryBoard({ old: true });
    await assert.rejects(start(board).result, /nothing was sent/);
    assert.equal(chunks(board, 2).length, 0);
    assertUntouched(board);
  });

  it("is called off at once by an agent that takes it for an update", async () => {
    const board = dryBoard({ ignoresDry: true });
    await assert.rejects(start(board).result, {
      name: "dry-run-unknown",
      message: /Nothing was installed; its inactive slot may have been erased\.$/,
    });
    assert.deepEqual(board.requests.at(-1)?.command, 6);
    assert.equal(chunks(board, 4).length, 0);
    assert.equal(board.resets, 0);
  });

  it("says so when such an agent needs no file and stages it", async () => {
    const board = dryBoard({ ignoresDry: true, resources: [], resetAfter: 50 });
    await assert.rejects(start(board).result, { name: "dry-run-unknown", message: /revert/ });
  });
});

describe("the time of an update", () => {
  const needs = { bytes: 10_000, erases: 3, slot: 11_500 };
  const on = (address: string) => estimateSeconds(needs, parseAddress(address));

  it("is estimated from link, erasing and writing", () => {
    // 3 * 85 ms + 2,875 words * 41 us = 0.373 s
    assert.equal(on("sim:x"), 0.5);
    assert.equal(on("ble:x"), 3.7);
    assert.ok((on("serial:/dev/x@9600") as number) > (on("serial:/dev/x") as number));
  });

  it("is not known when the board's figures are not", () => {
    for (const missing of ["bytes", "erases", "slot"])
      assert.equal(estimateSeconds({ ...needs, [missing]: null }, parseAddress("sim:x")), null);
  });
});

describe("suitcase push", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "suitcase-dry-"));
  });
  after(() => rm(folder, { recursive: true }));

  const file = async (envelope: Uint8Array) => {
    const path = join(folder, "x.suit");
    await writeFile(path, envelope);
    return path;
  };
  const pushed = async (board: StubBoard, envelope: Uint8Array = V2.envelope, ...more: string[]) =>
    run(pushCommand, board, await file(envelope), "--board", "sim:x", ...more);

  it("--dry-run prints what the update would take", async () => {
    const board = dryBoard();
    const { out, error } = await pushed(board, V2.envelope, "--dry-run");
    assert.equal(error, null);
    assert.deepEqual(out, [
      "Sequence 2 would be accepted. Nothing was installed.",
      "  to send   603 bytes of payload",
      "  to erase  3 blocks of 4096 bytes",
      "  slot      11500 bytes",
      "  time      0.4 s (estimated, not measured)",
    ]);
    const json = await pushed(dryBoard(), V2.envelope, "--dry-run", "--json");
    assert.deepEqual(JSON.parse(json.out.join("")), {
      outcome: "accepted",
      dryRun: true,
      sequence: 2,
      needs: { bytes: 603, erases: 3, slot: 11_500, estimatedSeconds: 0.4 },
    });
    assertUntouched(board);
  });

  it("--dry-run says unknown where a board gives no figure", async () => {
    const { out } = await pushed(dryBoard({ needs: { bytes: -5 } }), V2.envelope, "--dry-run");
    assert.match(out.join("\n"), /to send +unknown bytes.*time +unknown s/s);
  });

  it("--dry-run leaves with 1 when the board would refuse, with 2 when it cannot say", async () => {
    const refused = dryBoard({ verdict: () => ({ error: 401, at: 5 }) });
    const { error } = await pushed(refused, V2.envelope, "--dry-run");
    assertError(error, "rollback", 401, 1);
    const outcome = { outcome: "refused", dryRun: true, sequence: 2 };
    assert.deepEqual((error as OutcomeError).outcome, outcome);
    const old = await pushed(dryBoard({ old: true }), V2.envelope, "--dry-run");
    assertError(old.error, "dry-run-unknown", 963, 2);
  });

  it("puts a refusal into the words of the board's report", async () => {
    const envelope = make.twoComponents();
    const install = Buffer.from(envelope).lastIndexOf(make.commands(3, 15).subarray(2));
    assert.ok(install > 0);
    const record = { code: 323, section: 7, offset: 3, component: 1 };
    const board = dryBoard({
      verdict: () => ({ error: 323, at: 1 }),
      report: report(failure(record)),
    });
    const { error } = await pushed(board, envelope);
    assertError(error, "image-digest", 323, 1);
    const { message, result } = error as OutcomeError;
    const sentence =
      "Refused in validate, at byte 3: condition-image-match for component 1 (two): " +
      "a file is not the one that the manifest describes.";
    assert.equal(message, sentence);
    const { report: told } = result as { report: Record<string, unknown> };
    assert.equal(told.sentence, sentence);
    assert.equal((told.field as { command: string }).command, "condition-image-match");
  });

  it("falls back on the number when the report is about something else, or rubbish", async () => {
    const hostile = [
      report(failure({ code: 401 })),
      report(true),
      new Uint8Array([0xff, 0xff]),
      "text",
      report(failure({ code: 203, offset: 2n ** 64n - 1n })),
    ];
    for (const account of hostile) {
      const board = dryBoard({ verdict: () => ({ error: 203, at: 9 }), report: account });
      const { error } = await pushed(board);
      assertError(error, "signature-invalid", 203, 1);
      assert.equal((error as OutcomeError).message, describeError(203, 9).message);
    }
  });

  it("shows an address from the board without what moves the cursor", async () => {
    const board = dryBoard({ resources: [{ uri: "a\u202e\u009b.bin", bytes: new Uint8Array(4) }] });
    const { err, error } = await pushed(board);
    assert.ok(error);
    assert.match(err, /asks for "a\\u\{202e\}\\u\{9b\}\.bin"/);
    assert.doesNotMatch(err, /[\u202e\u009b]/);
  });

  it("goes on when the event that a manifest waits for comes", async () => {
    const { out, err, error } = await pushed(dryBoard({ waits: 4, resources: [] }));
    assert.equal(error, null);
    assert.match(out.join(""), /^Sequence 2 runs and is confirmed/);
    assert.equal(err.match(/waits for an event/g)?.length, 1);
  });

  it("names the event when it does not come, and leaves with 1", async () => {
    const info = make.override({
      29: bstrMap([1, 0], [2, 0], [5, 1_800_000_000], [6, 3600]),
    });
    const board = dryBoard({ waits: Number.POSITIVE_INFINITY });
    const { error } = await pushed(board, make.install(...info, 29, 2));
    assertError(error, "waiting", 336, 1);
    const { message, result } = error as OutcomeError;
    assert.equal(
      message,
      "The board waits for an authorisation and power and the time 2027-01-15T08:00:00.000Z " +
        "and a time of day 3600; the release is not installed yet.",
    );
    assert.equal(result.outcome, "waiting");
    const unknown = await pushed(dryBoard({ waits: Number.POSITIVE_INFINITY }));
    assert.match((unknown.error as Error).message, /an event that the manifest names/);
  });
});
