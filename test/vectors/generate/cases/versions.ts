/** Update management: condition 28 and set-version. */
import type { Node } from "../../../support/cbor.js";
import { no, ok, open, rows } from "../define.js";
import { ALL, APP, bstr, INSTALL, one, type sequence, set } from "../release.js";

type Items = Parameters<typeof sequence>;
const INSTALLED = ok({ app: APP });
/** Something before the default install section. */
const before = (...items: Items) => one({ install: [...items, ...INSTALL] });
/** A parameter, and the condition that reads it. */
const asked = (parameter: number, value: Node, condition = parameter) =>
  before(...set({ [parameter]: value }), condition, ALL);
const version = (comparison: number, ...numbers: number[]) =>
  asked(28, bstr([comparison, numbers]), 28);
const has = (...numbers: number[]) => ({ version: numbers });
const SHORT =
  "the draft does not say what is in the places that the device's version does not have: 0 here";

export const VERSIONS = rows([
  ["c28-greater", "More than 1.2.3", "UM 5.5", INSTALLED, version(1, 1, 2, 3), has(1, 2, 4)],
  [
    "c28-greater-same",
    "More than 1.2.3: it is 1.2.3",
    "UM 5.5",
    no("VERSION_MISMATCH"),
    version(1, 1, 2, 3),
    has(1, 2, 3),
  ],
  ["c28-greater-equal", "At least 1.2.3", "UM 5.5", INSTALLED, version(2, 1, 2, 3), has(1, 2, 3)],
  [
    "c28-greater-equal-less",
    "At least 1.2.3: it is 1.1.9",
    "UM 5.5",
    no("VERSION_MISMATCH"),
    version(2, 1, 2, 3),
    has(1, 1, 9),
  ],
  ["c28-equal", "1.2.3 and nothing else", "UM 5.5", INSTALLED, version(3, 1, 2, 3), has(1, 2, 3)],
  ["c28-equal-prefix", "1 is every 1.x.y", "UM 4.4", INSTALLED, version(3, 1), has(1, 7, 9)],
  [
    "c28-equal-other",
    "1.2 is not 1.3.0",
    "UM 5.5",
    no("VERSION_MISMATCH"),
    version(3, 1, 2),
    has(1, 3, 0),
  ],
  ["c28-lesser-equal", "At most 1.2.3", "UM 5.5", INSTALLED, version(4, 1, 2, 3), has(1, 2, 3)],
  [
    "c28-lesser-equal-more",
    "At most 1.2.3: it is 2.0.0",
    "UM 5.5",
    no("VERSION_MISMATCH"),
    version(4, 1, 2, 3),
    has(2, 0, 0),
  ],
  [
    "c28-lesser",
    "Less than 1.10: as numbers, not as text",
    "UM 4.4",
    INSTALLED,
    version(5, 1, 10),
    has(1, 9, 5),
  ],
  [
    "c28-lesser-same",
    "Less than 1.10: it is 1.10.1",
    "UM 4.4",
    no("VERSION_MISMATCH"),
    version(5, 1, 10),
    has(1, 10, 1),
  ],
  [
    "c28-rc",
    "2.0 rc 1 is less than 2.0.0",
    "UM 4.4.1",
    INSTALLED,
    version(5, 2, 0, 0),
    has(2, 0, -1, 1),
  ],
  [
    "c28-rc-order",
    "beta is less than rc",
    "UM 4.4.1",
    INSTALLED,
    version(5, 2, 0, -1),
    has(2, 0, -2),
  ],
  [
    "c28-range",
    "Two conditions: at least 1.0 and less than 1.10",
    "UM 4.4",
    INSTALLED,
    before(...set({ 28: bstr([2, [1, 0]]) }), 28, ALL, ...set({ 28: bstr([5, [1, 10]]) }), 28, ALL),
    has(1, 4, 0),
  ],
  [
    "c28-short",
    "The device's version is shorter than the manifest's",
    "UM 4.4",
    open(INSTALLED, SHORT),
    version(3, 2, 0, 0),
    has(2),
  ],
  [
    "c28-not-known",
    "The device does not know its version",
    "UM 5.5",
    no("VERSION_MISMATCH"),
    version(2, 0),
  ],
  [
    "c28-unset",
    "Condition without its parameter",
    "UM 5.5",
    no("PARAMETER_MISSING"),
    before(28, ALL),
    has(1),
  ],
  [
    "p28-comparison-0",
    "A comparison that is none",
    "UM 4.4",
    no("PARAMETER_VALUE"),
    version(0, 1),
    has(1),
  ],
  [
    "p28-comparison-6",
    "A comparison beyond the list",
    "UM 4.4",
    no("PARAMETER_VALUE"),
    version(6, 1),
    has(1),
  ],
  ["p28-empty", "A version without numbers", "UM 4.4", no("PARAMETER_VALUE"), version(3), has(1)],
  [
    "p28-rc-first",
    "A pre-release as the first number",
    "UM 4.4.1",
    no("PARAMETER_VALUE"),
    version(3, -1, 1),
    has(1),
  ],
  [
    "p28-not-wrapped",
    "A version that is no byte string",
    "UM 4.4",
    no("CBOR_TYPE"),
    asked(28, [3, [1]]),
    has(1),
  ],
  [
    "p28-unasked",
    "A version that no condition asks for has no effect",
    "UM 4.4",
    INSTALLED,
    before(...set({ 28: bstr([3, [9]]) })),
    has(1),
  ],
  [
    "ver-set",
    "set-version of the release",
    "UM 3.1",
    INSTALLED,
    one({ manifest: { 6: bstr([7, 0, 0]) } }),
  ],
  [
    "ver-set-rc",
    "set-version of a release candidate",
    "UM 3.1",
    INSTALLED,
    one({ manifest: { 6: bstr([7, 0, -1, 2]) } }),
  ],
  [
    "ver-set-empty",
    "set-version without numbers",
    "UM 3.1",
    no("PARAMETER_VALUE"),
    one({ manifest: { 6: bstr([]) } }),
  ],
  [
    "ver-set-text",
    "set-version as a text",
    "UM 3.1",
    no("CBOR_TYPE"),
    one({ manifest: { 6: bstr("7.0.0") } }),
  ],
  [
    "ver-set-not-wrapped",
    "set-version that is no byte string",
    "UM 3.1",
    no("CBOR_TYPE"),
    one({ manifest: { 6: [7, 0, 0] } }),
  ],
]);
