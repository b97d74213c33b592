import { Tagged } from "cborg";
import { diagnostic, hex } from "../suit/diagnostic.js";
import { ALGORITHM_NAMES, COSE_NAMES, nameOf } from "../suit/names.js";
import { readCbor } from "../suit/read.js";
import { manifestDigest } from "./encode.js";

/** One authentication block in words. Whether it is valid is for `suitcase verify` to say. */
export interface SignatureView {
  /** COSE_Sign1 and its kin, or what stands there instead. */
  type: string;
  algorithm: string;
  /** Hex, or null without a key identifier. */
  kid: string | null;
  payload: "detached" | "attached";
  /** Bytes of the signature or MAC, null when there is none to be seen. */
  size: number | null;
}

/** The authentication wrapper in words. */
export interface AuthenticationView {
  digest: {
    /** COSE number of the algorithm. */
    code: unknown;
    algorithm: string;
    /** Hex. */
    value: string;
    /** Whether it fits the manifest; "unsupported" for others than SHA-256. */
    check: "ok" | "mismatch" | "missing" | "unsupported";
  };
  signatures: SignatureView[];
}

const SHA_256 = -16;
const ALGORITHM = 1;
const KEY_ID = 4;

/** Reads the authentication wrapper (draft, "Authenticated Manifests"); never throws. */
export function readAuthentication(
  wrapper: unknown,
  manifest: unknown,
  warnings: string[],
): AuthenticationView {
  const reading = wrapper instanceof Uint8Array ? readCbor(wrapper) : undefined;
  const list: unknown[] = Array.isArray(reading?.value) ? reading.value : [];
  for (const oddity of reading?.oddities ?? []) warnings.push(`wrapper: ${oddity}`);
  if (list.length === 0) warnings.push("the authentication wrapper cannot be read");
  if (list.length === 1) warnings.push("the envelope is not signed");
  const digest = readDigest(list[0], manifest);
  if (digest.check === "mismatch") warnings.push("the digest does not fit the manifest");
  return { digest, signatures: list.slice(1).map((block) => readBlock(block, warnings)) };
}

function readDigest(element: unknown, manifest: unknown): AuthenticationView["digest"] {
  const digest = element instanceof Uint8Array ? readCbor(element)?.value : undefined;
  if (!Array.isArray(digest) || !(digest[1] instanceof Uint8Array))
    return { code: null, algorithm: "none", value: "", check: "missing" };
  const [code, value] = digest as [unknown, Uint8Array];
  const algorithm = nameOf(ALGORITHM_NAMES, code);
  const shown = { code: typeof code === "number" ? code : diagnostic(code), algorithm };
  if (code !== SHA_256 || !(manifest instanceof Uint8Array))
    return { ...shown, value: hex(value), check: "unsupported" };
  const fits = hex(manifestDigest(manifest)) === hex(value);
  return { ...shown, value: hex(value), check: fits ? "ok" : "mismatch" };
}

function readBlock(element: unknown, warnings: string[]): SignatureView {
  const reading = element instanceof Uint8Array ? readCbor(element) : undefined;
  for (const oddity of reading?.oddities ?? []) warnings.push(`signature: ${oddity}`);
  const value = reading?.value;
  const type = value instanceof Tagged ? nameOf(COSE_NAMES, value.tag) : "untagged";
  const parts: unknown = value instanceof Tagged ? value.value : value;
  if (!Array.isArray(parts)) {
    warnings.push("an authentication block cannot be read");
    return { type, algorithm: "none", kid: null, payload: "detached", size: null };
  }
  const [head, open, payload, signature] = parts as unknown[];
  const inner = head instanceof Uint8Array && head.length > 0 ? readCbor(head)?.value : undefined;
  const header = (key: number): unknown =>
    [inner, open]
      .map((map) => (map instanceof Map ? map.get(key) : undefined))
      .find((v) => v !== undefined);
  const kid = header(KEY_ID);
  const algorithm = header(ALGORITHM);
  return {
    type,
    algorithm: algorithm === undefined ? "none" : nameOf(ALGORITHM_NAMES, algorithm),
    kid: kid instanceof Uint8Array ? hex(kid) : kid === undefined ? null : diagnostic(kid),
    payload: payload === null ? "detached" : "attached",
    size: signature instanceof Uint8Array ? signature.length : null,
  };
}
