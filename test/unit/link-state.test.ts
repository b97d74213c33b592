import assert from "node:assert/strict";
import { Answer } from "../../host/link/packet.js";
import { SmpClient } from "../../host/link/smp.js";
import { ROLE_RUNNING, runningState } from "../../host/link/state.js";
import { framedTransport } from "../../host/link/stream.js";
import { decodeCapabilities } from "../../host/suit/capabilities.js";
import { hex } from "../support/cbor.js";
import { FaultyLink } from "../support/faulty-link.js";
import { StubBoard, type StubOptions } from "../support/stub-board.js";

function connect(options: StubOptions = {}) {
  const board = new StubBoard(options);
  const timing = { first: 10, longest: 40, attempts: 6 };
  const client = new SmpClient(framedTransport(new FaultyLink(board).open(), "stub"), { timing });
  return { board, client };
}

describe("the state of a board", () => {
  const read = async (options: StubOptions, change: (board: StubBoard) => void = () => {}) => {
    const { board, client } = connect(options);
    change(board);
    return client.state(ROLE_RUNNING);
  };

  for (const old of [false, true])
    it(`is read from ${old ? "single members" : "configuration and journal record"}`, async () => {
      const state = await read({ old }, ({ flash }) => {
        flash.floor = 0xfffffffe;
        flash.reason = 804;
        flash.running.trial = 2;
      });
      assert.deepEqual(
        [state?.board, state?.slotSize, state?.trial, state?.floor, state?.reason],
        ["puckjs", 12288, 2, 0xfffffffe, 804],
      );
      assert.deepEqual([state?.vendor[15], state?.class[0], state?.device[15]], [170, 187, 204]);
      // the record keeps the number of boots after a trial; only its phase tells
      assert.equal((await read({ old }))?.trial, 0);
    });

  it("is not read from bytes that are too few, or no record", () => {
    const answers = [
      { config: hex("5c01"), state: hex("5303"), floor: 3 },
      { config: new Uint8Array(112), state: new Uint8Array(128), floor: 3 },
      { config: "\x5c".repeat(112), state: 7, floor: 3 },
    ];
    for (const answer of answers) {
      const state = runningState(new Answer(new Map(Object.entries(answer))));
      assert.deepEqual([state.floor, state.trial, state.board], [3, 0, ""]);
      assert.equal(state.vendor.length, 0);
    }
  });
});

describe("reports", () => {
  it("are told from none, and from a board that does not know them", async () => {
    assert.deepEqual(await connect({ report: hex("a0") }).client.report(), hex("a0"));
    assert.deepEqual(await connect({ capabilities: hex("a1") }).client.capabilities(), hex("a1"));
    const tables = { commands: "0AB0`", parameters: "0120" };
    const able = await connect({ tables }).client.capabilities();
    const { lists, components } = decodeCapabilities(able as Uint8Array);
    const codes = (title: string) => lists[title].map(({ code }) => code);
    assert.deepEqual(codes("commands"), [1, 2, 4, 12, 15, 20, 32]);
    assert.deepEqual(
      [codes("parameters"), codes("algorithms")],
      [
        [1, 2],
        [-16, -19, -8],
      ],
    );
    assert.deepEqual(components, ["any"]);
    assert.equal(await connect({ tables: { commands: "0A" } }).client.capabilities(), "none");
    assert.equal(await connect().client.report(), "none");
    assert.equal(await connect({ report: "text" }).client.report(), "none");
    assert.equal(await connect({ old: true }).client.report(), "unsupported");
    assert.equal(await connect({ old: true }).client.capabilities(), "unsupported");
  });

  it("of a dry run hold only figures that can be", async () => {
    const poll = async (needs: Record<string, unknown>) => {
      const { client } = connect({ needs });
      await client.uploadEnvelope(new Uint8Array(300), undefined, { dry: true });
      await client.poll();
      return client.poll();
    };
    const good = await poll({ bytes: 7, erases: 2, needed: 9000 });
    assert.deepEqual([good.state, good.needs], [6, { bytes: 7, erases: 2, slot: 9000 }]);
    const bad = await poll({ bytes: -1, erases: 2 ** 40, needed: "9000" });
    assert.deepEqual(bad.needs, { bytes: null, erases: null, slot: null });
  });

  it("of a dry run are asked for in the first piece alone", async () => {
    const { board, client } = connect({ bufferSize: 100 });
    await client.uploadEnvelope(new Uint8Array(300), undefined, { dry: true });
    const pieces = board.requests.filter(({ command }) => command === 2);
    assert.ok(pieces.length > 2);
    assert.deepEqual(
      pieces.map(({ fields }) => fields.dry),
      pieces.map((_, i) => (i === 0 ? true : undefined)),
    );
    assert.ok(pieces.every(({ size }) => size <= 100));
  });
});
