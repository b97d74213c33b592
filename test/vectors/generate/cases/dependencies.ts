/** Trust domains, one level: common key 1, conditions 7 and 8, directives 11 and 19, sections 15 and 18. */
import type { Node, Pair } from "../../../support/cbor.js";
import { type Changes, digestOf, STRANGER, seal } from "../../../support/envelopes.js";
import { type Case, type DeviceDifference, no, ok, open, rows } from "../define.js";
import {
  ALL,
  APP,
  bstr,
  CHECK,
  componentId,
  content,
  FAILURES,
  fetch,
  hex,
  INSTALL,
  image,
  MATCH,
  map,
  oneManifest,
  PAYLOAD,
  PAYLOADS,
  SHARED,
  sequence,
  set,
  WHO,
} from "../release.js";

type Items = Node[];
const INTEGRITY: Items = [7, ALL];
const PROCESS: Items = [11, FAILURES];

/** The dependency: the author's release of "app", signed for itself. */
const inner = oneManifest();
export const DEP = seal(inner, { outside: [PAYLOAD] });
/** It takes the URI that the dependent has set, if any. */
const SETTING = oneManifest({ install: [19, map([21, "#none"]), 21, FAILURES, ...MATCH] });
const DEP_SETTING = seal(SETTING, { outside: [PAYLOAD] });
const STRANGERS = seal(inner, { outside: [PAYLOAD], blocks: [{ key: STRANGER }] });
const DEP_OF_OTHER_CLASS = seal(
  oneManifest({
    shared: [...set({ ...WHO, 2: bstr(hex("00".repeat(16))), ...image(APP) }), ...CHECK],
  }),
  { outside: [PAYLOAD] },
);
const FAILING = seal(oneManifest({ validate: [14, ALL] }), { outside: [PAYLOAD] });
const LOADING = seal(oneManifest({ load: MATCH }), { outside: [PAYLOAD] });
Object.assign(PAYLOADS, {
  "dependency.suit.bin": DEP,
  "dependency-setting.suit.bin": DEP_SETTING,
  "dependency-of-a-stranger.suit.bin": STRANGERS,
});

/** What is known of a dependency: the digest of its manifest, and how large it is now. */
const known = (manifest: Uint8Array, envelope: Uint8Array): Changes => ({
  3: bstr(digestOf(bstr(manifest))),
  14: envelope.length,
});

interface Root {
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
}

/** Components "dep" (the dependency) and "app". */
function root(parts: Root = {}): Uint8Array {
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
    { components: ["dep", "app"], shared: [], install: [], validate: [], outside: [] },
  );
  return seal(manifest, { outside: parts.outside ?? [["#dep", bstr(envelope)]] });
}

const WITH = { features: ["dependencies" as const] };
const HELD = (dep: Uint8Array): DeviceDifference => ({ ...WITH, components: { dep } });
const BOTH = ok({ dep: DEP, app: APP });
/** The dependency is on the device already. */
const stored = (parts: Root): Root => ({ resolve: [12, 0, ...INTEGRITY], outside: [], ...parts });
const OFF = "the draft has them optional; an interpreter without them must abort";

export const DEPENDENCIES: Case[] = rows([
  [
    "dep-integrated",
    "The dependency is in the envelope; it brings its own payload",
    "TD 8.1.1",
    BOTH,
    root(),
    WITH,
  ],
  [
    "dep-remote",
    "The dependency is behind a URI",
    "TD 8.1",
    BOTH,
    root({ resolve: [12, 0, ...fetch("coap://h/dep"), ...INTEGRITY, ...PROCESS], outside: [] }),
    { ...WITH, payloads: { "coap://h/dep": DEP } },
  ],
  [
    "dep-held",
    "The dependency is on the device already",
    "TD 5.4",
    BOTH,
    root(stored({})),
    HELD(DEP),
  ],
  ["dep-off", "C31 A dependency on a device that knows none", "TD 5.1", no("MANIFEST_KEY"), root()],
  [
    "dep-empty-map",
    "dependencies without one",
    "TD 5.2.2",
    no("MANIFEST_INCOMPLETE"),
    root({ common: { 1: map() } }),
    WITH,
  ],
  [
    "dep-out-of-range",
    "C25 A dependency that is no component",
    "TD 5.2.2",
    no("COMPONENT_INDEX"),
    root({ common: { 1: map([2, map()]) } }),
    WITH,
  ],
  [
    "dep-order",
    "C6 Dependencies out of order",
    "TD 5.2.2",
    no("CBOR_KEY_ORDER"),
    root({ common: { 1: map([1, map()], [0, map()]) } }),
    WITH,
  ],
  [
    "dep-prefix",
    "A dependency with a prefix",
    "TD 5.2.2",
    open(no("MANIFEST_KEY"), "optional to implement"),
    root({ common: { 1: map([0, map([1, componentId("x")])]) } }),
    WITH,
  ],
  [
    "dep-index-first",
    "C25 A section that begins without an index",
    "TD 5.1",
    no("COMPONENT_INDEX"),
    root({ validate: [...INTEGRITY, ...PROCESS] }),
    WITH,
  ],
  [
    "dep-component-id",
    "manifest-component-id is of no effect here",
    "TD 5.2.1",
    BOTH,
    root({ manifest: { 5: componentId("root") } }),
    WITH,
  ],
  [
    "dep-component-id-text",
    "C26 manifest-component-id with a text",
    "TD 5.2.1",
    no("CBOR_TYPE"),
    root({ manifest: { 5: ["root"] } }),
    WITH,
  ],
  [
    "dep-candidate",
    "candidate-verification is run before install",
    "TD 7.1",
    BOTH,
    root({ verify: [12, 0, ...INTEGRITY, ...MATCH] }),
    WITH,
  ],
  [
    "dep-candidate-fails",
    "What fails in candidate-verification ends it before install",
    "TD 7.1",
    no("ABORTED"),
    root({ verify: [12, 0, 14, ALL] }),
    WITH,
  ],
  [
    "dep-image-match",
    "image-match of a dependency is over its manifest",
    "TD 5.2.2",
    BOTH,
    root({ validate: [12, 0, ...MATCH, ...INTEGRITY, ...PROCESS] }),
    WITH,
  ],
  [
    "dep-severed-resolution",
    "dependency-resolution is severed and in the envelope",
    "TD 4",
    BOTH,
    root({
      manifest: { 15: digestOf(sequence(12, 0, ...fetch("#dep"), ...INTEGRITY, ...PROCESS)) },
      outside: [
        [15, sequence(12, 0, ...fetch("#dep"), ...INTEGRITY, ...PROCESS)],
        ["#dep", bstr(DEP)],
      ],
    }),
    WITH,
  ],
  [
    "c07-integrity",
    "Integrity is checked before each process-dependency",
    "TD 5.6.4",
    BOTH,
    root(),
    WITH,
  ],
  [
    "c07-stranger",
    "D7 The dependency is signed by a stranger",
    "TD 5.6.4",
    open(
      no("SIGNATURE_INVALID"),
      "a device with one level of access may skip this signature: the digest vouches for it (TD 5.1)",
    ),
    root(stored({})),
    HELD(STRANGERS),
  ],
  [
    "c07-other",
    "E6 The device holds another dependency than the one meant",
    "TD 5.6.4",
    no("DEPENDENCY_DIGEST"),
    root(stored({})),
    HELD(DEP_SETTING),
  ],
  [
    "c07-absent",
    "E7 The device holds no dependency",
    "TD 5.6.4",
    no("DEPENDENCY_ABSENT"),
    root(stored({})),
    WITH,
  ],
  [
    "c07-not-one",
    "Integrity of what is no dependency",
    "TD 5.6.4",
    no("NOT_A_DEPENDENCY"),
    root({ resolve: [12, 1, ...INTEGRITY] }),
    WITH,
  ],
  [
    "c07-no-digest",
    "Integrity without a digest",
    "TD 5.6.4",
    no("PARAMETER_MISSING"),
    root(stored({ shared: [12, 0, ...set(WHO), ...CHECK] })),
    HELD(DEP),
  ],
  [
    "c07-never-soft",
    "Integrity that fails in an alternative ends everything",
    "TD 5.6.4",
    no("DEPENDENCY_DIGEST"),
    root(stored({ resolve: [12, 0, 15, [sequence(...INTEGRITY), sequence(14, ALL), null]] })),
    HELD(DEP_SETTING),
  ],
  [
    "c07-off",
    "C28 dependency-integrity on a device that knows none",
    "TD 5.6.4",
    open(no("COMMAND_UNSUPPORTED"), OFF),
    seal(oneManifest({ install: [...INSTALL, ...INTEGRITY] }), { outside: [PAYLOAD] }),
  ],
  [
    "c08-is",
    "It is a dependency",
    "TD 5.6.3",
    BOTH,
    root({ validate: [12, 0, 8, ALL, ...INTEGRITY, ...PROCESS] }),
    WITH,
  ],
  [
    "c08-is-not",
    "It is none",
    "TD 5.6.3",
    no("NOT_A_DEPENDENCY"),
    root({ validate: [12, 1, 8, ALL] }),
    WITH,
  ],
  [
    "c08-alternatives",
    "With true: dependencies are processed, all else is looked at",
    "TD 8.4",
    BOTH,
    root({
      validate: [12, true, 15, [sequence(8, ALL, ...INTEGRITY, ...PROCESS), sequence(...MATCH)]],
    }),
    WITH,
  ],
  [
    "c08-off",
    "C28 is-dependency on a device that knows none",
    "TD 5.6.3",
    open(no("COMMAND_UNSUPPORTED"), OFF),
    seal(oneManifest({ install: [15, [sequence(8, ALL), sequence(...INSTALL)]] }), {
      outside: [PAYLOAD],
    }),
  ],
  [
    "c11-process",
    "Each section of the dependency is processed in the same section",
    "TD 5.6.2",
    BOTH,
    root(),
    WITH,
  ],
  [
    "c11-true",
    "With true it applies to all dependencies, and only to them",
    "TD 5.6.2",
    BOTH,
    root({ install: [12, 0, ...INTEGRITY, 12, true, ...PROCESS] }),
    WITH,
  ],
  [
    "c11-unchecked",
    "No integrity check before",
    "TD 5.6.2",
    no("DEPENDENCY_UNCHECKED"),
    root({ resolve: [12, 0, ...fetch("#dep"), ...PROCESS] }),
    WITH,
  ],
  [
    "c11-fetched-again",
    "E15 Fetched again behind the check",
    "TD 5.6.4",
    no("DEPENDENCY_UNCHECKED"),
    root({ resolve: [12, 0, ...fetch("#dep"), ...INTEGRITY, 21, FAILURES, ...PROCESS] }),
    WITH,
  ],
  [
    "c11-not-one",
    "Processing of what is no dependency",
    "TD 5.6.2",
    no("NOT_A_DEPENDENCY"),
    root({ install: [12, 1, ...PROCESS] }),
    WITH,
  ],
  [
    "c11-in-shared",
    "process-dependency in the shared sequence",
    "TD 5.6.2",
    no("COMMAND_PLACE"),
    root({
      shared: [12, 0, ...set({ ...WHO, ...known(inner, DEP) }), ...CHECK, ...INTEGRITY, ...PROCESS],
    }),
    HELD(DEP),
  ],
  [
    "c11-other-class",
    "C27 The dependency is for another class",
    "TD 5.6.2",
    no("CLASS_MISMATCH"),
    root({
      envelope: DEP_OF_OTHER_CLASS,
      inner: oneManifest({
        shared: [...set({ ...WHO, 2: bstr(hex("00".repeat(16))), ...image(APP) }), ...CHECK],
      }),
    }),
    WITH,
  ],
  [
    "c11-fails-inside",
    "A condition fails in the dependency",
    "TD 5.6.2",
    no("ABORTED"),
    root({ envelope: FAILING, inner: oneManifest({ validate: [14, ALL] }) }),
    WITH,
  ],
  [
    "c11-not-processed",
    "The dependency's install section is not processed",
    "TD 5.1",
    no("DEPENDENCY_UNCHECKED"),
    root({ install: [12, 0, ...INTEGRITY] }),
    WITH,
  ],
  [
    "c11-no-section",
    "The dependency has a load section, and the dependent none",
    "TD 5.1",
    no("DEPENDENCY_UNCHECKED"),
    root({ envelope: LOADING, inner: oneManifest({ load: MATCH }) }),
    WITH,
  ],
  [
    "c11-of-dependency",
    "C31 A dependency of a dependency",
    "TD 5.4",
    open(no("MANIFEST_KEY"), "this device has one level"),
    nestedRoot(),
    WITH,
  ],
  [
    "c11-off",
    "C28 process-dependency on a device that knows none",
    "TD 5.6.2",
    open(no("COMMAND_UNSUPPORTED"), OFF),
    seal(oneManifest({ install: [...INSTALL, ...PROCESS] }), { outside: [PAYLOAD] }),
  ],
  [
    "c19-overrides",
    "The dependent sets the URI that the dependency would set",
    "TD 5.6.1",
    ok({ dep: DEP_SETTING, app: APP }),
    root({
      envelope: DEP_SETTING,
      inner: SETTING,
      install: [12, 1, 19, map([21, "#app"]), 12, 0, ...INTEGRITY, ...PROCESS],
    }),
    WITH,
  ],
  [
    "c19-default",
    "The dependency's own URI, when the dependent sets none",
    "TD 5.6.1",
    no("PAYLOAD_ABSENT"),
    root({ envelope: DEP_SETTING, inner: SETTING }),
    WITH,
  ],
  [
    "c19-is-set",
    "What is set already stays",
    "TD 5.6.1",
    BOTH,
    root({
      resolve: [
        12,
        0,
        ...set({ 21: "#dep" }),
        19,
        map([21, "#none"]),
        21,
        FAILURES,
        ...INTEGRITY,
        ...PROCESS,
      ],
    }),
    WITH,
  ],
  [
    "c19-not-overridden",
    "override-parameters of the dependency wins",
    "TD 5.6.1",
    BOTH,
    root({ install: [12, 1, 19, map([21, "#none"]), 12, 0, ...INTEGRITY, ...PROCESS] }),
    WITH,
  ],
  [
    "c19-unknown",
    "C28 set-parameters of an unknown parameter",
    "TD 5.6.1",
    no("PARAMETER_UNSUPPORTED"),
    root({ install: [12, 1, 19, map([20, 0]), 12, 0, ...INTEGRITY, ...PROCESS] }),
    WITH,
  ],
  [
    "c19-in-shared",
    "set-parameters in the shared sequence",
    "TD 8.1",
    open(BOTH, "the template puts it there, the grammar of shared sequences does not have it"),
    root({
      shared: [
        12,
        0,
        ...set(WHO),
        19,
        map([3, known(inner, DEP)[3] as Node], [14, DEP.length]),
        ...CHECK,
      ],
    }),
    WITH,
  ],
  [
    "c19-off",
    "C28 set-parameters on a device that knows no dependencies",
    "TD 5.6.1",
    open(no("COMMAND_UNSUPPORTED"), OFF),
    seal(oneManifest({ shared: SHARED, install: [19, map([21, "#app"]), ...INSTALL] }), {
      outside: [PAYLOAD],
    }),
  ],
]);

/** A root whose dependency is a root itself. */
function nestedRoot(): Uint8Array {
  const middle = root();
  // The manifest of the middle one: what its own wrapper vouches for.
  const at = Buffer.from(middle).indexOf(Buffer.from(hex("82 2f 58 20")));
  const vouched = middle.slice(at, at + 36);
  const shared = [12, 0, ...set({ ...WHO, 3: bstr(vouched), 14: middle.length }), ...CHECK];
  return root({ envelope: middle, shared });
}
