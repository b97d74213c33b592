import { Tagged } from "cborg";
import { cbor } from "../cbor.js";
import { diagnostic } from "../diagnostic.js";
import { COSE_NAMES, nameOf } from "../names.js";
import { readCbor } from "../read.js";
import { opened } from "../sections.js";

/** One signature or MAC of an authentication wrapper, as it stands there. */
export interface CoseSignature {
  /** COSE_Sign1 and its kin, `untagged`, or the number of an unknown tag. */
  type: string;
  tag: number | null;
  /** COSE number, or undefined when the headers name none. */
  algorithm: unknown;
  /** The key identifier, or undefined. */
  kid: unknown;
  payload: "detached" | "attached";
  /** The attached payload, when it is a byte string. */
  attached?: Uint8Array;
  /** The signature or MAC. */
  value?: Uint8Array;
  /** The protected header on the wire: of the block, and for COSE_Sign also of the signer. */
  headers: Uint8Array[];
  /** Why nothing can be verified here, as half a sentence. */
  flaw?: string;
}

export const MAC0 = 17;
export const SIGN1 = 18;
export const SIGN = 98;
/** The `context` of what is signed (RFC 9052, sections 4.4 and 6.3). */
const CONTEXTS: Record<number, string> = {
  [MAC0]: "MAC0",
  [SIGN1]: "Signature1",
  [SIGN]: "Signature",
};
const ALGORITHM = 1;
const CRITICAL = 2;
const KEY_ID = 4;
const UNREADABLE: CoseSignature = {
  ...{ type: "untagged", tag: null, algorithm: undefined, kid: undefined },
  ...{ payload: "detached", headers: [], flaw: "it cannot be read" },
};

/**
 * Reads one element of the wrapper (RFC 9052, sections 4 and 6): a COSE_Sign1 or COSE_Mac0 gives one
 * signature, a COSE_Sign one for each signer. Never throws.
 *
 * @param warnings gets what cannot be read and what is written oddly
 */
export function readSignatures(element: unknown, warnings: string[]): CoseSignature[] {
  const reading = element instanceof Uint8Array ? readCbor(element) : undefined;
  const oddities = reading?.oddities ?? [];
  warnings.push(...oddities.map((oddity) => `signature: ${oddity}`));
  const value = reading?.value;
  const tag = value instanceof Tagged ? value.tag : null;
  const type = tag === null ? "untagged" : nameOf(COSE_NAMES, tag);
  const parts: unknown = value instanceof Tagged ? value.value : value;
  if (!Array.isArray(parts)) {
    warnings.push("an authentication block cannot be read");
    return [{ ...UNREADABLE, type, tag }];
  }
  const [head, open, payload, last] = parts as unknown[];
  const body = headers(head, open);
  const common = {
    ...{ type, tag, payload: payload === null ? "detached" : "attached" },
    ...(payload instanceof Uint8Array && { attached: payload }),
  } satisfies Partial<CoseSignature>;
  const outer = blockFlaw(tag, parts, oddities[0]);
  if (tag !== SIGN || !Array.isArray(last))
    return [finish({ ...common, ...body, headers: body.bytes }, last, outer ?? body.flaw)];
  if (last.length === 0) return [{ ...UNREADABLE, ...common, flaw: "it has no signer" }];
  return last.map((signer: unknown) => {
    if (!Array.isArray(signer) || signer.length !== 3) return { ...UNREADABLE, ...common };
    const own = headers(signer[0], signer[1]);
    const both = { ...common, ...own, headers: [...body.bytes, ...own.bytes] };
    return finish(both, signer[2], outer ?? body.critical ?? own.flaw);
  });
}

function finish(
  found: Omit<CoseSignature, "value" | "flaw">,
  value: unknown,
  flaw: string | undefined,
): CoseSignature {
  const { type, tag, algorithm, kid, payload, attached, headers: wire } = found;
  const why = flaw ?? (value instanceof Uint8Array ? undefined : "it holds no signature");
  return {
    ...{ type, tag, algorithm, kid, payload, headers: wire },
    ...(attached && { attached }),
    ...(value instanceof Uint8Array && { value }),
    ...(why !== undefined && { flaw: why }),
  };
}

function blockFlaw(tag: number | null, parts: unknown[], odd: string | undefined) {
  if (tag === null) return "it has no COSE tag";
  if (!Object.hasOwn(CONTEXTS, tag)) return `${nameOf(COSE_NAMES, tag)} is not supported`;
  if (parts.length !== 4) return "it has not four parts";
  if (parts[2] !== null && !(parts[2] instanceof Uint8Array))
    return "its payload is no byte string";
  return odd === undefined ? undefined : `CBOR: ${odd}`;
}

interface Headers {
  bytes: Uint8Array[];
  algorithm: unknown;
  kid: unknown;
  /** Why a signature with these headers cannot be trusted. */
  flaw?: string;
  /** The part of it that counts for the body of a COSE_Sign, which needs no algorithm. */
  critical?: string;
}

/** Both headers of a block; the algorithm counts only in the protected one (RFC 9052, section 3.1). */
function headers(head: unknown, open: unknown): Headers {
  const reading = head instanceof Uint8Array && head.length > 0 ? readCbor(head) : undefined;
  const inner = reading?.value instanceof Map ? reading.value : new Map<unknown, unknown>();
  const outer = open instanceof Map ? open : new Map<unknown, unknown>();
  const get = (key: number): unknown => (inner.has(key) ? inner.get(key) : outer.get(key));
  const odd = reading?.oddities[0];
  let critical: string | undefined;
  if (!(head instanceof Uint8Array)) critical = "its protected header is no byte string";
  else if (head.length > 0 && !(reading?.value instanceof Map))
    critical = "its protected header cannot be read";
  else if (!(open instanceof Map)) critical = "its unprotected header is no map";
  else if (odd !== undefined) critical = `protected header: ${odd}`;
  else if ([...inner.keys()].some((key) => outer.has(key)))
    critical = "a header stands twice, protected and not";
  else if (inner.has(CRITICAL) || outer.has(CRITICAL)) critical = "it has critical headers";
  const flaw =
    critical ??
    (inner.has(ALGORITHM)
      ? undefined
      : `its algorithm is ${outer.has(ALGORITHM) ? "not protected" : "not named"}`);
  return {
    ...{ bytes: head instanceof Uint8Array ? [head] : [], algorithm: get(ALGORITHM) },
    ...{ kid: get(KEY_ID), critical, flaw },
  };
}

/**
 * What is signed: Sig_structure or MAC_structure (RFC 9052, sections 4.4 and 6.3) without external
 * data.
 *
 * @param payload the encoded SUIT_Digest
 */
export function signedBytes({ tag, headers: wire }: CoseSignature, payload: Uint8Array) {
  return cbor([CONTEXTS[tag ?? 0], ...wire, new Uint8Array(0), payload]);
}

/** A key identifier in words: hex of a byte string, or null. */
export const kidText = (kid: unknown): string | null => {
  if (kid === undefined) return null;
  return kid instanceof Uint8Array ? Buffer.from(kid).toString("hex") : diagnostic(kid);
};

/**
 * The blocks and what they sign: the content of the first element. Up to draft -09 there was no such
 * element, and the digest stood in the blocks.
 */
export function splitWrapper(list: unknown[]): { blocks: unknown[]; signed?: Uint8Array } {
  const [first, ...rest] = list;
  const digest = opened(first);
  if (first instanceof Uint8Array && Array.isArray(digest) && typeof digest[0] === "number")
    return { blocks: rest, signed: first };
  return { blocks: list };
}
