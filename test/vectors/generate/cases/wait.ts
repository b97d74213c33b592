/** Update management: wait (29) and its events. */
import type { Node } from "../../../support/cbor.js";
import { no, ok, open, rows } from "../define.js";
import {
  ALL,
  APP,
  bstr,
  CFG,
  FAILURES,
  fetch,
  hex,
  INSTALL,
  map,
  one,
  SHARED,
  sequence,
  set,
  two,
} from "../release.js";

type Items = Parameters<typeof sequence>;
const INSTALLED = ok({ app: APP });
/** Something before the default install section. */
const before = (...items: Items) => one({ install: [...items, ...INSTALL] });
const NOW = 1_800_000_000;
const wait = (...events: [Node, Node][]) =>
  before(...set({ 29: bstr(map(...events)) }), 29, FAILURES);
const HERE = "a device that lacks it rejects the manifest";
const STOPS = "how a device waits is its own matter; ours stops and is asked again";

export const WAIT = rows([
  ["c29-time-past", "The time has come", "UM 5.6", INSTALLED, wait([5, NOW]), { now: NOW }],
  [
    "c29-time-future",
    "The time has not come",
    "UM 5.6",
    open(no("WAITING"), STOPS),
    wait([5, NOW]),
    { now: NOW - 1 },
  ],
  [
    "c29-no-clock",
    "H7 The clock is not set",
    "UM 5.6",
    open(no("CLOCK_UNSET"), "a device that does not know the time would wait for ever"),
    wait([5, NOW]),
  ],
  ["c29-authorized", "Authorized", "UM 5.6", INSTALLED, wait([1, 3]), { authorize: 3 }],
  [
    "c29-not-authorized",
    "Not authorized yet",
    "UM 5.6",
    open(no("WAITING"), STOPS),
    wait([1, 3]),
    { authorize: 2 },
  ],
  [
    "c29-both",
    "Two events, both there",
    "UM 4.5",
    INSTALLED,
    wait([1, 3], [5, NOW]),
    { authorize: 3, now: NOW },
  ],
  [
    "c29-one-of-two",
    "Two events, one there: all have to be",
    "UM 4.5",
    open(no("WAITING"), STOPS),
    wait([1, 3], [5, NOW]),
    { authorize: 3, now: NOW - 9 },
  ],
  [
    "c29-soft",
    "A wait that is not over in an alternative is no failed condition",
    "6.4",
    open(no("WAITING"), STOPS),
    before(15, [
      sequence(...set({ 29: bstr(map([1, 3])) }), 29, FAILURES),
      sequence(...set({ 5: 0 }), 5, ALL),
    ]),
  ],
  [
    "c29-unset",
    "wait without its parameter",
    "UM 5.6",
    no("PARAMETER_MISSING"),
    before(29, FAILURES),
  ],
  [
    "c29-in-shared",
    "C28 wait in the shared sequence",
    "8.4.5",
    no("COMMAND_PLACE"),
    one({ shared: [...SHARED, ...set({ 29: bstr(map([1, 3])) }), 29, FAILURES] }),
    { authorize: 3 },
  ],
  [
    "c29-in-validate",
    "C28 wait in validate",
    "8.4.6",
    open(no("COMMAND_PLACE"), "nothing forbids it; this device waits before it changes components"),
    one({ validate: [...set({ 29: bstr(map([1, 3])) }), 29, FAILURES] }),
    { authorize: 3 },
  ],
  [
    "c29-two-components",
    "wait for one of two components",
    "UM 5.6",
    ok({ app: APP, cfg: CFG }),
    two({
      install: [
        12,
        1,
        ...set({ 29: bstr(map([1, 3])) }),
        29,
        FAILURES,
        ...fetch("#cfg"),
        12,
        0,
        ...fetch("#app"),
      ],
    }),
    { authorize: 3 },
  ],
  [
    "p29-power",
    "An event that this device does not know: power",
    "UM 4.5",
    open(no("PARAMETER_UNSUPPORTED"), HERE),
    wait([2, 1]),
    { authorize: 9, now: NOW },
  ],
  [
    "p29-other-device",
    "Another device's version",
    "UM 4.5",
    open(no("PARAMETER_UNSUPPORTED"), HERE),
    wait([4, [bstr(hex("01")), [[3, [1]]]]]),
    { authorize: 9, now: NOW },
  ],
  [
    "p29-time-of-day",
    "A time of day",
    "UM 4.5",
    open(no("PARAMETER_UNSUPPORTED"), HERE),
    wait([6, 3600]),
    { authorize: 9, now: NOW },
  ],
  [
    "p29-unassigned",
    "An event that nobody has assigned",
    "UM 4.5",
    no("PARAMETER_UNSUPPORTED"),
    wait([10, 0]),
    { authorize: 9, now: NOW },
  ],
  ["p29-empty", "No event", "UM 4.5", no("PARAMETER_VALUE"), wait(), { authorize: 9, now: NOW }],
  [
    "p29-not-wrapped",
    "Events that are no byte string",
    "UM 4.5",
    no("CBOR_TYPE"),
    before(...set({ 29: map([1, 3]) }), 29, FAILURES),
    { authorize: 9 },
  ],
  [
    "p29-unasked",
    "Events that nobody waits for have no effect",
    "UM 4.5",
    INSTALLED,
    before(...set({ 29: bstr(map([1, 3])) })),
  ],
]);
