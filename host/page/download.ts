/**
 * Gets what lies in the storage, in a browser: which follows redirects, keeps caches and knows no files
 * of its own. The bytes are small, and whatever comes is held against the manifest's digests, so a
 * broken body is simply asked for again.
 */
import { SuitcaseError } from "../errors.js";
import { pause } from "../link/session.js";

const LIMIT = 4 * 1024 * 1024;
const ATTEMPTS = 3;
/** Milliseconds for one attempt, and before the next. */
const TIME = 60_000;
const WAIT = 500;

/** @throws STORAGE_UNREACHABLE, STORAGE_NOT_FOUND, STORAGE_ANSWER, STORAGE_TOO_LARGE, INTERRUPTED */
export async function download(url: string, signal?: AbortSignal): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(url, signal);
    } catch (error) {
      if (error instanceof SuitcaseError) throw error;
      if (signal?.aborted) throw new SuitcaseError("INTERRUPTED");
      if (attempt === ATTEMPTS) {
        const why = `${url} is out of reach.`;
        throw new SuitcaseError("STORAGE_UNREACHABLE", why, { cause: error });
      }
      await pause(WAIT * attempt, signal);
    }
  }
}

async function once(url: string, signal?: AbortSignal): Promise<Uint8Array> {
  const late = AbortSignal.timeout(TIME);
  const response = await fetch(url, {
    cache: "no-cache",
    credentials: "omit",
    signal: signal ? AbortSignal.any([signal, late]) : late,
  });
  const { status } = response;
  if (status === 404 || status === 410)
    throw new SuitcaseError("STORAGE_NOT_FOUND", `${url} does not exist (${status}).`);
  if (!response.ok) throw new SuitcaseError("STORAGE_ANSWER", `${url} answered with ${status}.`);
  return readLimited(url, response);
}

async function readLimited(url: string, { body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.length;
    if (size > LIMIT) {
      await reader?.cancel();
      throw new SuitcaseError("STORAGE_TOO_LARGE", `${url} holds more than ${LIMIT} bytes.`);
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
