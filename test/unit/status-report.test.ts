import assert from "node:assert/strict";
import { statusCommand } from "../../host/cli/status.js";
import { describeError } from "../../host/errors.js";
import { SmpClient } from "../../host/link/smp.js";
import { framedTransport } from "../../host/link/stream.js";
import { bstr, encode, map } from "../support/cbor.js";
import { FaultyLink } from "../support/faulty-link.js";
import { run } from "../support/link-run.js";
import { capabilities, failure, report } from "../support/reports.js";
import { StubBoard, type StubOptions } from "../support/stub-board.js";

/** Characters that would clear a terminal, reorder its text or end a line. */
const EVIL = "\u001b[2J\u202e\n\u009b";
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must never reach a terminal
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

/** A board that has refused an envelope with 320. */
async function refused(options: StubOptions) {
  const board = new StubBoard({ verdict: () => ({ error: 320, at: 61 }), ...options });
  const client = new SmpClient(framedTransport(new FaultyLink(board).open(), "stub"));
  await client.uploadEnvelope(new Uint8Array(80));
  await client.poll();
  await client.poll();
  return board;
}

const status = async (board: StubBoard, ...more: string[]) => {
  const { out, error } = await run(statusCommand, board, "--board", "sim:x", ...more);
  assert.equal(error, null);
  return out.join("\n");
};

describe("status", () => {
  const account = report(failure({ code: 320, section: 20, offset: 9, component: 1 }));

  it("tells the last refusal in the words of the board's report", async () => {
    const board = await refused({ report: account });
    const { advice } = describeError(320);
    const sentence =
      "Refused in install, at byte 9: for component 1: the release is for boards of another vendor.";
    const text = await status(board);
    assert.ok(text.includes(`last refusal 320 ${sentence}\nadvice       ${advice}\n`), text);
    const json = JSON.parse(await status(board, "--json"));
    assert.equal(json.lastRefusal.code, 320);
    assert.equal(json.report.raw, Buffer.from(account).toString("hex"));
    assert.deepEqual([json.report.sentence, json.report.advice], [sentence, advice]);
    assert.deepEqual(json.report.report.failure.record, {
      manifest: [],
      section: 20,
      offset: 9,
      component: 1,
      properties: {},
    });
  });

  it("tells it by its number when the board has no report, or one of something else", async () => {
    for (const options of [{}, { old: true }, { report: report(failure({ code: 401 })) }]) {
      const board = await refused(options);
      assert.match(await status(board), /^last refusal 320 at 61: The release.*\nadvice /m);
    }
  });

  it("tells that the last attempt was accepted", async () => {
    const text = await status(new StubBoard({ report: report(true) }));
    assert.match(text, /^last attempt The last attempt was accepted\.$/m);
    assert.doesNotMatch(text, /refusal|advice/);
  });

  it("bears a report that cannot be read, and says so", async () => {
    const board = await refused({ report: new Uint8Array([0xbf, 0xff]) });
    const text = await status(board);
    assert.match(text, /^last refusal 320 at 61/m);
    assert.match(text, /^report +The board's report cannot be read/m);
    assert.deepEqual(JSON.parse(await status(board, "--json")).report.raw, "bfff");
  });

  it("bears a board that answers the question for a report in a way of its own", async () => {
    const board = await refused({});
    const answer = board.answer.bind(board);
    board.answer = (packet) => {
      const reply = answer(packet);
      // rc 5 becomes rc 1: the last byte of the answer
      if (reply && packet[5] === 66 && packet[7] === 7) reply[reply.length - 1] = 1;
      return reply;
    };
    assert.match(await status(board), /^last refusal 320 at 61/m);
  });

  it("prints nothing that moves the cursor", async () => {
    const evil = report(failure({ code: 320, properties: map([EVIL, EVIL]) }), {
      99: [EVIL, [-16, bstr(new Uint8Array(32))]],
      7777: EVIL,
    });
    const able = capabilities({ 900: EVIL, 1: [[bstr(encode(EVIL))]] });
    const board = new StubBoard({ report: evil, capabilities: able });
    const answer = board.answer.bind(board);
    board.answer = (packet) => {
      const reply = answer(packet);
      // the version of the agent, a text of one byte
      const at = reply ? Buffer.from(reply).indexOf("version") : -1;
      if (reply && at > 0) reply[at + 8] = 0x1b;
      return reply;
    };
    for (const more of [[], ["--json"]]) {
      const text = await status(board, "--capabilities", ...more);
      assert.doesNotMatch(text, UNSAFE);
      assert.match(text, /u\{?(001)?b/);
    }
  });

  it("--capabilities tells what the agent supports", async () => {
    const board = new StubBoard({ capabilities: capabilities() });
    const text = await status(board, "--capabilities");
    assert.match(text, /^supports\n {2}components +agent, data\/\*, any$/m);
    assert.match(text, /^ {2}algorithms +SHA-256, Ed25519$/m);
    const json = JSON.parse(await status(board, "--capabilities", "--json"));
    assert.deepEqual(json.capabilities.lists.envelope, [
      { code: 2, name: "authentication-wrapper" },
      { code: 3, name: "manifest" },
    ]);
    assert.equal(json.capabilities.raw, Buffer.from(capabilities()).toString("hex"));
    assert.ok(!("capabilities" in JSON.parse(await status(board, "--json"))));
  });

  it("--capabilities says so when the agent does not tell, or tells rubbish", async () => {
    for (const options of [{}, { old: true }])
      assert.match(await status(new StubBoard(options), "--capabilities"), /supports +unknown/);
    const board = new StubBoard({ capabilities: encode([]) });
    assert.match(await status(board, "--capabilities"), /^supports +The board's report cannot/m);
  });
});
