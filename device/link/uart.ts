/**
 * SMP over a stream of characters (docs/wire-format.md, "UART framing"): lines of base64 with a
 * length in front of the packet and a CRC-16 behind it. What is not such a line is ignored.
 */

const FIRST = "\x06\x09";
const NEXT = "\x04\x14";
const MAX_LINE = 512;
/** Bytes of a line of 127 characters: 124 of base64. */
const PER_LINE = 93;
const MAX_FRAME = 1024;

/** CRC-16 with polynomial 0x1021, start 0: the eight shifts of a byte folded into four. */
const crc16 = (bytes: string, from: number, to: number): number => {
  let crc = 0;
  for (; from < to; from++) {
    let x = (crc >> 8) ^ bytes.charCodeAt(from);
    x ^= x >> 4;
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 65535;
  }
  return crc;
};

const word = (bytes: string, at: number): number =>
  (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1);

/** The lines that carry a packet; nothing for an empty one. */
export const frame = (packet: string): string => {
  const size = packet.length;
  const crc = crc16(packet, 0, size);
  const bytes =
    String.fromCharCode((size + 2) >> 8, (size + 2) & 255) +
    packet +
    String.fromCharCode(crc >> 8, crc & 255);
  let lines = "";
  for (let i = 0; size && i < bytes.length; i += PER_LINE)
    lines += (i ? NEXT : FIRST) + btoa(bytes.substr(i, PER_LINE)) + "\n";
  return lines;
};

/** A receiver: feed it what arrives, in pieces of any size; `deliver` gets whole packets. */
export const receiver = (deliver: (packet: string) => void): ((bytes: string) => void) => {
  let line = "";
  let gathered = "";

  const take = (line: string): void => {
    const start = line.substr(0, 2);
    if (start === FIRST) gathered = "";
    else if (start !== NEXT || !gathered) return;
    gathered += atob(line.substr(2));
    const size = word(gathered, 0);
    if (gathered.length >= size + 2 || gathered.length > MAX_FRAME) {
      const frameBytes = gathered;
      gathered = "";
      if (frameBytes.length === size + 2 && crc16(frameBytes, 2, size) === word(frameBytes, size))
        deliver(frameBytes.substr(2, size - 2));
    }
  };

  return (bytes) => {
    line += bytes;
    let end = line.indexOf("\n");
    while (end >= 0) {
      const first = line.substr(0, end);
      // Before anything can throw: a line that is no good must not come again with the next one.
      line = line.substr(end + 1);
      take(first);
      end = line.indexOf("\n");
    }
    if (line.length > MAX_LINE) line = "";
  };
};
