/** Update management: conditions 4, 26 and 27 with their parameters. */
import type { Node } from "../../../support/cbor.js";
import { no, ok, open, rows } from "../define.js";
import { ALL, APP, INSTALL, one, sequence, set } from "../release.js";

type Items = Parameters<typeof sequence>;
const INSTALLED = ok({ app: APP });
/** Something before the default install section. */
const before = (...items: Items) => one({ install: [...items, ...INSTALL] });
/** A parameter, and the condition that reads it. */
const asked = (parameter: number, value: Node, condition = parameter) =>
  before(...set({ [parameter]: value }), condition, ALL);
const NOW = 1_800_000_000;
const HERE = "a device that lacks it rejects the manifest";

export const MANAGEMENT = rows([
  [
    "c04-before",
    "A second before the release expires",
    "UM 5.1",
    INSTALLED,
    asked(4, NOW),
    { now: NOW - 1 },
  ],
  [
    "c04-expired",
    "The very second: not before",
    "UM 5.1",
    no("EXPIRED"),
    asked(4, NOW),
    { now: NOW },
  ],
  ["c04-long-ago", "Expired long ago", "UM 5.1", no("EXPIRED"), asked(4, 1), { now: NOW }],
  [
    "c04-64-bits",
    "A time beyond 32 bits",
    "UM 5.1",
    INSTALLED,
    asked(4, 2 ** 32 + 5),
    { now: NOW },
  ],
  [
    "c04-no-clock",
    "H7 The clock is not set",
    "UM 5.1",
    open(no("CLOCK_UNSET"), "a device that does not know the time cannot say that it is before"),
    asked(4, NOW),
  ],
  [
    "c04-no-clock-soft",
    "No clock, in an alternative: the next one",
    "UM 5.1",
    open(INSTALLED, "a condition that fails"),
    before(15, [sequence(...set({ 4: NOW }), 4, ALL), sequence(...set({ 5: 0 }), 5, ALL)]),
  ],
  [
    "c04-unset",
    "Condition without its parameter fails",
    "UM 5.1",
    no("PARAMETER_MISSING"),
    before(4, ALL),
    { now: NOW },
  ],
  [
    "p04-unasked",
    "A date that no condition asks for has no effect",
    "UM 4.1",
    INSTALLED,
    before(...set({ 4: 1 })),
    { now: NOW },
  ],
  ["p04-negative", "C10 A date before 1970", "UM 4.1", no("CBOR_TYPE"), asked(4, -1), { now: NOW }],
  [
    "c26-enough",
    "The battery has what is needed",
    "UM 5.3",
    INSTALLED,
    asked(26, 500),
    { battery: 500 },
  ],
  [
    "c26-low",
    "The battery has a mWh less",
    "UM 5.3",
    no("BATTERY_LOW"),
    asked(26, 500),
    { battery: 499 },
  ],
  [
    "c26-unset",
    "Condition without its parameter fails",
    "UM 5.3",
    no("PARAMETER_MISSING"),
    before(26, ALL),
    { battery: 500 },
  ],
  [
    "c26-cannot-tell",
    "A board that cannot tell its battery",
    "UM 5.3",
    open(no("COMMAND_UNSUPPORTED"), HERE),
    asked(26, 0),
  ],
  [
    "p26-unasked",
    "A level that no condition asks for has no effect",
    "UM 4.2",
    INSTALLED,
    before(...set({ 26: 999 })),
    { battery: 5 },
  ],
  [
    "p26-negative",
    "C10 A negative level",
    "UM 4.2",
    no("CBOR_TYPE"),
    asked(26, -1),
    { battery: 5 },
  ],
  [
    "c27-authorized",
    "Authorized: as urgent as it has to be",
    "UM 5.4",
    INSTALLED,
    asked(27, 0),
    { authorize: 0 },
  ],
  ["c27-urgent", "Smaller is more urgent", "UM 4.3", INSTALLED, asked(27, -5), { authorize: 0 }],
  [
    "c27-not-urgent",
    "Not urgent enough",
    "UM 5.4",
    no("NOT_AUTHORIZED"),
    asked(27, 1),
    { authorize: 0 },
  ],
  ["c27-nobody", "Nobody authorizes anything", "UM 5.4", no("NOT_AUTHORIZED"), asked(27, -1000)],
  [
    "c27-unset",
    "Condition without its parameter",
    "UM 5.4",
    no("PARAMETER_MISSING"),
    before(27, ALL),
    { authorize: 0 },
  ],
  [
    "p27-unasked",
    "A priority that no condition asks for has no effect",
    "UM 4.3",
    INSTALLED,
    before(...set({ 27: 9 })),
  ],
  [
    "p27-text",
    "C10 A priority that is a text",
    "UM 4.3",
    no("CBOR_TYPE"),
    asked(27, "high"),
    { authorize: 0 },
  ],
]);
