/** A release that may be chosen: an envelope, and where its payloads come from. */
import { SuitcaseError } from "../errors.js";
import { isAddress, payloadName, payloadUrl } from "../storage/payload-url.js";
import { download } from "./download.js";
import { type Summary, summarize } from "./summary.js";

export interface Release {
  /** The name of its file. */
  name: string;
  /** Where it was read from; null for files that were opened here. */
  url: string | null;
  envelope: Uint8Array;
  summary: Summary;
  /** Payloads that are here already, by URI or by the name of their file. */
  files: Map<string, Uint8Array>;
}

export async function makeRelease(
  name: string,
  url: string | null,
  envelope: Uint8Array,
  files = new Map<string, Uint8Array>(),
): Promise<Release> {
  return { name, url, envelope, files, summary: await summarize(envelope, name) };
}

/** What a release is called: its version, or its number. */
export function titleOf({ version, sequence }: Summary): string {
  return version === null ? `Release ${sequence}` : `Version ${version}`;
}

/**
 * The bytes behind a URI of the manifest: those at hand, or else those of the storage.
 *
 * @throws STORAGE_ADDRESS, STORAGE_NOT_FOUND and what {@link download} throws
 */
export async function payloadOf(
  release: Release,
  uri: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const name = payloadName(uri);
  const known = release.files.get(uri) ?? release.files.get(name);
  if (known) return known;
  if (release.url === null && !isAddress(name))
    throw new SuitcaseError("STORAGE_NOT_FOUND", `"${name}" was not opened with the release.`);
  return download(release.url === null ? name : payloadUrl(release.url, uri), signal);
}
