/**
 * Keeps one link to a board open between the things that are done over it. Each of them gets the link
 * as its own and closes it; it is closed in truth when it broke, when the last request was not
 * answered, or when the page lets the board go.
 */
import type { Transport } from "../link/transport.js";

export class LinkHolder {
  readonly #open: () => Promise<Transport>;
  readonly #changed: () => void;
  #link: Transport | null = null;
  #lease: Lease | null = null;

  /** @param changed is called when the link opens or breaks */
  constructor(open: () => Promise<Transport>, changed: () => void = () => {}) {
    this.#open = open;
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#link !== null;
  }

  /** The link for one client at a time; a client before loses it. */
  async lease(): Promise<Transport> {
    this.#lease?.end();
    const link = this.#link ?? (await this.#connect());
    this.#lease = new Lease(link, () => this.close());
    return this.#lease;
  }

  async #connect(): Promise<Transport> {
    const link = await this.#open();
    this.#link = link;
    link.onPacket((packet) => this.#lease?.take(packet));
    link.onClose((reason) => this.#broken(link, reason));
    this.#changed();
    return link;
  }

  #broken(link: Transport, reason?: Error): void {
    if (this.#link !== link) return;
    this.#link = null;
    this.#lease?.end(reason);
    this.#lease = null;
    this.#changed();
  }

  async close(): Promise<void> {
    const link = this.#link;
    if (link === null) return;
    this.#broken(link);
    await link.close().catch(() => {});
  }
}

class Lease implements Transport {
  readonly name: string;
  readonly pieceSize?: number;
  readonly #link: Transport;
  readonly #drop: () => Promise<void>;
  #callback: (packet: Uint8Array) => void = () => {};
  #closers: ((reason?: Error) => void)[] = [];
  #isSilent = false;
  #isEnded = false;
  #reason: Error | undefined;

  constructor(link: Transport, drop: () => Promise<void>) {
    this.name = link.name;
    if (link.pieceSize !== undefined) this.pieceSize = link.pieceSize;
    this.#link = link;
    this.#drop = drop;
  }

  send(packet: Uint8Array): Promise<void> {
    if (this.#isEnded) return Promise.reject(this.#reason ?? new Error("closed"));
    this.#isSilent = true;
    return this.#link.send(packet);
  }

  onPacket(callback: (packet: Uint8Array) => void): void {
    this.#callback = callback;
  }

  onClose(callback: (reason?: Error) => void): void {
    if (this.#isEnded) callback(this.#reason);
    else this.#closers.push(callback);
  }

  take(packet: Uint8Array): void {
    this.#isSilent = false;
    this.#callback(packet);
  }

  end(reason?: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#reason = reason;
    for (const closed of this.#closers) closed(reason);
  }

  async close(): Promise<void> {
    if (this.#isEnded) return;
    const isSilent = this.#isSilent;
    this.end();
    if (isSilent) await this.#drop();
  }
}
