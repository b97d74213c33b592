/**
 * SMP over a stream of characters (docs/wire-format.md, "UART framing"): lines of base64 with a
 * length in front of the packet and a CRC-16 behind it. What is not such a line is ignored.
 */

import { characters } from "../bytes.js";

const FIRST = "\x06\x09";
const NEXT = "\x04\x14";
/** A packet of the largest size in one line, which some consoles need. */
const MAX_LINE = 1024;
/** Bytes of a line of 127 characters: 124 of base64. */
const PER_LINE = 93;
const MAX_PACKET = 1022;

/** A byte string as bytes. */
type ToBytes = (bytes: string) => Uint8Array;

/**
 * CRC-16 with polynomial 0x1021, start 0. It is most of what a packet costs: the loop is the engine's own
 * code. A table would halve that again, and take forty variables of a small board for ever.
 */
const crc16 = (bytes: Uint8Array): number => {
  let crc = 0;
  bytes.forEach((byte) => {
    byte ^= crc >> 8;
    byte ^= byte >> 4;
    crc = ((crc << 8) ^ (byte << 12) ^ (byte << 5) ^ byte) & 65535;
  });
  return crc;
};

/** A 16-bit number as two characters. */
export const two = (value: number): string => characters(value >> 8, value & 255);

/** The lines that carry a packet; nothing for an empty one. */
export const frame = (packet: string, toBytes: ToBytes): string => {
  const bytes = two(packet.length + 2) + packet + two(crc16(toBytes(packet)));
  let lines = "";
  for (let i = 0; packet && i < bytes.length; i += PER_LINE)
    lines += (i ? NEXT : FIRST) + btoa(bytes.substr(i, PER_LINE)) + "\n";
  return lines;
};

/** A receiver: feed it what arrives, in pieces of any size; `deliver` gets whole packets. */
export const receiver = (
  deliver: (packet: string) => void,
  toBytes: ToBytes,
): ((bytes: string) => void) => {
  let line = "";
  let gathered = "";

  return (bytes) => {
    const lines = (line + bytes).split("\n");
    // Before anything can throw: a line that is no good must not come again with the next one.
    line = lines.pop() as string;
    if (line.length > MAX_LINE) line = "";
    lines.forEach((text) => {
      const start = text.substr(0, 2);
      if (start === FIRST) gathered = "";
      if (start === FIRST || (start === NEXT && gathered)) {
        gathered += atob(text.substr(2));
        const size = gathered.charCodeAt(0) * 256 + gathered.charCodeAt(1);
        if (gathered.length >= size + 2 || size > MAX_PACKET) {
          const whole = gathered;
          gathered = "";
          // With its own CRC behind it, it comes to 0.
          if (whole.length === size + 2 && !crc16(toBytes(whole.substr(2))))
            deliver(whole.substr(2, size - 2));
        }
      }
    });
  };
};
