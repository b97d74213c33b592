/** Web Serial: a board at a USB or serial cable, in a browser (or anything of that shape). */
import { SuitcaseError } from "../errors.js";
import type { Duplex } from "./transport.js";

/** The part of Web Serial that the link uses. */
export interface WebSerial {
  /** Rejects with `NotFoundError` when nothing was chosen. Only within a click. */
  requestPort(): Promise<WebSerialPort>;
  getPorts(): Promise<WebSerialPort[]>;
}

export interface WebSerialPort {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { baudRate: number; bufferSize?: number }): Promise<void>;
  close(): Promise<void>;
}

/** @throws LINK_BUSY, LINK_LOST */
export async function openWebSerial(
  port: WebSerialPort,
  name: string,
  baudRate = 115200,
): Promise<Duplex> {
  try {
    await port.open({ baudRate, bufferSize: 4096 });
  } catch (error) {
    throw (error as Error).name === "InvalidStateError"
      ? new SuitcaseError("LINK_BUSY", `${name} is open already.`, { cause: error })
      : new SuitcaseError("LINK_LOST", `${name} cannot be opened.`, { cause: error });
  }
  return new SerialDuplex(port, name);
}

class SerialDuplex implements Duplex {
  readonly #port: WebSerialPort;
  readonly #name: string;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #take: (bytes: Uint8Array) => void = () => {};
  #closers: ((reason?: Error) => void)[] = [];
  #reason: Error | undefined;
  #isClosed = false;

  constructor(port: WebSerialPort, name: string) {
    this.#port = port;
    this.#name = name;
    this.#reader = port.readable?.getReader();
    this.#writer = port.writable?.getWriter();
    void this.#read();
  }

  async #read(): Promise<void> {
    let cause: unknown;
    try {
      for (;;) {
        const part = await this.#reader?.read();
        if (!part || part.done) break;
        this.#take(part.value);
      }
    } catch (error) {
      cause = error;
    }
    const lost = `The cable to ${this.#name} was taken off.`;
    await this.#end(new SuitcaseError("LINK_LOST", lost, { cause }));
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#writer?.write(bytes);
  }

  onData(callback: (bytes: Uint8Array) => void): void {
    this.#take = callback;
  }

  onClose(callback: (reason?: Error) => void): void {
    if (this.#isClosed) callback(this.#reason);
    else this.#closers.push(callback);
  }

  close(): Promise<void> {
    return this.#end(undefined);
  }

  async #end(reason: Error | undefined): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reason = reason;
    // A port closes only when nobody holds its streams; each of these fails when the cable is gone.
    await this.#reader?.cancel().catch(() => {});
    this.#reader?.releaseLock();
    await this.#writer?.close().catch(() => {});
    this.#writer?.releaseLock();
    await this.#port.close().catch(() => {});
    for (const closed of this.#closers) closed(reason);
  }
}
