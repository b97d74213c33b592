/**
 * Frames that other implementations of SMP wrote, and what the shipping agent answers to them. They
 * were recorded while those clients drove a simulated board through a pseudo terminal or Web Bluetooth.
 */
import assert from "node:assert/strict";
import { SMP_CHARACTERISTIC, SMP_SERVICE } from "../../host/link/bluetooth.js";
import { encodeFrame, FrameDecoder } from "../../host/link/framing.js";
import { decodeAnswer } from "../../host/link/packet.js";
import { BleBoard } from "../support/ble-board.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

/** github.com/intercreate/smpclient 4970f3e with github.com/JPHutchins/smp edb8a01 (SMP version 2). */
const SMPCLIENT = "smpclient";
/** github.com/boogie/mcumgr-web df9328b. */
const MCUMGR_WEB = "mcumgr-web";
/**
 * The first packet of github.com/NordicSemiconductor/Android-nRF-Connect-Device-Manager: parameters
 * under sequence 255, hard-coded.
 */
const ANDROID = "nRF Connect Device Manager for Android";

const PARAMETERS = "a2686275665f73697a651a00000100696275665f636f756e7401";

const DIALOGUE: [client: string, what: string, request: string, answer: string][] = [
  [SMPCLIENT, "parameters", "0800000100000006a0", `0900001a00000006${PARAMETERS}`],
  [
    SMPCLIENT,
    "echo",
    "0a00000c00000100a16164687375697463617365",
    "0b00000c00000100a16172687375697463617365",
  ],
  [
    SMPCLIENT,
    "echo of 150 bytes",
    `0a00009b00000200a161647896${"78".repeat(150)}`,
    `0b00009e00000200a161727a00000096${"78".repeat(150)}`,
  ],
  [SMPCLIENT, "reset", "0a00000100000405a0", "0b00000100000405a0"],
  [
    MCUMGR_WEB,
    "echo",
    "0200000c00000000a16164687375697463617365",
    "0300000c00000000a16172687375697463617365",
  ],
  [
    MCUMGR_WEB,
    "images, which no board of ours has",
    "0000000000010100",
    "0100000500010100a162726308",
  ],
  [MCUMGR_WEB, "reset without a map", "0200000000000205", "0300000100000205a0"],
  [ANDROID, "parameters", "000000010000ff06a0", `0100001a0000ff06${PARAMETERS}`],
];

describe("frames of other implementations", () => {
  for (const [client, what, request, answer] of DIALOGUE)
    it(`${client}: ${what}`, async () => {
      const { board, off } = openBoard();
      const central = board.radio.connect({ interval: 1 });
      const answers: string[] = [];
      central.subscribe(SMP_SERVICE, SMP_CHARACTERISTIC, (piece) => answers.push(hex(piece)));
      const packet = bytes(request);
      for (let at = 0; at < packet.length; at += 128)
        central.write(SMP_SERVICE, SMP_CHARACTERISTIC, packet.subarray(at, at + 128), false);
      const started = Date.now();
      while (answers.join("") !== answer && Date.now() - started < 1000)
        await new Promise((resolve) => setTimeout(resolve, 5));
      off();
      assert.equal(answers.join(""), answer);
      assert.ok(decodeAnswer(bytes(answer), packet));
    });

  // The records of smp's own tests, and a map of indefinite length, as Zephyr's server writes them.
  const foreign: [what: string, request: string, answer: string, key: string, value: unknown][] = [
    [
      "smp",
      "0a00001000008c00a161646c48656c6c6f20776f726c6421",
      "0b00000700008c00a1617263486921",
      "r",
      "Hi!",
    ],
    [
      "smp",
      "0800000100009806a0",
      "0900001600009806a2686275665f73697a6501696275665f636f756e7402",
      "buf_count",
      2,
    ],
    [
      "indefinite length",
      "0200000600000500a16164626869",
      "0300000700000500bf6172626869ff",
      "r",
      "hi",
    ],
  ];
  for (const [what, request, answer, key, value] of foreign)
    it(`an answer (${what}) with ${key} is read`, () => {
      const read = decodeAnswer(bytes(answer), bytes(request));
      assert.equal(typeof value === "number" ? read?.integer(key) : read?.text(key), value);
    });

  it("the lines of smp's documentation are ours", () => {
    const packet = Uint8Array.from(Buffer.from("Hello, world!"));
    const line = "\x06\tAA9IZWxsbywgd29ybGQhet4=\n";
    assert.equal(Buffer.from(encodeFrame(packet)).toString("latin1"), line);
    const short =
      "\x06\tAA9I\n\x04\x14ZWxs\n\x04\x14bywg\n\x04\x14d29y\n\x04\x14bGQh\n\x04\x14et4=\n";
    assert.equal(Buffer.from(encodeFrame(packet, 8)).toString("latin1"), short);
    for (const text of [line, short]) {
      const decoded = new FrameDecoder().push(Uint8Array.from(Buffer.from(text, "latin1")));
      assert.deepEqual(decoded.map(hex), [hex(packet)]);
    }
  });
});

function openBoard() {
  const made = new BleBoard({ profile: "joltjs" });
  return { board: made.board, off: () => made.off() };
}
