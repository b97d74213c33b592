/**
 * A link in model time: the project's own client and the board's own link code exchange packets over
 * it, and the model says when each would arrive. Nothing waits.
 */
import { answer } from "../../device/link/smp.js";
import { frame } from "../../device/link/uart.js";
import { encodeFrame } from "../../host/link/framing.js";
import { SmpClient } from "../../host/link/smp.js";
import type { Transport } from "../../host/link/transport.js";

/** What one exchange of packets takes, and the bytes that travel for it. */
export interface Wire {
  pieceSize?: number;
  /** @returns the bytes on the wire, and milliseconds from the request's start to the answer's end */
  exchange(request: number, answer: number, work: number): { bytes: number; time: number };
}

/** Packets that a phone sends in one connection event; some send more, the others fewer. */
const PER_EVENT = 4;

/** Pieces go at connection events; what comes while one runs goes with the next. */
export function bleWire(mtu: number, interval: number): Wire {
  const pieceSize = mtu - 3;
  const events = (size: number) => Math.ceil(Math.ceil(size / pieceSize) / PER_EVENT);
  return {
    pieceSize,
    exchange: (request, reply, work) => {
      // The first event is one interval behind the answer before, which came in an event itself.
      const arrived = events(request) * interval;
      const answered = (Math.floor((arrived + work) / interval) + events(reply)) * interval;
      return { bytes: request + reply, time: answered };
    },
  };
}

/** Eight bits with start and stop; the board works when the whole packet is there. */
export function uartWire(baud: number): Wire {
  return {
    exchange: (request, reply, work) => ({
      bytes: request + reply,
      time: ((request + reply) * 10_000) / baud + work,
    }),
  };
}

export interface Run {
  bytes: number;
  trips: number;
  /** Milliseconds. */
  time: number;
}

/**
 * Uploads a payload over a wire.
 *
 * @param work milliseconds that the board needs for a packet of this size with this much data
 * @param framed lines of base64, as over a serial line
 */
export async function uploadOver(
  wire: Wire,
  payload: Uint8Array,
  work: (packet: number, data: number) => number,
  framed: boolean,
): Promise<Run> {
  const run: Run = { bytes: 0, trips: 0, time: 0 };
  const toBytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
  let deliver: (packet: Uint8Array) => void = () => {};
  let reached = 0;
  const transport: Transport = {
    name: "model",
    pieceSize: framed ? undefined : wire.pieceSize,
    send: async (packet) => {
      const before = reached;
      const reply = answer(packet, (command, { off = 0, data }) => {
        if (command === 1) return { version: 3, digest: new Uint8Array(32) };
        if (!data) return { buf_size: 256, buf_count: 1 };
        const isLast = off + data.length === payload.length;
        reached = off + (isLast ? data.length : data.length & ~3);
        return { off: reached };
      });
      const sent = framed ? encodeFrame(packet).length : packet.length;
      const came = framed ? frame(reply, toBytes).length : reply.length;
      if (reached > before) {
        const { bytes, time } = wire.exchange(sent, came, work(packet.length, reached - before));
        run.bytes += bytes;
        run.time += time;
        run.trips++;
      }
      setImmediate(() => deliver(toBytes(reply)));
    },
    onPacket: (callback) => {
      deliver = callback;
    },
    onClose: () => {},
    close: async () => {},
  };
  const client = new SmpClient(transport);
  await client.state(32);
  await client.uploadResource(17, payload);
  return run;
}

/**
 * Espruino's own upload on the same wire: packets of 1,024 bytes with four of a head, each acknowledged
 * by one byte (README_Protocol.md; uart.js of EspruinoWebTools). Its receiver is compiled.
 */
export function espruinoOver(wire: Wire, size: number, work: (data: number) => number): Run {
  const run: Run = { bytes: 0, trips: 0, time: 0 };
  const announce = `{"fn":"app","s":${size}}`.length;
  const parts = Array.from({ length: Math.ceil(size / 1024) }, (_, i) =>
    Math.min(1024, size - i * 1024),
  );
  for (const part of [announce, ...parts]) {
    const { bytes, time } = wire.exchange(part + 4, 1, part === announce ? 0 : work(part));
    run.bytes += bytes;
    run.time += time;
    run.trips++;
  }
  return run;
}
