/**
 * A link that is opened again whenever it breaks.
 *
 * It gives up only when nothing has moved for long: after `failures` setbacks in a row without
 * {@link Session.progress}, or when the board could not be reached for `reconnectLimit`.
 */
import { isLinkFailure, SuitcaseError } from "../errors.js";
import { SmpClient, type Timing } from "./smp.js";
import type { Transport } from "./transport.js";

export interface SessionOptions {
  connect: () => Promise<Transport>;
  signal?: AbortSignal | undefined;
  timing: Timing;
  /** Milliseconds between attempts: the first wait, doubled up to the longest. */
  backoff: { first: number; longest: number };
  /** Setbacks in a row without progress after which the session gives up. */
  failures: number;
  /** Milliseconds without a connection after which the session gives up. */
  reconnectLimit: number;
  onConnected?: (client: SmpClient) => void;
  onSetback?: (reason: Error, failures: number) => void;
}

export class Session {
  readonly #options: SessionOptions;
  #client: SmpClient | null = null;
  #failures = 0;
  #bytesBefore = 0;
  readonly #abort = () => void this.#client?.close().catch(() => {});

  constructor(options: SessionOptions) {
    this.#options = options;
    options.signal?.addEventListener("abort", this.#abort);
  }

  /** Bytes sent over all links of this session. */
  get bytesSent(): number {
    return this.#bytesBefore + (this.#client?.bytesSent ?? 0);
  }

  /** The link as it stands; null when it is broken. */
  get open(): SmpClient | null {
    return this.#client;
  }

  /** The open link; connects, again and again if need be. */
  async client(): Promise<SmpClient> {
    const { connect, signal, timing, backoff, reconnectLimit } = this.#options;
    const deadline = Date.now() + reconnectLimit;
    for (let wait = backoff.first; this.#client === null; wait *= 2) {
      throwIfAborted(signal);
      try {
        this.#client = new SmpClient(await connect(), { timing });
        this.#options.onConnected?.(this.#client);
      } catch (error) {
        const canRetry = isLinkFailure(error) && this.#bytesBefore > 0;
        if (!canRetry || Date.now() > deadline) throw error;
        await pause(Math.min(wait, backoff.longest), signal);
      }
    }
    throwIfAborted(signal);
    return this.#client;
  }

  /** Something new was reached: earlier failures no longer count. */
  progress(): void {
    this.#failures = 0;
  }

  /** The link failed: drops it, so that the next {@link client} opens another. */
  async lost(reason: SuitcaseError): Promise<void> {
    await this.close();
    await this.setback(reason);
  }

  /** Something has to be done again; throws `reason` when that has happened too often. */
  async setback(reason: Error): Promise<void> {
    const { signal, backoff, failures, onSetback } = this.#options;
    throwIfAborted(signal);
    this.#failures++;
    onSetback?.(reason, this.#failures);
    if (this.#failures > failures) throw reason;
    const wait = backoff.first * 2 ** Math.min(this.#failures - 1, 16);
    await pause(Math.min(wait, backoff.longest), signal);
  }

  async close(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    // at least 1: a link that was once open is worth opening again
    this.#bytesBefore += Math.max(client.bytesSent, 1);
    this.#client = null;
    await client.close().catch(() => {});
  }

  /** Closes for good. */
  async end(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#abort);
    await this.close();
  }
}

/** Waits, or throws at once when `signal` is aborted. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new SuitcaseError("INTERRUPTED", "Interrupted."));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SuitcaseError("INTERRUPTED", "Interrupted.");
}
