import assert from "node:assert/strict";
import { boardDuplex } from "../../host/board/open.js";
import { SuitcaseError } from "../../host/errors.js";
import { SMP_CHARACTERISTIC, SMP_SERVICE } from "../../host/link/bluetooth.js";
import { encodeFrame } from "../../host/link/framing.js";
import { encodePacket } from "../../host/link/packet.js";
import { SmpClient } from "../../host/link/smp.js";
import { framedTransport } from "../../host/link/stream.js";
import { push } from "../../host/push.js";
import { BLE_LIMITS, BleBoard, type BleBoardOptions } from "../support/ble-board.js";
import { app, profileOf, release } from "../support/sim-board.js";

const JOLT = profileOf("joltjs", 60);
const V1 = release(JOLT, 1, "one");
/** Large enough to be cut in many places. */
const CONFIRM = "setTimeout(function(){if(suitcase.trial())suitcase.confirm()},50)";
const V2 = release(JOLT, 2, "two", { app: app("two", `${CONFIRM};//${"x".repeat(5000)}`) });

const boards: BleBoard[] = [];
const boardWith = (options: BleBoardOptions = {}) => {
  const made = new BleBoard({ firmware: V1, ...options });
  boards.push(made);
  return made;
};

const pushTo = (board: BleBoard, made = V2) =>
  push({
    connect: () => board.connect(),
    envelope: made.envelope,
    fetchPayload: async (uri) => made.payload(uri),
    limits: BLE_LIMITS,
  });

const runs = async (board: BleBoard) => {
  const client = new SmpClient(await board.connect(), { timing: BLE_LIMITS.timing });
  const state = await client.state(32);
  await client.close();
  return Buffer.from(state?.digest ?? []).toString("hex");
};

const digestOf = (made: { digest: Uint8Array }) => Buffer.from(made.digest).toString("hex");

describe("update over BLE", () => {
  afterEach(() => {
    for (const each of boards.splice(0)) each.off();
  });

  for (const [mtu, pieceSize] of [
    [23, 20],
    [53, 50],
    [131, 128],
    [185, 128],
    [247, 128],
    [517, 128],
  ])
    it(`F7: a central with MTU ${mtu} installs the same image in pieces of ${pieceSize}`, async () => {
      const board = boardWith({ mtu });
      const link = await board.connect();
      assert.equal(link.pieceSize, pieceSize);
      await link.close();
      assert.equal((await pushTo(board)).outcome, "confirmed");
      assert.equal(await runs(board), digestOf(V2));
      assert.equal(board.central?.lost, 0);
    });

  it("F7: the MTU of a new connection counts, not that of the one before", async () => {
    const options = { mtu: 247 };
    const board = boardWith(options);
    const wide = await board.connect();
    assert.equal(wide.pieceSize, 128);
    await wide.close();
    (board.device as unknown as { options: { mtu: number } }).options.mtu = 23;
    const narrow = await board.connect();
    assert.equal(narrow.pieceSize, 20);
    const client = new SmpClient(narrow, { timing: BLE_LIMITS.timing });
    const state = await client.state(32);
    assert.equal(Buffer.from(state?.digest ?? []).toString("hex"), digestOf(V1));
    await client.close();
  });

  it("finds the size of the pieces where the system cuts off what is too long", async () => {
    const board = boardWith({ profile: "puckjs", firmware: undefined, overlong: "cut" });
    const link = await board.connect();
    assert.equal(link.pieceSize, 50);
    await link.close();
  });

  it("F3: survives a cut at any of 20 places", async () => {
    const places = Array.from({ length: 20 }, (_, i) => 7 + 2 * i);
    await Promise.all(
      places.map(async (place) => {
        let writes = 0;
        const board = boardWith({
          onConnect: (central) => {
            const write = central.write.bind(central);
            central.write = (...args) => {
              if (++writes === place) central.disconnect();
              write(...args);
            };
          },
        });
        const result = await pushTo(board);
        assert.equal(result.outcome, "confirmed", `write ${place}`);
        assert.ok(writes > place && board.connections >= 2, `write ${place} of ${writes}`);
        assert.equal(await runs(board), digestOf(V2));
      }),
    );
  });

  it("F3: half a packet from a phone that left does not disturb the next one", async () => {
    const board = boardWith();
    const half = Uint8Array.from([2, 0, 0, 100, 0, 0, 1, 0, 0xbf]);
    for (let size = 1; size <= half.length; size++) {
      const central = board.board.radio.connect();
      central.write(SMP_SERVICE, SMP_CHARACTERISTIC, half.subarray(0, size), false);
      central.disconnect();
      const client = new SmpClient(await board.connect(), { timing: BLE_LIMITS.timing });
      assert.equal(await client.echo("well"), "well", `after ${size} bytes`);
      await client.close();
    }
  });

  it("F3: half a packet is forgotten after a pause", async () => {
    const board = boardWith();
    const link = await board.connect();
    board.central?.write(SMP_SERVICE, SMP_CHARACTERISTIC, Uint8Array.of(2, 0, 0, 100, 0, 0), false);
    await new Promise((resolve) => setTimeout(resolve, 320));
    const client = new SmpClient(link, { timing: { first: 200, longest: 200, attempts: 1 } });
    assert.equal(await client.echo("well"), "well");
    await client.close();
  });

  it("refuses a packet that is too long for the board, and lives", async () => {
    const board = boardWith();
    const link = await board.connect();
    const answers: Uint8Array[] = [];
    link.onPacket((packet) => answers.push(packet));
    const long = new Uint8Array(600);
    long.set([2, 0, 2, 80, 0, 0, 7, 0]);
    await link.send(long);
    await new Promise((resolve) => setTimeout(resolve, 350));
    assert.equal(
      Buffer.from(answers[0] ?? [])
        .toString("latin1")
        .slice(-4),
      "\x62rc\x07",
    );
    const client = new SmpClient(link, { timing: { first: 200, longest: 200, attempts: 1 } });
    assert.equal(await client.echo("well"), "well");
    await client.close();
  });

  it("F6: a second phone is turned away while one is connected, and may come after it", async () => {
    const board = boardWith();
    const first = await board.connect();
    assert.throws(() => board.board.radio.connect(), /not-connected/);
    await first.close();
    assert.equal((await pushTo(board)).outcome, "confirmed");
  });

  it("F6: a serial host takes over from a phone in mid-update, and the release arrives", async () => {
    const board = boardWith();
    const phone = new AbortController();
    const abandoned = push({
      connect: () => board.connect(),
      envelope: V2.envelope,
      fetchPayload: async (uri) => V2.payload(uri),
      signal: phone.signal,
      onEvent: (event) => {
        if (event.type === "payload" && event.done > 2000) phone.abort();
      },
      limits: BLE_LIMITS,
    });
    await assert.rejects(abandoned, /Interrupted/);
    const offsets: number[] = [];
    const result = await push({
      connect: async () => framedTransport(boardDuplex(board.board), "wire"),
      envelope: V2.envelope,
      fetchPayload: async (uri) => V2.payload(uri),
      onEvent: (event) => {
        if (event.type === "payload") offsets.push(event.done);
      },
      limits: BLE_LIMITS,
    });
    assert.equal(result.outcome, "confirmed");
    assert.ok((offsets[0] as number) > 0, `resumed at ${offsets[0]}`);
  });

  it("F9: answers three packets in flight, as phone apps have them, and loses none", async () => {
    for (const profile of ["puckjs", "joltjs"]) {
      const board = boardWith({ profile, firmware: undefined, interval: 15 });
      const link = await board.connect();
      const answers: number[] = [];
      link.onPacket((packet) => answers.push(packet[6] as number));
      const window = [1, 2, 3].map((sequence) => {
        const fields = { d: "x".repeat(200) };
        return link.send(encodePacket({ op: 2, group: 0, command: 0, fields }, sequence));
      });
      await Promise.all(window);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.deepEqual(answers, [1, 2, 3], profile);
      assert.equal(board.central?.lost, 0);
      await link.close();
    }
  });

  it("F12: a board that wants to be paired takes nothing from others", async () => {
    const board = boardWith({ bond: true, pairs: false });
    const before = board.slots();
    await assert.rejects(
      pushTo(board),
      (error) => error instanceof SuitcaseError && error.name === "ble-pairing",
    );
    assert.equal(board.slots(), before);
  });

  it("F12: and everything from those it was paired with", async () => {
    const board = boardWith({ bond: true, pairs: true });
    assert.equal((await pushTo(board)).outcome, "confirmed");
  });

  it("works beside Espruino's UART service, and without it", async () => {
    for (const bleUart of [true, false]) {
      const board = boardWith({ bleUart });
      let heard = 0;
      board.board.onData("Bluetooth", (bytes) => {
        heard += bytes.length;
      });
      board.board.send("Bluetooth", encodeFrame(Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 6, 0xa0)));
      const client = new SmpClient(await board.connect(), { timing: BLE_LIMITS.timing });
      assert.equal(await client.echo("well"), "well");
      assert.equal(heard > 0, bleUart);
      await client.close();
    }
  });

  it("F11: a board of the same name and another class refuses, and stays as it was", async () => {
    const other = boardWith({ class: new Uint8Array(16).fill(9), firmware: undefined });
    const before = other.slots();
    const result = await pushTo(other);
    assert.deepEqual([result.outcome, result.error?.code], ["refused", 321]);
    assert.equal(other.slots(), before);
  });

  it("E17: a payload that was swapped on the way is refused, and the right one taken", async () => {
    const board = boardWith();
    const swapped = { ...V2, payload: (uri: string) => V2.payload(uri).map((byte) => byte ^ 1) };
    const result = await pushTo(board, swapped);
    assert.deepEqual([result.outcome, result.error?.code], ["refused", 323]);
    assert.equal((await pushTo(board)).outcome, "confirmed");
  });

  it("E18: whatever a page writes, nothing is installed that was not signed", async () => {
    const board = boardWith();
    const before = board.slots();
    const link = await board.connect();
    for (let group = 0; group < 70; group++)
      for (const op of [0, 2, 4, 6])
        await link.send(Uint8Array.of(op, 0, 0, 1, 0, group, 0, group & 15, 0xa0));
    await new Promise((resolve) => setTimeout(resolve, 400));
    await link.close();
    assert.equal(board.slots(), before);
  });

  describe("with an app that uses Bluetooth itself", () => {
    const OWN = "0000bcde-0000-1000-8000-00805f9b34fb";
    const withApp = (code: string) =>
      boardWith({ firmware: release(JOLT, 1, "one", { app: app("one", `${code};${CONFIRM}`) }) });

    it("keeps the update service beside the app's", async () => {
      const board = withApp('NRF.setServices({0xBCDE:{0xABCD:{value:"x",readable:true}}})');
      const link = await board.connect();
      assert.ok(board.board.radio.services.has(OWN));
      await link.close();
      assert.equal((await pushTo(board)).outcome, "confirmed");
    });

    it("keeps it when the app sets its services while a phone is connected", async () => {
      const board = withApp(
        'NRF.on("connect",function(){NRF.setServices({0xBCDE:{0xABCD:{value:"x"}}})})',
      );
      // Espruino waits for the end of the connection; until then the service does not answer.
      await assert.rejects(board.connect(), /does not answer/);
      assert.ok(board.board.radio.services.has(SMP_SERVICE));
      assert.ok(board.board.radio.services.has(OWN));
    });

    it("H1: the console stays closed after load() and reset(), and the phone comes again", async () => {
      for (const call of ["load()", "reset()"]) {
        const board = withApp(`setTimeout(function(){${call}},1500)`);
        const link = await board.connect();
        const gone = new Promise((resolve) => link.onClose(resolve));
        let restarts = 0;
        board.board.on("reboot", () => restarts++);
        await gone;
        assert.equal(restarts, 1);
        assert.equal(board.board.console, null);
        board.board.send("Bluetooth", "print(6*7)\n");
        assert.ok(!board.lines.some((line) => line.includes("42")));
        const client = new SmpClient(await board.connect(), { timing: BLE_LIMITS.timing });
        assert.equal(await client.echo("well"), "well");
        await client.close();
        board.off();
      }
    });
  });
});
