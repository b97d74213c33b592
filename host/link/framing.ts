/**
 * UART framing of docs/wire-format.md: packets as short lines of base64 that survive a console.
 *
 * The decoder takes bytes in any pieces. Foreign lines have no effect, a packet with a wrong length
 * or CRC is dropped without a word (the sender's time-out repairs it), and nothing that arrives can
 * make it hold more than one line and one packet.
 */

/** The longest line every board takes: 2 marker bytes, 124 of base64, the line feed. */
export const SHORT_LINE = 127;
/** The longest line a suitcase board takes. */
export const LONG_LINE = 512;

const FIRST_LINE = "\x06\x09";
const NEXT_LINE = "\x04\x14";
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** A line longer than this is noise. */
const MAX_LINE = 1024;
/** No board answers with more than this. */
const MAX_PACKET = 4096;

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** CRC-16 with polynomial 0x1021, start 0, not reflected. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xff00) ^ (CRC_TABLE[(crc >> 8) ^ byte] as number);
  return crc;
}

/** One packet as lines, ready to be written. */
export function encodeFrame(packet: Uint8Array, lineLength = SHORT_LINE): Uint8Array {
  if (packet.length > MAX_PACKET) throw new RangeError(`packet of ${packet.length} bytes`);
  const body = new Uint8Array(packet.length + 4);
  const view = new DataView(body.buffer);
  view.setUint16(0, packet.length + 2);
  body.set(packet, 2);
  view.setUint16(packet.length + 2, crc16(packet));

  const perLine = Math.floor((lineLength - 3) / 4) * 3;
  let text = "";
  for (let at = 0; at < body.length; at += perLine) {
    const piece = body.subarray(at, at + perLine);
    text += `${at === 0 ? FIRST_LINE : NEXT_LINE}${btoa(String.fromCharCode(...piece))}\n`;
  }
  return bytesOf(text);
}

/** Bytes in, packets out. */
export class FrameDecoder {
  readonly #line = new Uint8Array(MAX_LINE);
  #lineSize = 0;
  #isLineTooLong = false;
  /** What has arrived of the packet under way; empty when no first line was seen. */
  #body = new Uint8Array(0);

  /** Takes any piece of the stream and returns the packets it completes. */
  push(bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (const byte of bytes) {
      if (byte !== LINE_FEED) {
        if (this.#lineSize < MAX_LINE) this.#line[this.#lineSize++] = byte;
        else this.#isLineTooLong = true;
        continue;
      }
      const packet = this.#isLineTooLong ? null : this.#takeLine();
      if (packet !== null) packets.push(packet);
      this.#lineSize = 0;
      this.#isLineTooLong = false;
    }
    return packets;
  }

  #takeLine(): Uint8Array | null {
    let size = this.#lineSize;
    if (size > 0 && this.#line[size - 1] === CARRIAGE_RETURN) size--;
    const line = String.fromCharCode(...this.#line.subarray(0, size));
    const marker = line.slice(0, 2);
    if (marker === FIRST_LINE) this.#body = new Uint8Array(0);
    else if (marker !== NEXT_LINE || this.#body.length === 0) return null;

    const piece = decodeBase64(line.slice(2));
    if (piece === null) {
      this.#body = new Uint8Array(0);
      return null;
    }
    this.#body = concat(this.#body, piece);
    if (this.#body.length < 2) {
      this.#body = new Uint8Array(0);
      return null;
    }
    return this.#takePacket();
  }

  #takePacket(): Uint8Array | null {
    const body = this.#body;
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    const size = view.getUint16(0);
    if (size <= MAX_PACKET + 2 && body.length < size + 2) return null;
    this.#body = new Uint8Array(0);
    if (size < 2 || body.length !== size + 2) return null;
    const packet = body.subarray(2, size);
    return crc16(packet) === view.getUint16(size) ? packet : null;
  }
}

function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  return bytesOf(atob(text));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
