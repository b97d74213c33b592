/**
 * Where a board's next manifest is. A board is not trusted: it must not make a host read what lies
 * elsewhere, so a host that knows its storage says so, and all else is http or https.
 */
import { SuitcaseError } from "../errors.js";
import { isAddress, payloadName, payloadUrl } from "./payload-url.js";

/** What of a manifest's reference URI a board keeps: the limit of every URI on small boards. */
const MOST = 96;

/** Checks what a release or a board is to say; throws BAD_USAGE. */
export function manifestUri(uri: string): string {
  const isPlain = /^[\x21-\x7e]+$/.test(uri);
  if (!isPlain || uri.length > MOST)
    throw new SuitcaseError(
      "BAD_USAGE",
      `--manifest-uri ${uri} is not an address of at most ${MOST} ASCII characters`,
    );
  payloadName(uri);
  return uri;
}

/**
 * The address to fetch for what a board says.
 *
 * @param from the storage in which it must lie; without it the board must give a whole address
 * @throws STORAGE_ADDRESS
 */
export function pulledLocation(uri: string, from?: string): string {
  if (from === undefined) {
    if (isAddress(payloadName(uri))) return uri;
    throw refused(uri, "is relative: give the storage with --from");
  }
  const folder = from.replace(/\/?$/, "/");
  const location = payloadUrl(folder, uri);
  if (!location.startsWith(folder)) throw refused(uri, `does not lie in ${folder}`);
  return location;
}

function refused(uri: string, why: string) {
  const message = `The board names ${JSON.stringify(uri)}, which ${why}.`;
  return new SuitcaseError("STORAGE_ADDRESS", message);
}
