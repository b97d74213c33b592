import assert from "node:assert/strict";
import { crc16, encodeFrame, FrameDecoder, LONG_LINE } from "../../host/link/framing.js";
import { frame } from "../support/faulty-link.js";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const ascii = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const packetOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 7) & 0xff);

/** Echo of "hi", computed by hand: length 0x0010, packet, CRC 0x0917. */
const ECHO = hex("0200000600000000a16164626869");
const ECHO_LINE = ascii("\x06\x09ABACAAAGAAAAAKFhZGJoaQkX\n");

describe("UART framing", () => {
  it("has the CRC-16 of XMODEM", () => {
    assert.equal(crc16(ascii("123456789")), 0x31c3);
    assert.equal(crc16(new Uint8Array(0)), 0);
  });

  it("frames a known packet to known bytes, and back", () => {
    assert.deepEqual(encodeFrame(ECHO), ECHO_LINE);
    assert.deepEqual(new FrameDecoder().push(ECHO_LINE), [ECHO]);
  });

  for (const size of [1, 8, 89, 90, 91, 182, 183, 256, 512, 4096]) {
    it(`carries ${size} bytes in lines of at most 127, like an independent encoder`, () => {
      const packet = packetOf(size);
      const framed = encodeFrame(packet);
      assert.deepEqual(framed, Uint8Array.from(frame(packet)));
      const lines = Buffer.from(framed).toString("latin1").split("\n").slice(0, -1);
      assert.ok(lines.every((line) => line.length + 1 <= 127));
      assert.deepEqual(new FrameDecoder().push(framed), [packet]);
    });
  }

  it("puts a whole packet of 256 bytes into one long line", () => {
    const framed = encodeFrame(packetOf(256), LONG_LINE);
    assert.equal(Buffer.from(framed).toString("latin1").split("\n").length, 2);
    assert.ok(framed.length <= LONG_LINE);
    assert.deepEqual(new FrameDecoder().push(framed), [packetOf(256)]);
  });

  it("takes the stream in any pieces", () => {
    const stream = Buffer.concat([frame(packetOf(200)), frame(ECHO), frame(packetOf(93))]);
    for (const step of [1, 2, 3, 7, 50, 127, 1000]) {
      const decoder = new FrameDecoder();
      const packets: Uint8Array[] = [];
      for (let at = 0; at < stream.length; at += step) {
        packets.push(...decoder.push(stream.subarray(at, at + step)));
      }
      assert.deepEqual(packets, [packetOf(200), ECHO, packetOf(93)]);
    }
  });

  it("F8: ignores foreign lines before, after and between the lines of a packet", () => {
    const [first, second, third] = Buffer.from(frame(packetOf(200)))
      .toString("latin1")
      .split("\n");
    const noise = ">reset()\r\n\x10\x01\n\n=undefined\n";
    const stream = [noise, `${first}\r`, noise, `${second}\r`, noise, third, noise].join("\n");
    assert.deepEqual(new FrameDecoder().push(ascii(stream)), [packetOf(200)]);
  });

  it("F2: drops a packet with any byte damaged, and takes the next one", () => {
    const good = frame(packetOf(120));
    for (let at = 0; at < good.length; at++) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const bad = Uint8Array.from(good);
        bad[at] = (bad[at] as number) ^ flip;
        const decoder = new FrameDecoder();
        const packets = decoder.push(bad);
        // a broken line feed swallows the next line: one more packet puts it right
        packets.push(...decoder.push(ascii("\n")), ...decoder.push(ECHO_LINE));
        assert.deepEqual(packets, [ECHO], `byte ${at} xor ${flip}`);
      }
    }
  });

  it("drops a packet whose line was lost", () => {
    const lines = Buffer.from(frame(packetOf(200)))
      .toString("latin1")
      .split(/(?<=\n)/);
    for (let lost = 0; lost < lines.length; lost++) {
      const rest = lines.filter((_, at) => at !== lost).join("");
      assert.deepEqual(new FrameDecoder().push(Buffer.concat([ascii(rest), ECHO_LINE])), [ECHO]);
    }
  });

  it("drops impossible lengths and does not wait for them", () => {
    for (const body of ["0000", "0001aa", "0002aabbcc", "ffff00", "00"]) {
      const line = `\x06\x09${Buffer.from(body, "hex").toString("base64")}\n`;
      assert.deepEqual(new FrameDecoder().push(Buffer.concat([ascii(line), ECHO_LINE])), [ECHO]);
    }
  });

  it("survives endless noise without a line feed", () => {
    const decoder = new FrameDecoder();
    for (let i = 0; i < 100; i++)
      assert.deepEqual(decoder.push(new Uint8Array(10_000).fill(6)), []);
    assert.deepEqual(decoder.push(Buffer.concat([ascii("\n"), ECHO_LINE])), [ECHO]);
  });
});
