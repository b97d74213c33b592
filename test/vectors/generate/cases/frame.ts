/** The frame of the manifest: version, sequence number, keys, components. */
import { seal } from "../../../support/envelopes.js";
import { no, ok, open, rows } from "../define.js";
import {
  APP,
  bstr,
  componentId,
  hex,
  INSTALL,
  MATCH,
  map,
  one,
  PAYLOAD,
  SEQUENCE,
  SHARED,
  sequence,
} from "../release.js";

type Items = Parameters<typeof sequence>;
const INSTALLED = ok({ app: APP });
const numbered = (value: number | bigint) => one({ manifest: { 2: value } });
const stored = (sequence: number) => ({ sequence });
const ids = (...all: Items) => one({ common: { 2: all } });
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

const KEYS =
  "the draft names unknown commands and parameters, not keys; what a device does not know it cannot honour";
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
    open(no("MANIFEST_KEY"), KEYS),
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
    open(no("MANIFEST_KEY"), KEYS),
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
    open(no("MANIFEST_KEY"), KEYS),
    seal(map([1, 1], [2, 7], [-1, 0]), { outside: [PAYLOAD] }),
  ],
  [
    "frm-common-3",
    "C13 Key 3 of common",
    "8.4.5",
    open(no("MANIFEST_KEY"), KEYS),
    one({ common: { 3: 0 } }),
  ],
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
]);
