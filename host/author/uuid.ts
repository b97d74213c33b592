import { createHash } from "node:crypto";

/** The DNS namespace of RFC 9562, appendix A. */
export const NAMESPACE_DNS = fromHex("6ba7b8109dad11d180b400c04fd430c8");

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** Name-based UUID, version 5 (RFC 9562, section 5.5): 16 bytes from a namespace and a name. */
export function uuid5(namespace: Uint8Array, name: string): Uint8Array {
  const id = createHash("sha1").update(namespace).update(name, "utf8").digest().subarray(0, 16);
  id[6] = (id[6] & 0x0f) | 0x50;
  id[8] = (id[8] & 0x3f) | 0x80;
  return new Uint8Array(id);
}

/** 16 bytes from 32 hex digits, with or without the dashes of a UUID; null for anything else. */
export function parseUuid(text: string): Uint8Array | null {
  const digits = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? text.replaceAll("-", "")
    : text;
  return /^[0-9a-f]{32}$/i.test(digits) ? fromHex(digits) : null;
}

/** The usual text form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
export function formatUuid(id: Uint8Array): string {
  const digits = Buffer.from(id).toString("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * The vendor identifier (draft-ietf-suit-manifest-37, "Constructing UUIDs"): UUID5(DNS, domain), or the
 * 32 hex digits given.
 */
export function vendorId(domainOrHex: string): Uint8Array {
  return parseUuid(domainOrHex) ?? uuid5(NAMESPACE_DNS, domainOrHex);
}

/** The class identifier (same section): UUID5(vendor, class name), or the 32 hex digits given. */
export function classId(vendor: Uint8Array, nameOrHex: string): Uint8Array {
  return parseUuid(nameOrHex) ?? uuid5(vendor, nameOrHex);
}
