/** Where a payload lies that a manifest names: beside the envelope, or at an address of its own. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isAddress, payloadName, payloadUrl } from "./payload-url.js";

/**
 * @param envelope the path or address that the envelope was read from
 * @throws STORAGE_ADDRESS
 */
export function payloadLocation(envelope: string, uri: string): string {
  if (/^https?:/i.test(envelope)) return payloadUrl(envelope, uri);
  const name = payloadName(uri);
  if (isAddress(name)) return name;
  const path = /^file:/i.test(envelope) ? fileURLToPath(envelope) : envelope;
  return join(dirname(path), name);
}
