/** The board of the demonstration: what is on its flash, and what is done to it. */
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import * as layout from "../../device/flash/layout.js";
import { sha256 } from "../author/encode.js";
import { slotSize } from "../board/config-page.js";
import { boardDuplex, openBoard } from "../board/open.js";
import type { SimulatedBoard } from "../board/simulator.js";
import { SmpClient } from "../link/smp.js";
import { ROLE_OTHER, ROLE_RUNNING } from "../link/state.js";
import { framedTransport } from "../link/stream.js";
import type { Duplex, Transport } from "../link/transport.js";
import { count } from "./terminal.js";

/** The speed of the serial link. */
export const BAUD = 115200;

/** What was done to the flash since a {@link DemoBoard.mark}. */
export interface Work {
  erases: number;
  words: number;
}

/** Work on the flash in words. */
export function inWords({ erases, words }: Work): string {
  const written = `${count(words, "word")} written`;
  return erases > 0 ? `${count(erases, "block")} erased, ${written}` : written;
}

/** Short waits: the simulated board answers at once. */
export const LIMITS = {
  timing: { first: 400, longest: 1000, attempts: 8 },
  poll: { first: 10, longest: 100 },
  reconnect: 5000,
  check: 5000,
  trial: 10_000,
};

export class DemoBoard {
  readonly board: SimulatedBoard;
  readonly name: string;
  readonly close: () => void;
  readonly #file: string;

  /** Powers on the board that lives in a file. */
  constructor(file: string) {
    this.#file = file;
    this.name = `sim:${file}`;
    const { board, close } = openBoard(file);
    this.board = board;
    this.close = close;
  }

  mark(): () => Work {
    const { erases, words } = this.board.flash.totals;
    return () => ({
      erases: this.board.flash.totals.erases - erases,
      words: this.board.flash.totals.words - words,
    });
  }

  /** SHA-256 of all of the flash, as it is in the file. */
  digest(): string {
    return Buffer.from(sha256(readFileSync(this.#file))).toString("hex");
  }

  async connect(): Promise<Transport> {
    return framedTransport(paced(boardDuplex(this.board)), this.name);
  }

  async ask<T>(question: (client: SmpClient) => Promise<T>): Promise<T> {
    const client = new SmpClient(await this.connect());
    try {
      return await question(client);
    } finally {
      await client.close();
    }
  }

  /** What the board says of itself. */
  states() {
    return this.ask(async (client) => ({
      running: await client.state(ROLE_RUNNING),
      other: await client.state(ROLE_OTHER),
      report: await client.report(),
    }));
  }

  /** SHA-256 of every component in a slot, read from the flash without asking the board. */
  stored(slot: number): Uint8Array[] {
    const { flash, profile } = this.board;
    const start = layout.SLOTS_AT + slot * slotSize(profile);
    const record = this.#newest();
    const state = layout.SLOT_STATE + slot * layout.SLOT_STATE_SIZE;
    const table = start + record.getUint32(state + layout.SLOT_TABLE, true);
    const word = (at: number) => new DataView(flash.read(at, 4).buffer).getUint32(0, true);
    const components = word(table + layout.TABLE_COUNT);
    return Array.from({ length: components }, (_, i) => {
      const entry = table + layout.TABLE_HEAD + i * layout.TABLE_ENTRY;
      return sha256(flash.read(start + word(entry), word(entry + layout.ENTRY_SIZE)));
    });
  }

  /** What the journal says, read from the flash without asking the board. */
  journal(): { phase: number; trials: number } {
    const record = this.#newest();
    return { phase: record.getUint8(layout.PHASE), trials: record.getUint8(layout.TRIALS) };
  }

  /** The newest whole record of the journal. */
  #newest(): DataView {
    const { flash } = this.board;
    let newest: DataView | undefined;
    for (let at = layout.JOURNAL_AT; at < layout.SLOTS_AT; at += layout.RECORD) {
      const bytes = flash.read(at, layout.RECORD);
      const record = new DataView(bytes.buffer);
      const sum = record.getUint32(layout.RECORD_CRC, true);
      if (sum !== crc32(bytes.subarray(0, layout.RECORD_CRC))) continue;
      const serial = record.getUint32(layout.SERIAL, true);
      if (!newest || serial > newest.getUint32(layout.SERIAL, true)) newest = record;
    }
    if (!newest) throw new Error("the journal is empty");
    return newest;
  }
}

/** Bytes to the board take as long as on a serial line of {@link BAUD}. */
function paced(duplex: Duplex): Duplex {
  return {
    ...duplex,
    write: async (bytes) => {
      await new Promise((done) => setTimeout(done, (bytes.length * 10_000) / BAUD));
      await duplex.write(bytes);
    },
  };
}
