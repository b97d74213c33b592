/** The frame of the manifest: version, sequence number, keys, components; codes that nobody knows. */
import type { Pair } from "../../../support/cbor.js";
import { seal } from "../../../support/envelopes.js";
import { no, ok, open, rows } from "../define.js";
import {
  ALL,
  APP,
  bstr,
  CHECK,
  componentId,
  FAILURES,
  fetch,
  hex,
  INSTALL,
  image,
  MATCH,
  map,
  one,
  PAYLOAD,
  SEQUENCE,
  SHARED,
  sequence,
  set,
  WHO,
} from "../release.js";

type Items = Parameters<typeof sequence>;
const INSTALLED = ok({ app: APP });
const numbered = (value: number | bigint) => one({ manifest: { 2: value } });
const stored = (sequence: number) => ({ sequence });
const ids = (...all: Items) => one({ common: { 2: all } });
const before = (...items: Items) => one({ install: [...items, ...INSTALL] });
const key = (code: number, value: Items[number]) => one({ manifest: { [code]: value } });
const COUNT = (count: number) => Array.from({ length: count }, (_, i) => componentId(`c${i}`));
const FIRST = (...items: Items) => [12, 0, ...items];
const many = (count: number) =>
  one({
    common: { 2: COUNT(count) },
    shared: FIRST(...SHARED),
    install: FIRST(...INSTALL),
    validate: FIRST(...MATCH),
  });
const CHOICE = "the draft leaves the rest of the policy to the application";
const SKIPPED = "a recipient that does not implement it rejects the manifest";

export const FRAME = rows([
  ["frm-version-2", "C39 Manifest version 2", "6.1", no("MANIFEST_VERSION"), key(1, 2)],
  ["frm-version-0", "C39 Manifest version 0", "6.1", no("MANIFEST_VERSION"), key(1, 0)],
  [
    "frm-version-none",
    "C39 No version",
    "8.4.1",
    no("MANIFEST_INCOMPLETE"),
    one({ manifest: { 1: undefined } }),
  ],
  [
    "frm-number-none",
    "No sequence number",
    "8.4.2",
    no("MANIFEST_INCOMPLETE"),
    one({ manifest: { 2: undefined } }),
  ],
  [
    "frm-common-none",
    "No common",
    "8.4",
    no("MANIFEST_INCOMPLETE"),
    one({ manifest: { 3: undefined } }),
  ],
  [
    "frm-empty",
    "An empty manifest",
    "8.4",
    no("MANIFEST_INCOMPLETE"),
    seal(map(), { outside: [PAYLOAD] }),
  ],
  ["frm-number-next", "E2 The next number", "8.4.2", INSTALLED, numbered(SEQUENCE)],
  ["frm-number-gap", "E2 A number far above", "8.4.2", INSTALLED, numbered(1000000)],
  ["frm-number-lower", "E2 A number below the device's", "8.4.2", no("ROLLBACK"), one(), stored(8)],
  ["frm-number-0", "E2 Number 0", "8.4.2", no("ROLLBACK"), numbered(0)],
  [
    "frm-number-equal",
    "B12 The device's own number",
    "8.4.2",
    open(
      no("SEQUENCE_REUSED"),
      "only lower must be refused; an equal number may carry other content",
    ),
    one(),
    stored(SEQUENCE),
  ],
  [
    "frm-number-last",
    "B14 Number 2^32 - 2, the last one",
    "8.4.2",
    INSTALLED,
    numbered(2 ** 32 - 2),
  ],
  [
    "frm-number-2-32",
    "B14 Number 2^32 - 1",
    "8.4.2",
    open(no("SEQUENCE_RANGE"), CHOICE),
    numbered(2 ** 32 - 1),
  ],
  [
    "frm-number-not-32-bits",
    "B14 E2 2^32 + 8 is not 8",
    "8.4.2",
    open(no("SEQUENCE_RANGE"), CHOICE),
    numbered(2 ** 32 + 8),
  ],
  [
    "frm-number-2-64",
    "B14 Number 2^64 - 1",
    "8.4.2",
    open(no("CBOR_RANGE"), CHOICE),
    numbered(2n ** 64n - 1n),
  ],
  [
    "frm-key-5",
    "C13 manifest-component-id without dependencies",
    "TD 5.2.1",
    open(no("MANIFEST_KEY"), SKIPPED),
    key(5, componentId("root")),
  ],
  [
    "frm-key-10",
    "C13 C39 Key 10, which nobody has assigned",
    "8.4",
    no("MANIFEST_KEY"),
    key(10, sequence(...MATCH)),
  ],
  [
    "frm-key-14",
    "C13 coswid",
    "UM 3.2",
    open(no("MANIFEST_KEY"), "optional to implement"),
    key(14, bstr(hex("a0"))),
  ],
  [
    "frm-key-15",
    "C13 dependency-resolution without dependencies",
    "TD 5.5",
    open(no("MANIFEST_KEY"), SKIPPED),
    key(15, sequence(...MATCH)),
  ],
  [
    "frm-key-17",
    "C13 C39 Key 17, install of drafts 19 to 26",
    "8.4",
    no("MANIFEST_KEY"),
    key(17, sequence(...INSTALL)),
  ],
  [
    "frm-key-18",
    "C13 candidate-verification without dependencies",
    "TD 7.1",
    open(no("MANIFEST_KEY"), SKIPPED),
    key(18, sequence(...MATCH)),
  ],
  [
    "frm-key-24",
    "C13 uninstall",
    "TD 6",
    open(no("MANIFEST_KEY"), SKIPPED),
    key(24, sequence(...MATCH)),
  ],
  [
    "frm-key-negative",
    "C13 A negative key",
    "8.4",
    no("MANIFEST_KEY"),
    seal(map([1, 1], [2, 7], [-1, 0]), { outside: [PAYLOAD] }),
  ],
  ["frm-common-3", "C13 Key 3 of common", "8.4.5", no("MANIFEST_KEY"), one({ common: { 3: 0 } })],
  [
    "frm-envelope-1",
    "C13 Key 1 of the envelope behind the manifest",
    "8.2",
    no("CBOR_KEY_ORDER"),
    one({ outside: [[1, bstr(hex("a0"))], PAYLOAD] }),
  ],
  [
    "frm-envelope-14",
    "C13 coswid in the envelope",
    "UM 3.2",
    open(no("ENVELOPE_KEY"), "optional to implement"),
    one({ outside: [[14, bstr(hex("a0"))], PAYLOAD] }),
  ],
  [
    "frm-envelope-24",
    "C13 C40 Key 24 of the envelope",
    "8.2",
    open(no("ENVELOPE_KEY"), "not signed, not known: not carried along"),
    one({ outside: [[24, bstr(hex("a0"))], PAYLOAD] }),
  ],
  [
    "frm-envelope-bytes",
    "C13 A byte string as a key of the envelope",
    "8.2",
    no("CBOR_TYPE"),
    one({ outside: [[bstr(hex("61")), bstr(APP)]] }),
  ],
  [
    "frm-id-two-parts",
    "A component identifier of two parts",
    "8.4.5.1",
    { expect: "accept", after: { "app/main": APP } },
    ids([bstr(hex("617070")), bstr(hex("6d61696e"))]),
  ],
  [
    "frm-id-empty",
    "C26 A component identifier of no parts",
    "8.4.5.1",
    open(no("COMPONENT_ID"), "within the grammar, and no place of this device"),
    ids([]),
  ],
  [
    "frm-id-text",
    "C26 A component identifier with a text",
    "8.4.5.1",
    no("CBOR_TYPE"),
    ids(["app"]),
  ],
  [
    "frm-id-string",
    "C26 A component identifier that is a byte string",
    "8.4.5.1",
    no("CBOR_TYPE"),
    ids(bstr(hex("617070"))),
  ],
  [
    "frm-id-structure",
    "E10 The same bytes in two parts are another component",
    "8.4.5.1",
    no("IMAGE_DIGEST"),
    one({ common: { 2: [[bstr(hex("61")), bstr(hex("7070"))]] }, install: null, outside: [] }),
    { components: { app: APP } },
  ],
  ["frm-no-component", "C25 A list of no components", "8.4.5", no("COMPONENT_COUNT"), ids()],
  [
    "frm-no-list",
    "C25 No list of components",
    "8.4.5",
    open(no("MANIFEST_INCOMPLETE"), "within the grammar; nothing could be installed"),
    one({ common: { 2: undefined } }),
  ],
  ["frm-8-components", "C25 Eight components", "6.2", ok({ c0: APP }), many(8)],
  [
    "frm-9-components",
    "C25 Nine components: more than this device has",
    "6.2",
    no("COMPONENT_COUNT"),
    many(9),
  ],
  ["frm-command-0", "C28 Command 0", "8.4.6", no("COMMAND_UNSUPPORTED"), before(0, ALL)],
  [
    "frm-command-30",
    "C28 Command 30, which nobody has assigned",
    "8.4.6",
    no("COMMAND_UNSUPPORTED"),
    before(30, ALL),
  ],
  [
    "frm-command-33",
    "C28 unlink",
    "TD 5.6.5",
    open(no("COMMAND_UNSUPPORTED"), SKIPPED),
    before(33, FAILURES),
  ],
  [
    "frm-command-34",
    "C28 override-multiple",
    "UM 5.7",
    open(no("COMMAND_UNSUPPORTED"), SKIPPED),
    before(34, map([0, map([21, "#app"])])),
  ],
  [
    "frm-command-35",
    "C28 copy-params",
    "UM 5.8",
    open(no("COMMAND_UNSUPPORTED"), SKIPPED),
    before(35, map([0, [21]])),
  ],
  [
    "frm-command-custom",
    "C28 A custom command in install",
    "8.4.11",
    open(no("COMMAND_UNSUPPORTED"), "this device has none"),
    before(-257, 0),
  ],
  [
    "frm-command-negative",
    "C28 Command -1, of a range that is reserved",
    "8.4.9",
    no("COMMAND_UNSUPPORTED"),
    before(-1, ALL),
  ],
  ["frm-command-300", "C28 Command 300", "8.4.6", no("COMMAND_UNSUPPORTED"), before(300, ALL)],
  [
    "frm-command-text",
    "C28 A text as a command",
    "8.4.6",
    no("COMMAND_UNSUPPORTED"),
    before("fetch", ALL),
  ],
  [
    "frm-command-behind",
    "C28 An unknown command behind a condition that fails at the outermost level",
    "8.4.9",
    no("ABORTED"),
    one({ install: [14, ALL, 13, ALL] }),
  ],
  [
    "frm-parameter-0",
    "C28 Parameter 0",
    "8.4.8",
    no("PARAMETER_UNSUPPORTED"),
    before(...set({ 0: 0 })),
  ],
  [
    "frm-parameter-19",
    "C28 encryption-info",
    "8.4.8",
    open(
      no("PARAMETER_UNSUPPORTED"),
      "of draft-ietf-suit-firmware-encryption; optional to implement",
    ),
    before(...set({ 19: bstr(hex("d8608443a10101a0f680")) })),
  ],
  [
    "frm-parameter-30",
    "C28 component-metadata",
    "UM 4.6",
    open(no("PARAMETER_UNSUPPORTED"), SKIPPED),
    before(...set({ 30: bstr(hex("a10501")) })),
  ],
  [
    "frm-parameter-custom",
    "C28 A custom parameter in install",
    "8.4.8.16",
    open(no("PARAMETER_UNSUPPORTED"), "a hint that could be ignored; this device has none"),
    before(20, map([-257, 0])),
  ],
  [
    "frm-parameter-text",
    "C28 A text as a parameter",
    "8.4.8",
    no("PARAMETER_UNSUPPORTED"),
    before(20, map(["uri", 0] as Pair)),
  ],
  [
    "frm-parameters-array",
    "C28 Parameters in an array",
    "8.4.10.3",
    no("CBOR_TYPE"),
    before(20, [21, "#app"]),
  ],
  [
    "c20-override",
    "override-parameters replaces what is set",
    "8.4.10.3",
    INSTALLED,
    one({ install: [...set({ 21: "#none" }), ...fetch("#app"), ...MATCH] }),
  ],
  [
    "c20-override-last",
    "It replaces with what is wrong, too",
    "8.4.10.3",
    no("PAYLOAD_ABSENT"),
    one({ install: [...set({ 21: "#app" }), ...fetch("#none")] }),
  ],
  [
    "c20-one-map",
    "All parameters in one map",
    "8.4.10.3",
    INSTALLED,
    one({
      shared: [...set({ ...WHO, ...image(APP), 21: "#app" }), ...CHECK],
      install: [21, FAILURES, ...MATCH],
    }),
  ],
]);

/** Limits of this device: the draft lets every device have its own. */
const LIMIT = "every device has its limits";
/** try-each in the second alternative of try-each. */
const deep = (depth: number): Items =>
  depth ? [15, [sequence(14, ALL), sequence(...deep(depth - 1))]] : MATCH;
const repeated = (count: number): Items => Array(count).fill([1, ALL]).flat();
const uri = (size: number) => `coap://h/${"a".repeat(size - 9)}`;
/** Commands of the default release: shared (3) before install (3) and before validate (1). */
const DEFAULT_COMMANDS = 3 + 3 + 3 + 1;

export const LIMITS = rows([
  [
    "lim-commands-256",
    "C36 256 commands, shared ones counted for each section",
    "6.6",
    ok({ app: APP }),
    before(...repeated(256 - DEFAULT_COMMANDS)),
  ],
  [
    "lim-commands-257",
    "C36 257 commands",
    "6.6",
    open(no("COMMAND_LIMIT"), LIMIT),
    before(...repeated(257 - DEFAULT_COMMANDS)),
  ],
  [
    "lim-nesting-4",
    "C30 Four sequences in each other",
    "8.4.10.2",
    ok({ app: APP }),
    one({ validate: deep(4) }),
  ],
  [
    "lim-nesting-5",
    "C30 Five sequences in each other",
    "8.4.10.2",
    open(no("NESTING_LIMIT"), LIMIT),
    one({ validate: deep(5) }),
  ],
  [
    "lim-nesting-run-5",
    "C31 Five run-sequences in each other",
    "8.4.10.8",
    open(no("NESTING_LIMIT"), LIMIT),
    one({ validate: [0, 1, 2, 3, 4].reduce((inner: Items) => [32, sequence(...inner)], MATCH) }),
  ],
  [
    "lim-uri-96",
    "C35 A URI of 96 bytes",
    "8.4.8.10",
    ok({ app: APP }),
    one({ install: [...fetch(uri(96)), ...MATCH], outside: [] }),
    { payloads: { [uri(96)]: APP } },
  ],
  [
    "lim-uri-97",
    "C35 A URI of 97 bytes",
    "8.4.8.10",
    open(no("URI_TOO_LONG"), LIMIT),
    one({ install: [...fetch(uri(97)), ...MATCH], outside: [] }),
    { payloads: { [uri(97)]: APP } },
  ],
  [
    "lim-slot-fits",
    "C33 A slot of 28 bytes for an image of 25",
    "6.2",
    ok({ app: APP }),
    one(),
    { limits: { slot: 28 } },
  ],
  [
    "lim-slot-small",
    "C33 A slot of 24 bytes for an image of 25",
    "6.2",
    no("SLOT_TOO_SMALL"),
    one(),
    { limits: { slot: 24 } },
  ],
  [
    "lim-slot-not-asked",
    "C33 What cannot fit is not asked for",
    "6.2",
    no("SLOT_TOO_SMALL"),
    one({ install: fetch("coap://h/none"), outside: [] }),
    { limits: { slot: 24 } },
  ],
  [
    "lim-envelope",
    "C38 An envelope larger than the device takes",
    "8.2",
    open(no("ENVELOPE_TOO_LARGE"), LIMIT),
    one(),
    { limits: { envelope: 200 } },
  ],
  [
    "lim-envelope-fits",
    "C38 An envelope that just fits",
    "8.2",
    ok({ app: APP }),
    one(),
    { limits: { envelope: one().length } },
  ],
  [
    "lim-members",
    "C36 Twelve members behind the manifest",
    "8.2",
    open(no("ENVELOPE_KEY"), LIMIT),
    one({
      outside: [
        PAYLOAD,
        ...Array.from(
          { length: 11 },
          (_, i): Pair => [`#spare${String.fromCharCode(97 + i)}`, bstr(hex("00"))],
        ),
      ],
    }),
  ],
]);
