/**
 * Gets the bytes of a file or of an http(s) address. The storage is not trusted: sizes, redirects
 * and silence are bounded, and a broken body is gone on with only when the server proves, by a
 * strong ETag and the right Content-Range, that it is still the same one.
 */
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { SuitcaseError } from "../errors.js";

export const SIZE_LIMIT = 4 * 1024 * 1024;
const MAX_REDIRECTS = 5;
/** Broken bodies in a row that bring nothing new. */
const MAX_BREAKS = 4;

export interface FetchOptions {
  limit?: number;
  /** Milliseconds without a byte. */
  idle?: number;
  /** Milliseconds for everything. */
  total?: number;
  signal?: AbortSignal | undefined;
}

/** @param location an http(s) address, a file URL, or a path */
export async function getBytes(location: string, options: FetchOptions = {}): Promise<Uint8Array> {
  if (/^https?:/i.test(location)) return new Download(location, options).run();
  const path = /^file:/i.test(location) ? fileURLToPath(location) : location;
  return readLimited(path, options.limit ?? SIZE_LIMIT);
}

async function readLimited(path: string, limit: number): Promise<Uint8Array> {
  const unreadable = (error: Error & { code?: string }) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") {
      return new SuitcaseError("STORAGE_NOT_FOUND", `There is no file ${path}.`, { cause: error });
    }
    return new SuitcaseError("STORAGE_UNREACHABLE", `${path} cannot be read: ${error.message}.`, {
      cause: error,
    });
  };
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new SuitcaseError("STORAGE_NOT_A_FILE", `${path} is not a file.`);
    if (info.size > limit) throw tooLarge(path, limit);
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw error instanceof SuitcaseError ? error : unreadable(error as Error);
  }
}

class Download {
  readonly #location: string;
  readonly #limit: number;
  readonly #idle: number;
  readonly #deadline: number;
  readonly #signal: AbortSignal | undefined;
  #parts: Uint8Array[] = [];
  #size = 0;
  /** Strong, or empty: only with one may a broken body be gone on with. */
  #etag = "";

  constructor(location: string, { limit, idle, total, signal }: FetchOptions) {
    this.#location = location;
    this.#limit = limit ?? SIZE_LIMIT;
    this.#idle = idle ?? 30_000;
    this.#deadline = Date.now() + (total ?? 600_000);
    this.#signal = signal;
  }

  async run(): Promise<Uint8Array> {
    let breaks = 0;
    let most = 0;
    for (;;) {
      const broken = await this.#attempt();
      if (broken === null) return join(this.#parts, this.#size);
      if (this.#signal?.aborted) throw new SuitcaseError("INTERRUPTED", "Interrupted.");
      breaks = this.#size > most ? 0 : breaks + 1;
      most = Math.max(most, this.#size);
      const isTooLate = Date.now() > this.#deadline;
      if (breaks >= MAX_BREAKS || isTooLate) {
        const why = isTooLate ? "took too long" : "broke off again and again";
        throw new SuitcaseError("STORAGE_UNREACHABLE", `${this.#location} ${why}.`, {
          cause: broken,
        });
      }
    }
  }

  /** One request; null when the body is complete, otherwise what broke it off. */
  async #attempt(): Promise<Error | null> {
    if (this.#etag === "") this.#restart();
    const idle = new AbortController();
    let timer = setTimeout(() => idle.abort(), this.#idle);
    const deadline = AbortSignal.timeout(Math.max(this.#deadline - Date.now(), 1));
    const signals = [idle.signal, deadline, ...(this.#signal ? [this.#signal] : [])];
    try {
      const response = await this.#request(AbortSignal.any(signals));
      this.#accept(response);
      try {
        for await (const part of response.body ?? []) {
          clearTimeout(timer);
          timer = setTimeout(() => idle.abort(), this.#idle);
          this.#size += part.length;
          if (this.#size > this.#limit) throw tooLarge(this.#location, this.#limit);
          this.#parts.push(part);
        }
      } catch (error) {
        if (error instanceof Error && error.name === "storage-too-large") throw error;
        return error as Error;
      }
      return null;
    } finally {
      clearTimeout(timer);
      // lets go of a body that nobody reads to its end
      idle.abort();
    }
  }

  async #request(signal: AbortSignal): Promise<Response> {
    let location = this.#location;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const headers: Record<string, string> = { "accept-encoding": "identity" };
      if (this.#size > 0) {
        headers.range = `bytes=${this.#size}-`;
        headers["if-range"] = this.#etag;
      }
      const response = await fetch(location, { headers, redirect: "manual", signal }).catch(
        (error: Error) => {
          if (this.#signal?.aborted)
            throw new SuitcaseError("INTERRUPTED", "Interrupted.", { cause: error });
          const cause = error.cause instanceof Error ? error.cause.message : error.message;
          throw new SuitcaseError("STORAGE_UNREACHABLE", `${location} is out of reach: ${cause}.`, {
            cause: error,
          });
        },
      );
      const target = response.headers.get("location");
      if (![301, 302, 303, 307, 308].includes(response.status) || target === null) return response;
      await response.body?.cancel();
      location = redirectTarget(target, location);
    }
    throw new SuitcaseError("STORAGE_ANSWER", `${this.#location} redirects again and again.`);
  }

  /** Decides by the answer's head whether it goes on, starts again, or is an error. */
  #accept(response: Response): void {
    const { status, headers } = response;
    if (status === 404 || status === 410) {
      throw new SuitcaseError("STORAGE_NOT_FOUND", `${this.#location} does not exist (${status}).`);
    }
    // a server that ignores Range answers 200 with everything: appending that would mix two copies
    const start = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
    const isRest =
      status === 206 && Number(start) === this.#size && headers.get("etag") === this.#etag;
    if (!isRest) {
      const isWhole = status === 200;
      if (!isWhole && this.#size === 0) {
        throw new SuitcaseError(
          "STORAGE_ANSWER",
          `${this.#location} answered with status ${status}.`,
        );
      }
      this.#restart();
      if (!isWhole)
        throw new SuitcaseError("STORAGE_ANSWER", `${this.#location} changed while being read.`);
      const etag = headers.get("etag") ?? "";
      this.#etag = etag.startsWith('"') ? etag : "";
    }
    const length = Number(headers.get("content-length") ?? 0);
    if (this.#size + length > this.#limit) throw tooLarge(this.#location, this.#limit);
  }

  #restart(): void {
    this.#parts = [];
    this.#size = 0;
  }
}

function redirectTarget(target: string, from: string): string {
  const url = URL.canParse(target, from) ? new URL(target, from) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SuitcaseError(
      "STORAGE_ADDRESS",
      `${from} redirects to "${target}", which is not fetched.`,
    );
  }
  return url.href;
}

function tooLarge(location: string, limit: number): SuitcaseError {
  return new SuitcaseError("STORAGE_TOO_LARGE", `${location} holds more than ${limit} bytes.`);
}

function join(parts: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
