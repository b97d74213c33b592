/**
 * SMP over a stream of characters (docs/wire-format.md, "UART framing"): lines of base64 with a
 * length in front of the packet and a CRC-16 behind it. What is not such a line is ignored.
 */

import { characters } from "../bytes.js";

const FIRST = "\x06\x09";
const NEXT = "\x04\x14";
const MAX_LINE = 512;
/** Bytes of a line of 127 characters: 124 of base64. */
const PER_LINE = 93;
const MAX_PACKET = 1022;

/** CRC-16 with polynomial 0x1021, start 0: the eight shifts of a byte folded into four. */
const crc16 = (bytes: string): number => {
  let crc = 0;
  for (let i = 2; i < bytes.length; i++) {
    let x = (crc >> 8) ^ bytes.charCodeAt(i);
    x ^= x >> 4;
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 65535;
  }
  return crc;
};

/** A 16-bit number as two characters. */
export const two = (value: number): string => characters(value >> 8, value & 255);

/** The lines that carry a packet; nothing for an empty one. */
export const frame = (packet: string): string => {
  let bytes = two(packet.length + 2) + packet;
  let lines = "";
  bytes += two(crc16(bytes));
  for (let i = 0; packet && i < bytes.length; i += PER_LINE)
    lines += (i ? NEXT : FIRST) + btoa(bytes.substr(i, PER_LINE)) + "\n";
  return lines;
};

/** A receiver: feed it what arrives, in pieces of any size; `deliver` gets whole packets. */
export const receiver = (deliver: (packet: string) => void): ((bytes: string) => void) => {
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
          if (whole.length === size + 2 && !crc16(whole)) deliver(whole.substr(2, size - 2));
        }
      }
    });
  };
};
