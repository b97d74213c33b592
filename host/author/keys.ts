import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import nacl from "tweetnacl";
import { SuitcaseError } from "../errors.js";
import { createOnce, readInput } from "./files.js";
import { isTestKey, isWeakKey } from "./weak-keys.js";

/** An Ed25519 key pair as tweetnacl keeps it: `publicKey` 32 bytes, `secretKey` 64 (seed, public). */
export interface SigningKey {
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

/** DER in front of the 32-byte seed: PrivateKeyInfo for id-Ed25519 (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
/** DER in front of the 32-byte public key: SubjectPublicKeyInfo (RFC 8410, section 4). */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

/** Makes a key pair; from a 32-byte `seed` the one that belongs to it, otherwise a random one. */
export function generateKey(seed?: Uint8Array): SigningKey {
  return seed ? nacl.sign.keyPair.fromSeed(seed) : nacl.sign.keyPair();
}

function pem(label: string, head: Uint8Array, body: Uint8Array): string {
  const base64 = Buffer.concat([head, body]).toString("base64");
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
}

/** The private key as PKCS#8 PEM text. Only the seed is written. */
export function privateKeyToPem(key: SigningKey): string {
  return pem("PRIVATE KEY", PKCS8_HEAD, key.secretKey.subarray(0, 32));
}

/** The public key (32 bytes) as SPKI PEM text. */
export function publicKeyToPem(publicKey: Uint8Array): string {
  return pem("PUBLIC KEY", SPKI_HEAD, publicKey);
}

const field = (key: KeyObject, name: "d" | "x") =>
  new Uint8Array(Buffer.from(key.export({ format: "jwk" })[name] ?? "", "base64url"));

function parse(text: string, where: string, create: (text: string) => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = create(text);
  } catch {
    throw new SuitcaseError("NOT_A_KEY", `${where} is not a PEM key that can be read`);
  }
  if (key.asymmetricKeyType !== "ed25519") {
    const found = key.asymmetricKeyType ?? "unknown";
    throw new SuitcaseError("KEY_TYPE", `${where} is a key of type ${found}, not Ed25519`);
  }
  return key;
}

/** The label of the first PEM block, or nothing. */
const labelOf = (text: string) => /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1];

/**
 * Reads an Ed25519 private key from PKCS#8 PEM text.
 *
 * @param where names the source in errors
 * @throws NOT_A_KEY, KEY_TYPE, KEY_IS_PUBLIC, KEY_ENCRYPTED
 */
export function parsePrivateKey(text: string, where: string): SigningKey {
  const label = labelOf(text);
  if (label === undefined) throw new SuitcaseError("NOT_A_KEY", `${where} holds no PEM block`);
  if (label === "PUBLIC KEY" || label === "CERTIFICATE")
    throw new SuitcaseError("KEY_IS_PUBLIC", `${where} is a public key; signing needs the private`);
  if (label === "ENCRYPTED PRIVATE KEY" || text.includes("Proc-Type: 4,ENCRYPTED"))
    throw new SuitcaseError("KEY_ENCRYPTED", `${where} is protected by a password`);
  if (label !== "PRIVATE KEY")
    throw new SuitcaseError("KEY_TYPE", `${where} is "${label}", not an Ed25519 key in PKCS#8`);
  return generateKey(field(parse(text, where, createPrivateKey), "d"));
}

/**
 * Loads the author's private key.
 *
 * @param options.warn gets a line when other users can read the file
 * @param options.allowTestKey accept published test keys (GHSA-gcxh-546h-phg4)
 * @throws FILE_MISSING, FILE_UNREADABLE, TEST_KEY, and what {@link parsePrivateKey} throws
 */
export function loadPrivateKey(
  file: string,
  options: { warn?: (warning: SuitcaseError) => void; allowTestKey?: boolean } = {},
): SigningKey {
  const key = parsePrivateKey(readInput(file, "the private key").toString("latin1"), file);
  refuseTestKey(key.publicKey, options.allowTestKey);
  const open = process.platform !== "win32" && (fs.statSync(file).mode & 0o077) !== 0;
  if (open) {
    const detail = `Other users of this computer may read or change the private key ${file}`;
    options.warn?.(new SuitcaseError("KEY_READABLE", detail));
  }
  return key;
}

/**
 * Refuses keys whose private half is printed in a public document.
 *
 * @throws TEST_KEY unless `allow`
 */
export function refuseTestKey(publicKey: Uint8Array, allow = false): void {
  if (!allow && isTestKey(publicKey)) throw new SuitcaseError("TEST_KEY");
}

/**
 * Loads a trust anchor: 64 hex digits, or the path of an SPKI PEM file.
 *
 * Test keys pass here, since vectors are verified with them; provisioning calls
 * {@link refuseTestKey} as well.
 *
 * @returns 32 bytes
 * @throws FILE_MISSING, FILE_UNREADABLE, NOT_A_KEY, KEY_TYPE, KEY_IS_PRIVATE, WEAK_KEY
 */
export function loadTrust(fileOrHex: string): Uint8Array {
  const publicKey = /^[0-9a-fA-F]{64}$/.test(fileOrHex)
    ? new Uint8Array(Buffer.from(fileOrHex, "hex"))
    : parsePublicKey(readInput(fileOrHex, "the trusted key").toString("latin1"), fileOrHex);
  if (isWeakKey(publicKey)) throw new SuitcaseError("WEAK_KEY");
  return publicKey;
}

/**
 * Reads an Ed25519 public key from SPKI PEM text.
 *
 * @returns 32 bytes
 * @throws NOT_A_KEY, KEY_TYPE, KEY_IS_PRIVATE
 */
export function parsePublicKey(text: string, where: string): Uint8Array {
  const label = labelOf(text);
  if (label?.endsWith("PRIVATE KEY"))
    throw new SuitcaseError("KEY_IS_PRIVATE", `${where} is a private key; give the public one`);
  if (label === undefined) throw new SuitcaseError("NOT_A_KEY", `${where} holds no PEM block`);
  if (label !== "PUBLIC KEY")
    throw new SuitcaseError("KEY_TYPE", `${where} is "${label}", not an Ed25519 key in SPKI`);
  return field(parse(text, where, createPublicKey), "x");
}

/** Where {@link writeKeyPair} put the two halves. */
export interface KeyFiles {
  privateFile: string;
  publicFile: string;
}

/**
 * Writes `folder/name.key` (PKCS#8, mode 0600) and `folder/name.pub` (SPKI, mode 0644). Neither may
 * exist: a key is never overwritten. The folder is made when it is missing.
 *
 * @throws BAD_USAGE, KEY_EXISTS, OUTPUT_UNWRITABLE
 */
export function writeKeyPair(folder: string, name: string, key: SigningKey): KeyFiles {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name))
    throw new SuitcaseError("BAD_USAGE", `"${name}" cannot be the name of a key`);
  const privateFile = path.join(folder, `${name}.key`);
  const publicFile = path.join(folder, `${name}.pub`);
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code;
    throw new SuitcaseError("OUTPUT_UNWRITABLE", `Cannot make the folder ${folder} (${why})`);
  }
  const taken = (file: string) => new SuitcaseError("KEY_EXISTS", `${file} exists already`);
  if (!createOnce(privateFile, Buffer.from(privateKeyToPem(key)), 0o600)) throw taken(privateFile);
  let complete = false;
  try {
    complete = createOnce(publicFile, Buffer.from(publicKeyToPem(key.publicKey)), 0o644);
  } finally {
    if (!complete) fs.rmSync(privateFile, { force: true });
  }
  if (!complete) throw taken(publicFile);
  return { privateFile, publicFile };
}
