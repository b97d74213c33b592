import { verifyEnvelope } from "../../verify.js";
import { readEnvelope } from "../read.js";
import { mapOf, memberContent, nestedSequences, opened } from "../sections.js";
import type { ForeignKey } from "./keys.js";

const PARAMETERS = 20;
const NOWHERE = new Uint8Array(16);

/**
 * What a board of ours would say to the outside of an envelope, by its own code: envelope, signatures
 * and digest. It is given the Ed25519 keys among `keys` and the identity that the manifest names, so
 * that only refusals of the envelope itself are left; the rest needs a device (`suitcase verify`).
 *
 * @returns a sentence without a full stop
 */
export function boardSays(bytes: Uint8Array, keys: ForeignKey[]): string {
  const publics = keys
    .filter(({ kind }) => kind === "Ed25519")
    .map(({ key }) => Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url"));
  const verdict = verifyEnvelope(
    bytes,
    {
      vendor: parameter(bytes, 1),
      class: parameter(bytes, 2),
      device: parameter(bytes, 24),
      keys: publics.map((key) => ({ public: key, kid: new Uint8Array(0), roles: ["author"] })),
      ...{ sequence: 0, slot: 0, slotSize: 0, components: new Map() },
    },
    () => undefined,
  );
  const rest =
    "a board of ours takes this signature; whether it takes the release, `suitcase verify` says";
  if (verdict.accepted) return rest;
  const { code, name } = verdict.error;
  // 3xx to 5xx are about manifest, policy and storage: the signature has passed by then.
  if (code >= 300 && code < 600) return rest;
  return `a board of ours, which takes only Ed25519, would refuse it: ${code} ${name}`;
}

/** The first value of a parameter in the shared sequence. */
function parameter(bytes: Uint8Array, code: number): Uint8Array {
  const manifest = mapOf(opened(readEnvelope(bytes, "").members.get(3)));
  const content = memberContent(4, mapOf(opened(manifest.get(3))), new Map());
  if (!content) return NOWHERE;
  for (const { items } of nestedSequences({ name: "shared", content }))
    for (let i = 0; i < items.length; i += 2) {
      const value = items[i] === PARAMETERS ? mapOf(items[i + 1]).get(code) : undefined;
      if (value instanceof Uint8Array && value.length === 16) return value;
    }
  return NOWHERE;
}
