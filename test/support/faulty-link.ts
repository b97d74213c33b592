/**
 * A serial cable in memory between a host and a {@link StubBoard}, with faults by seed. It frames by
 * itself, so that an error in host/link/framing.ts cannot hide behind its own mirror image.
 */
import { decode } from "cborg";
import type { Duplex } from "../../host/link/transport.js";
import type { StubBoard } from "./stub-board.js";

export interface Faults {
  seed?: number;
  /** Chances from 0 to 1, for each packet in each direction. */
  drop?: number;
  duplicate?: number;
  /** Held back until after the next one. */
  reorder?: number;
  /** Milliseconds, at most. */
  delay?: number;
  /** Flips bits in one byte of what the host sends, or receives, over all connections. */
  corruptSent?: number;
  corruptReceived?: number;
  /** Cuts the link behind each chunk of which the board took something. */
  cutAfterChunk?: boolean;
}

export class FaultyLink {
  readonly board: StubBoard;
  readonly #faults: Faults;
  readonly #random: () => number;
  readonly #taken = new Map<number, number>();
  /** Bytes that passed, over all connections. */
  sent = 0;
  received = 0;
  connections = 0;
  /** Faults that really happened: a test in which none did proves nothing. */
  injected = 0;

  constructor(board: StubBoard, faults: Faults = {}) {
    this.board = board;
    this.#faults = faults;
    this.#random = mulberry32(faults.seed ?? 1);
  }

  open(): Duplex {
    this.connections++;
    let onData: (bytes: Uint8Array) => void = () => {};
    let onClose: (reason?: Error) => void = () => {};
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      setImmediate(() => onClose());
    };
    this.board.unplug = close;
    const lines = new LineReader();

    const toHost = this.#lossy((bytes) => {
      const faulty = this.#corrupt(bytes, this.received, this.#faults.corruptReceived);
      this.received += bytes.length;
      if (isOpen) onData(faulty);
    });
    const toBoard = this.#lossy((bytes) => {
      const faulty = this.#corrupt(bytes, this.sent, this.#faults.corruptSent);
      this.sent += bytes.length;
      for (const packet of lines.push(faulty)) {
        const answer = this.board.answer(packet);
        if (answer) toHost(frame(answer));
        if (answer && this.#faults.cutAfterChunk && this.#isTaken(packet, answer)) {
          this.injected++;
          setImmediate(close);
        }
      }
    });
    return {
      write: (bytes) => {
        if (!isOpen) throw new Error("write after close");
        const copy = bytes.slice();
        setImmediate(() => isOpen && toBoard(copy));
      },
      onData: (callback) => {
        onData = callback;
      },
      onClose: (callback) => {
        onClose = callback;
      },
      close: async () => close(),
    };
  }

  #lossy(deliver: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void {
    const { drop = 0, duplicate = 0, reorder = 0, delay = 0 } = this.#faults;
    let held: Uint8Array | null = null;
    return (bytes) => {
      const happens = (chance: number) => {
        const isHit = chance > 0 && this.#random() < chance;
        if (isHit) this.injected++;
        return isHit;
      };
      if (happens(drop)) return;
      if (held === null && happens(reorder)) {
        held = bytes;
        return;
      }
      const batch = happens(duplicate) ? [bytes, bytes] : [bytes];
      if (held) batch.push(held);
      held = null;
      const send = () => batch.forEach(deliver);
      if (delay > 0) setTimeout(send, this.#random() * delay);
      else send();
    };
  }

  #isTaken(packet: Uint8Array, answer: Uint8Array): boolean {
    const command = packet[7] as number;
    if (packet[5] !== 66 || (command !== 2 && command !== 4)) return false;
    const { off = 0 } = decode(answer.subarray(8)) as { off?: number };
    if (off <= (this.#taken.get(command) ?? 0)) return false;
    this.#taken.set(command, off);
    return true;
  }

  #corrupt(bytes: Uint8Array, position: number, at = -1): Uint8Array {
    if (at < position || at >= position + bytes.length) return bytes;
    this.injected++;
    const faulty = bytes.slice();
    faulty[at - position] =
      (faulty[at - position] as number) ^ (1 + Math.floor(this.#random() * 255));
    return faulty;
  }
}

/** Bit by bit, apart from the table in host/link/framing.ts. */
function crc(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const isSet = ((value >> 15) ^ (byte >> bit)) & 1;
      value = (value << 1) & 0xffff;
      if (isSet) value ^= 0x1021;
    }
  }
  return value;
}

export function frame(packet: Uint8Array): Uint8Array {
  const check = crc(packet);
  const body = Buffer.concat([
    Buffer.from([(packet.length + 2) >> 8, packet.length + 2]),
    packet,
    Buffer.from([check >> 8, check]),
  ]);
  const lines: string[] = [];
  for (let at = 0; at < body.length; at += 93) {
    const text = body.subarray(at, at + 93).toString("base64");
    lines.push(`${at === 0 ? "\x06\x09" : "\x04\x14"}${text}\n`);
  }
  return Buffer.from(lines.join(""), "latin1");
}

class LineReader {
  #text = "";
  #body = Buffer.alloc(0);

  push(bytes: Uint8Array): Uint8Array[] {
    this.#text += Buffer.from(bytes).toString("latin1");
    const lines = this.#text.split("\n");
    this.#text = lines.pop() as string;
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): Uint8Array[] {
    if (line.startsWith("\x06\x09")) this.#body = Buffer.alloc(0);
    else if (!line.startsWith("\x04\x14")) return [];
    this.#body = Buffer.concat([this.#body, Buffer.from(line.slice(2), "base64")]);
    if (this.#body.length < 4) return [];
    const size = this.#body.readUInt16BE(0);
    if (this.#body.length !== size + 2) return [];
    const packet = this.#body.subarray(2, size);
    return crc(packet) === this.#body.readUInt16BE(size) ? [packet] : [];
  }
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
