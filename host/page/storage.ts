/** The releases of the storage that the page lies beside. */

import { payloadUrl } from "../storage/payload-url.js";
import { INDEX_FILE, parseIndex } from "../storage/release-index.js";
import { download } from "./download.js";
import { toSuitcaseError } from "./outcome.js";
import { makeRelease, type Release } from "./release.js";
import { shown } from "./shown.js";

export interface Found {
  releases: Release[];
  /** 64 hex digits each. */
  keys: string[];
  /** Sentences about what could not be read. */
  problems: string[];
}

/**
 * @param base the address of the folder that holds the index
 * @throws STORAGE_UNREACHABLE, STORAGE_NOT_FOUND, STORAGE_ANSWER
 */
export async function findReleases(base: string): Promise<Found> {
  const text = new TextDecoder().decode(await download(new URL(INDEX_FILE, base).href));
  const { keys, releases: entries } = parseIndex(parse(text));
  const releases: Release[] = [];
  const problems: string[] = [];
  for (const { envelope } of entries) {
    const name = shown(decoded(envelope), 80);
    try {
      const url = payloadUrl(base, envelope);
      releases.push(await makeRelease(name, url, await download(url)));
    } catch (error) {
      problems.push(`${name}: ${shown(toSuitcaseError(error).message)}`);
    }
  }
  releases.sort((a, b) => b.summary.sequence - a.summary.sequence);
  return { releases, keys, problems };
}

/** An address as a name; as it is when it is none. */
function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Files that the user opened: envelopes, and payloads that belong to any of them. */
export async function openFiles(files: { name: string; bytes: Uint8Array }[]): Promise<Found> {
  const payloads = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const releases: Release[] = [];
  const problems: string[] = [];
  const envelopes = files.filter(({ name }) => /\.suit$/i.test(name));
  for (const { name, bytes } of envelopes) {
    try {
      releases.push(await makeRelease(shown(name, 80), null, bytes, payloads));
    } catch (error) {
      problems.push(`${shown(name, 80)}: ${shown(toSuitcaseError(error).message)}`);
    }
  }
  if (envelopes.length === 0) problems.push("None of these files is a release (*.suit).");
  return { releases, keys: [], problems };
}
