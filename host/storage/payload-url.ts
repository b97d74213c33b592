/**
 * What a manifest may name, and the address of it beside an envelope's address.
 *
 * Names are relative to the envelope and never leave its folder; `file://NAME` is the name beside
 * it, as phone apps write it. Absolute http and https addresses are taken as they are. Nothing else
 * is fetched: a manifest must not make a host read its own files.
 */
import { SuitcaseError } from "../errors.js";

/** A name beside the envelope, or an absolute http(s) address; throws STORAGE_ADDRESS. */
export function payloadName(uri: string): string {
  if (isAddress(uri)) {
    if (!URL.canParse(uri)) throw refused(uri, "is no address");
    return uri;
  }
  const name = /^file:\/\//i.test(uri) ? uri.slice("file://".length) : uri;
  if (/^[a-z][a-z0-9+.-]*:/i.test(name)) throw refused(uri, "is of a kind that is not fetched");
  if (!isInside(name)) throw refused(uri, "leads out of the envelope's folder");
  return name;
}

export const isAddress = (text: string) => /^https?:\/\//i.test(text);

/** @param envelope the http(s) address that the envelope was read from */
export function payloadUrl(envelope: string, uri: string): string {
  const name = payloadName(uri);
  if (isAddress(name)) return name;
  const folder = new URL(".", envelope);
  const target = new URL(name, folder);
  // %2e%2e is a step up too
  if (target.origin !== folder.origin || !target.pathname.startsWith(folder.pathname)) {
    throw refused(uri, "leads out of the envelope's folder");
  }
  return target.href;
}

function isInside(name: string): boolean {
  if (name === "" || name.startsWith("/") || name.includes("\\")) return false;
  for (const character of name) if (character < " " || character === "\x7f") return false;
  return !name.split("/").includes("..");
}

function refused(uri: string, why: string) {
  return new SuitcaseError(
    "STORAGE_ADDRESS",
    `The manifest names ${JSON.stringify(uri)}, which ${why}.`,
  );
}
