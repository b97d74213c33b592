import { diagnostic, hex } from "../suit/diagnostic.js";
import { digestFits } from "../suit/digests.js";
import { kidText, readSignatures, splitWrapper } from "../suit/foreign/cose.js";
import { ALGORITHM_NAMES, nameOf } from "../suit/names.js";
import { readCbor } from "../suit/read.js";
import { opened } from "../suit/sections.js";

/** One signature or MAC in words. Whether it is valid is for `suitcase verify` to say. */
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
    /** Whether it fits the manifest; "unsupported" for hashes that are not known here. */
    check: "ok" | "mismatch" | "missing" | "unsupported";
  };
  signatures: SignatureView[];
}

/**
 * Reads the authentication wrapper (draft-ietf-suit-manifest-37, section 8.3); never throws.
 *
 * @param structure gets what is wrong with its form
 * @param warnings gets what else is wrong
 */
export function readAuthentication(
  wrapper: unknown,
  manifest: unknown,
  structure: string[],
  warnings: string[],
): AuthenticationView {
  const reading = wrapper instanceof Uint8Array ? readCbor(wrapper) : undefined;
  const list: unknown[] = Array.isArray(reading?.value) ? reading.value : [];
  for (const oddity of reading?.oddities ?? []) structure.push(`wrapper: ${oddity}`);
  if (list.length === 0) structure.push("the authentication wrapper cannot be read");
  const { blocks, signed } = splitWrapper(list);
  if (signed && blocks.length === 0) warnings.push("the envelope is not signed");
  const found = blocks.flatMap((block) => readSignatures(block, structure));
  // Up to draft -09 the digest stood in the signature blocks alone.
  const element = signed ?? found.find(({ attached }) => attached)?.attached;
  const digest = readDigest(element, manifest);
  if (digest.check === "mismatch") warnings.push("the digest does not fit the manifest");
  const signatures = found.map(({ type, algorithm, kid, payload, value }) => ({
    type,
    algorithm: algorithm === undefined ? "none" : nameOf(ALGORITHM_NAMES, algorithm),
    kid: kidText(kid),
    payload,
    size: value?.length ?? null,
  }));
  return { digest, signatures };
}

function readDigest(element: unknown, manifest: unknown): AuthenticationView["digest"] {
  const digest = opened(element);
  if (!Array.isArray(digest) || !(digest[1] instanceof Uint8Array))
    return { code: null, algorithm: "none", value: "", check: "missing" };
  const [code, value] = digest as [unknown, Uint8Array];
  const algorithm = nameOf(ALGORITHM_NAMES, code);
  const shown = { code: typeof code === "number" ? code : diagnostic(code), algorithm };
  const fits = manifest instanceof Uint8Array ? digestFits(digest, manifest) : undefined;
  const check = fits === undefined ? "unsupported" : fits ? "ok" : "mismatch";
  return { ...shown, value: hex(value), check };
}
