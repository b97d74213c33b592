import assert from "node:assert/strict";
import { emulateBluetooth } from "../../host/board/web-bluetooth.js";
import { SuitcaseError } from "../../host/errors.js";
import { chooseBle, openBle } from "../../host/link/ble.js";
import { type BleDevice, SMP_CHARACTERISTIC, SMP_SERVICE } from "../../host/link/bluetooth.js";
import { loadHardware } from "../../host/link/hardware.js";
import { openLink } from "../../host/link/open.js";
import { PIECE_TIMEOUT, Reassembly } from "../../host/link/reassembly.js";
import { BleBoard } from "../support/ble-board.js";

const answer = (size: number) => {
  const packet = new Uint8Array(size).fill(7);
  packet.set([3, 0, (size - 8) >> 8, (size - 8) & 255, 0, 66, 1, 3]);
  return packet;
};

describe("reassembly", () => {
  it("puts packets together from pieces of any size", () => {
    for (const size of [8, 20, 49, 128]) {
      const reassembly = new Reassembly(() => 0);
      const packet = answer(300);
      const whole: Uint8Array[] = [];
      for (let at = 0; at < packet.length; at += size) {
        const done = reassembly.push(packet.subarray(at, at + size));
        if (done) whole.push(done);
      }
      assert.deepEqual(whole, [packet], `pieces of ${size}`);
    }
  });

  it("forgets half a packet after a pause, not before", () => {
    for (const [pause, isWhole] of [
      [PIECE_TIMEOUT, true],
      [PIECE_TIMEOUT + 1, false],
    ] as const) {
      let time = 5000;
      const reassembly = new Reassembly(() => time);
      const packet = answer(60);
      assert.equal(reassembly.push(packet.subarray(0, 50)), null);
      time += pause;
      assert.equal(reassembly.push(packet.subarray(50)) !== null, isWhole);
    }
  });

  it("takes the next packet up where the rest of one was lost", () => {
    const reassembly = new Reassembly(() => 0);
    reassembly.push(answer(60).subarray(0, 50));
    assert.deepEqual(reassembly.push(answer(30)), answer(30));
  });

  const noise: [string, number[]][] = [
    ["less than a header", [3, 0, 0, 0, 0, 66, 1]],
    ["a request", [2, 0, 0, 1, 0, 66, 1, 3, 0xa0]],
    ["more than its length says", [3, 0, 0, 1, 0, 66, 1, 3, 0xa0, 0]],
    ["a length that no board answers with", [3, 0, 255, 255, 0, 66, 1, 3, 0xa0]],
  ];
  for (const [what, bytes] of noise)
    it(`drops ${what}`, () => {
      const reassembly = new Reassembly(() => 0);
      assert.equal(reassembly.push(Uint8Array.from(bytes)), null);
      assert.deepEqual(reassembly.push(answer(20)), answer(20));
    });
});

/** A device whose steps fail as told. */
function failing(steps: Partial<Record<"connect" | "service" | "write", unknown>>): BleDevice {
  const step = async (name: keyof typeof steps) => {
    if (name in steps) throw steps[name];
  };
  const characteristic = {
    properties: { write: true },
    startNotifications: async () => {},
    writeValueWithResponse: () => step("write"),
    writeValueWithoutResponse: () => step("write"),
    addEventListener: () => {},
    removeEventListener: () => {},
  };
  const gatt: BleDevice["gatt"] = {
    connected: false,
    connect: async () => {
      await step("connect");
      return gatt as NonNullable<typeof gatt>;
    },
    disconnect: () => {},
    getPrimaryService: async () => {
      await step("service");
      return { getCharacteristic: async () => characteristic };
    },
  };
  return {
    id: "1",
    name: "Puck.js 1",
    gatt,
    addEventListener: () => {},
    removeEventListener: () => {},
  };
}

const named = (name: string, message = name) => Object.assign(new Error(message), { name });

describe("connecting over BLE", () => {
  const cases: [string, Parameters<typeof failing>[0], string][] = [
    ["cannot be connected", { connect: named("NetworkError") }, "link-lost"],
    ["has no such service", { service: named("NotFoundError") }, "not-a-suit-board"],
    [
      "has no such service, in Node",
      { service: new Error("getPrimaryService error: service not found") },
      "not-a-suit-board",
    ],
    ["takes no write", { write: named("NetworkError") }, "ble-pairing"],
    ["does not answer", {}, "link-timeout"],
  ];
  for (const [what, steps, name] of cases)
    it(`a board that ${what} is ${name}`, async () => {
      await assert.rejects(openBle(failing(steps), { probe: 5 }), { name });
    });

  it("does not wait for ever", async () => {
    const device = failing({});
    const gatt = device.gatt as unknown as { connect(): Promise<never> };
    gatt.connect = () => new Promise(() => {});
    await assert.rejects(openBle(device, { connect: 20 }), { name: "link-timeout" });
  });

  it("asks for Espruino's boards, and for one by its name", async () => {
    const { device, off } = new BleBoardOff();
    const bluetooth = emulateBluetooth(device);
    assert.equal(await chooseBle(bluetooth), device);
    assert.equal(await chooseBle(bluetooth, "Puck.js 0000"), device);
    await assert.rejects(chooseBle(bluetooth, "Puck.js 1"), {
      name: "ble-not-chosen",
      message: /"Puck.js 1"/,
    });
    off();
  });

  it("in Node says what is missing: the adapter, or the package", async () => {
    const never = async () => assert.fail();
    await assert.rejects(openLink("ble:suitcase no such board", never), (error) => {
      const { name } = error as SuitcaseError;
      return ["ble-unavailable", "ble-not-chosen", "link-not-available"].includes(name);
    });
    await assert.rejects(loadHardware("suitcase-no-such-package"), (error) => {
      assert.ok(error instanceof SuitcaseError);
      assert.equal(error.name, "link-not-available");
      assert.match(error.advice, /npm install suitcase-no-such-package/);
      return true;
    });
  });

  it("sends its packets whole, one after the other", async () => {
    const board = new BleBoard({ mtu: 53 });
    const writes: number[][] = [];
    const link = await board.connect();
    const central = board.central as NonNullable<typeof board.central>;
    central.write = (service, characteristic, bytes) => {
      assert.deepEqual([service, characteristic], [SMP_SERVICE, SMP_CHARACTERISTIC]);
      writes.push([...bytes]);
    };
    const packets = [1, 2].map((fill) => new Uint8Array(120).fill(fill));
    await Promise.all(packets.map((packet) => link.send(packet)));
    assert.deepEqual(
      writes.map((bytes) => [bytes[0], bytes.length]),
      [1, 1, 1, 2, 2, 2].map((fill, i) => [fill, [50, 50, 20][i % 3]]),
    );
    const closed = new Promise((resolve) => link.onClose(resolve));
    board.off();
    assert.equal(((await closed) as SuitcaseError).name, "link-lost");
    await assert.rejects(link.send(packets[0] as Uint8Array), { name: "link-lost" });
  });
});

/** A board that is only there to be found. */
class BleBoardOff {
  readonly #board = new BleBoard();
  readonly device = this.#board.device;
  readonly off = () => this.#board.off();
}
