/** A root manifest with one dependency, and the dependencies themselves (suit-trust-domains). */
import type { Node, Pair } from "../../support/cbor.js";
import { type Changes, digestOf, STRANGER, seal } from "../../support/envelopes.js";
import { type DeviceDifference, ok } from "./define.js";
import {
  ALL,
  APP,
  bstr,
  CHECK,
  content,
  FAILURES,
  fetch,
  hex,
  image,
  MATCH,
  map,
  oneManifest,
  PAYLOAD,
  sequence,
  set,
  WHO,
} from "./release.js";

export type Items = Node[];
export const INTEGRITY: Items = [7, ALL];
export const PROCESS: Items = [11, FAILURES];

/** The dependency: the author's release of "app", signed for itself. */
export const inner = oneManifest();
export const DEP = seal(inner, { outside: [PAYLOAD] });
/** It takes the URI that the dependent has set, if any. */
export const SETTING = oneManifest({ install: [19, map([21, "#none"]), 21, FAILURES, ...MATCH] });
export const DEP_SETTING = seal(SETTING, { outside: [PAYLOAD] });
export const STRANGERS = seal(inner, { outside: [PAYLOAD], blocks: [{ key: STRANGER }] });
export const DEP_OF_OTHER_CLASS = seal(
  oneManifest({
    shared: [...set({ ...WHO, 2: bstr(hex("00".repeat(16))), ...image(APP) }), ...CHECK],
  }),
  { outside: [PAYLOAD] },
);
export const FAILING = seal(oneManifest({ validate: [14, ALL] }), { outside: [PAYLOAD] });
export const LOADING = seal(oneManifest({ load: MATCH }), { outside: [PAYLOAD] });
/** Dependencies by file. */
export const DEPENDENCY_FILES: Record<string, Uint8Array> = {
  "dependency.suit.bin": DEP,
  "dependency-setting.suit.bin": DEP_SETTING,
  "dependency-of-a-stranger.suit.bin": STRANGERS,
};

/** What is known of a dependency: the digest of its manifest, and how large it is now. */
export const known = (manifest: Uint8Array, envelope: Uint8Array): Changes => ({
  3: bstr(digestOf(bstr(manifest))),
  14: envelope.length,
});

export interface Root {
  resolve?: Items;
  verify?: Items;
  fetch?: Items;
  install?: Items;
  validate?: Items;
  load?: Items;
  shared?: Items;
  common?: Changes;
  manifest?: Changes;
  envelope?: Uint8Array;
  inner?: Uint8Array;
  outside?: Pair[];
  components?: string[];
}

/** Components "dep" (the dependency) and "app". */
export function root(parts: Root = {}): Uint8Array {
  const envelope = parts.envelope ?? DEP;
  const section = (items: Items | undefined) => items && sequence(...items);
  const manifest = content(
    {
      shared: parts.shared ?? [
        ...[12, 0, ...set({ ...WHO, ...known(parts.inner ?? inner, envelope) }), ...CHECK],
      ],
      fetch: parts.fetch,
      install: parts.install ?? [12, 0, ...INTEGRITY, ...PROCESS],
      validate: parts.validate ?? [12, 0, ...INTEGRITY, ...PROCESS],
      load: parts.load,
      common: { 1: map([0, map()]), ...parts.common },
      manifest: {
        15: section(parts.resolve ?? [12, 0, ...fetch("#dep"), ...INTEGRITY, ...PROCESS]),
        18: section(parts.verify),
        ...parts.manifest,
      },
    },
    {
      components: parts.components ?? ["dep", "app"],
      shared: [],
      install: [],
      validate: [],
      outside: [],
    },
  );
  return seal(manifest, { outside: parts.outside ?? [["#dep", bstr(envelope)]] });
}

export const WITH = { features: ["dependencies" as const] };
export const HELD = (dep: Uint8Array): DeviceDifference => ({ ...WITH, components: { dep } });
export const BOTH = ok({ dep: DEP, app: APP });
/** The dependency is on the device already. */
export const stored = (parts: Root): Root => ({
  resolve: [12, 0, ...INTEGRITY],
  outside: [],
  ...parts,
});
export const OFF = "the draft has them optional; an interpreter without them must abort";

/** A root whose dependency is a root itself. */
export function nestedRoot(): Uint8Array {
  const middle = root();
  // The manifest of the middle one: what its own wrapper vouches for.
  const at = Buffer.from(middle).indexOf(Buffer.from(hex("82 2f 58 20")));
  const vouched = middle.slice(at, at + 36);
  const shared = [12, 0, ...set({ ...WHO, 3: bstr(vouched), 14: middle.length }), ...CHECK];
  return root({ envelope: middle, shared });
}
