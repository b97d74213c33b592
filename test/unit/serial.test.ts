import assert from "node:assert/strict";
import { SerialPortMock } from "serialport";
import { boardDuplex } from "../../host/board/open.js";
import { openLink } from "../../host/link/open.js";
import { openSerial, type SerialPortClass } from "../../host/link/serial.js";
import { push } from "../../host/push.js";
import { BLE_LIMITS, BleBoard } from "../support/ble-board.js";
import { hasPython, Pty } from "../support/raw-pty.js";
import { profileOf, release } from "../support/sim-board.js";

const Mock = SerialPortMock as unknown as SerialPortClass;

describe("serial port", () => {
  afterEach(() => SerialPortMock.binding.reset());

  it("carries bytes both ways", async () => {
    SerialPortMock.binding.createPort("/dev/mock", { echo: true, record: true });
    const duplex = await openSerial("/dev/mock", 115200, Mock);
    const arrived = new Promise<Uint8Array>((resolve) => duplex.onData(resolve));
    await duplex.write(Uint8Array.of(1, 2, 3));
    assert.deepEqual([...(await arrived)], [1, 2, 3]);
    const closed = new Promise((resolve) => duplex.onClose(resolve));
    await duplex.close();
    assert.equal(await closed, undefined);
    await duplex.close();
  });

  const refusals: [string, string][] = [
    ["Error: No such file or directory, cannot open /dev/x", "serial-missing"],
    ["Opening COM9: File not found", "serial-missing"],
    ["Error: Permission denied, cannot open /dev/x", "serial-denied"],
    ["Error Resource temporarily unavailable Cannot lock port", "link-busy"],
    ["Opening COM3: Access denied", "link-busy"],
    ["Inappropriate ioctl for device setting custom baud rate of 1", "link-lost"],
  ];
  for (const [sentence, name] of refusals)
    it(`"${sentence}" becomes ${name}`, async () => {
      class Refusing {
        open(callback: (error: Error) => void) {
          callback(new Error(sentence));
        }
      }
      await assert.rejects(openSerial("/dev/x", 1, Refusing as unknown as SerialPortClass), {
        name,
      });
    });

  it("that is not there is named so by the real package, too", async () => {
    await assert.rejects(
      openLink("serial:/dev/suitcase-no-such-port", async () => assert.fail()),
      { name: "serial-missing" },
    );
  });

  it("of a pseudo terminal carries a whole update, through the real package", async function () {
    if (!hasPython) {
      console.log("    skipped: python3 makes the pseudo terminal, and there is none");
      return this.skip();
    }
    const board = new BleBoard();
    const pty = await Pty.open();
    const wire = boardDuplex(board.board);
    pty.onData((bytes) => wire.write(bytes));
    wire.onData((bytes) => pty.write(bytes));
    const made = release(profileOf("joltjs", 60), 1, "one");
    try {
      const result = await push({
        connect: () => openLink(`serial:${pty.path}@9600`, async () => assert.fail()),
        envelope: made.envelope,
        fetchPayload: async (uri) => made.payload(uri),
        limits: BLE_LIMITS,
      });
      assert.equal(result.outcome, "confirmed");
    } finally {
      pty.close();
      board.off();
    }
  });

  it("tells when the cable is taken off", async () => {
    const listeners = new Map<string, (error?: Error) => void>();
    class Cable {
      isOpen = true;
      open = (callback: () => void) => callback();
      on = (event: string, listener: (error?: Error) => void) => listeners.set(event, listener);
    }
    const duplex = await openSerial("/dev/x", 9600, Cable as unknown as SerialPortClass);
    const closed = new Promise<Error | undefined>((resolve) => duplex.onClose(resolve));
    listeners.get("close")?.(new Error("gone"));
    assert.match(String(await closed), /\/dev\/x broke: gone/);
  });
});
