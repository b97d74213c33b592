/**
 * An SMP client for a simulated board under a virtual clock: a request is answered before the call
 * returns, so that tests need neither promises nor waiting.
 */
import { decode, encode } from "cborg";
import { linkDevice } from "../../host/board/open.js";
import type { SimulatedBoard } from "../../host/board/simulator.js";
import { encodeFrame, FrameDecoder } from "../../host/link/framing.js";
import { GROUP_OS, GROUP_SUIT, HEADER_SIZE, READ, WRITE } from "../../host/link/packet.js";

/** The map of an answer. */
export interface Reply {
  rc?: number;
  error?: number;
  at?: number;
  off?: number;
  state?: number;
  stream_session_id?: number;
  resource_id?: Uint8Array;
  [key: string]: unknown;
}

/** The board has no power: what the supply's failure looks like to a host. */
export class BoardOff extends Error {
  override name = "BoardOff";
}

/** A packet as it stands on the wire, its length field included. */
export function packet(
  op: number,
  group: number,
  command: number,
  body: Uint8Array,
  sequence = 0,
): Uint8Array {
  const length = [body.length >> 8, body.length & 255];
  return new Uint8Array([op, 0, ...length, group >> 8, group & 255, sequence, command, ...body]);
}

export class SimLink {
  readonly #board: SimulatedBoard;
  readonly #device: string;
  readonly #decoder = new FrameDecoder();
  readonly #detach: () => void;
  #answers: Uint8Array[] = [];
  #sequence = 0;
  /** Everything that the board wrote, frames or not. */
  raw = "";

  constructor(board: SimulatedBoard, device = linkDevice(board.profile)) {
    this.#board = board;
    this.#device = device;
    this.#detach = board.onData(device, (bytes) => {
      this.raw += Buffer.from(bytes).toString("latin1");
      this.#answers.push(...this.#decoder.push(bytes));
    });
  }

  close(): void {
    this.#detach();
  }

  /** Sends bytes as they are; gives the packets that come back, a millisecond later. */
  write(bytes: Uint8Array | string): Uint8Array[] {
    this.#answers = [];
    this.#board.send(this.#device, bytes);
    if (this.#board.isOn) this.#board.advance(1);
    return this.#answers;
  }

  /** Sends a packet; gives the answers' maps. */
  send(bytes: Uint8Array): Reply[] {
    return this.write(encodeFrame(bytes)).map((answer) => decode(answer.subarray(HEADER_SIZE)));
  }

  /** The frame of a request, ready to be written. */
  frame(op: number, group: number, command: number, fields: object): Uint8Array {
    return encodeFrame(packet(op, group, command, encode(fields), this.#sequence++ & 255));
  }

  /** One request and its one answer; throws {@link BoardOff} when the power failed meanwhile. */
  request(op: number, group: number, command: number, fields: object = {}): Reply {
    const answers = this.write(this.frame(op, group, command, fields));
    if (!this.#board.isOn) throw new BoardOff();
    if (answers.length !== 1) throw new Error(`${answers.length} answers to ${group}/${command}`);
    return decode(answers[0].subarray(HEADER_SIZE));
  }

  read(command: number, fields: object = {}): Reply {
    return this.request(READ, GROUP_SUIT, command, fields);
  }

  change(command: number, fields: object = {}): Reply {
    return this.request(WRITE, GROUP_SUIT, command, fields);
  }

  reset(fields: { hold?: boolean } = {}): Reply {
    return this.request(WRITE, GROUP_OS, 5, fields);
  }

  poll(): Reply {
    return this.read(3);
  }

  /** Uploads by offset, as a host does; gives the last answer. `room`: bytes of data per packet. */
  upload(command: number, bytes: Uint8Array, fields: object = {}, room = 184): Reply {
    for (let off = 0, turn = 0; ; turn++) {
      const data = bytes.subarray(off, off + room);
      const reply = this.change(command, {
        ...fields,
        off,
        data,
        ...(off === 0 ? { len: bytes.length } : {}),
      });
      if (reply.rc || reply.off === bytes.length) return reply;
      if (turn > 1000) throw new Error(`the board asks for ${reply.off} again and again`);
      off = reply.off as number;
    }
  }
}
