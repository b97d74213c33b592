/** The shared sequence before each section. */
import { no, ok, open, rows } from "../define.js";
import {
  ALL,
  APP,
  bstr,
  CHECK,
  CLASS,
  concat,
  FAILURES,
  hex,
  image,
  MATCH,
  OLD,
  one,
  PAYLOAD,
  SHARED,
  sequence,
  set,
  VENDOR,
} from "../release.js";

const INSTALLED = ok({ app: APP });
const SET: Parameters<typeof sequence> = set({ 21: "#app" });
const HELD = { components: { app: APP } };
const STALE = { components: { app: OLD } };
const old = bstr(VENDOR);

export const SHARED_SEQUENCE = rows([
  [
    "s00-none",
    "No section at all: nothing is done",
    "8.4",
    open(ok({ app: OLD }), "a manifest without commands is within the grammar"),
    one({ install: null, validate: null, outside: [] }),
    STALE,
  ],
  [
    "s00-no-shared",
    "No shared sequence, nothing that acts",
    "8.4.5",
    open(INSTALLED, "the checks of identity in it are a SHOULD"),
    one({ shared: null, install: null, validate: [...set(image(APP)), ...MATCH], outside: [] }),
    HELD,
  ],
  [
    "s00-shared-before-each",
    "The shared sequence sets the digest again before each section",
    "8.4.5",
    INSTALLED,
    one({ fetch: [...set(image(OLD)), ...MATCH], validate: MATCH }),
    STALE,
  ],
  [
    "s00-shared-alternatives",
    "Alternatives in shared choose the same way before each section",
    "7.7",
    INSTALLED,
    one({
      shared: [
        ...SHARED,
        15,
        [
          sequence(...set({ 5: 1 }), 5, ALL, ...set({ 21: "#b" })),
          sequence(...set({ 5: 0 }), 5, ALL, ...SET),
        ],
      ],
      fetch: [21, FAILURES],
      install: [21, FAILURES, ...MATCH],
    }),
  ],
  [
    "s00-shared-check-fails-late",
    "A shared condition holds before install and not before validate",
    "8.4.5",
    no("IMAGE_MATCHES"),
    one({ shared: [...SHARED, 25, ALL] }),
    STALE,
  ],
  [
    "s00-shared-fetch",
    "C28 fetch in the shared sequence",
    "8.4.5",
    no("COMMAND_PLACE"),
    one({ shared: [...SHARED, ...SET, 21, FAILURES] }),
  ],
  [
    "s00-shared-copy",
    "C28 copy in the shared sequence",
    "8.4.5",
    no("COMMAND_PLACE"),
    one({ shared: [...SHARED, ...set({ 22: 0 }), 22, FAILURES] }),
  ],
  [
    "s00-shared-write",
    "C28 write in the shared sequence",
    "8.4.5",
    no("COMMAND_PLACE"),
    one({ shared: [...SHARED, ...set({ 18: bstr(APP) }), 18, FAILURES] }),
  ],
  [
    "s00-shared-swap",
    "C28 swap in the shared sequence",
    "8.4.5",
    no("COMMAND_PLACE"),
    one({ shared: [...SHARED, ...set({ 22: 0 }), 31, FAILURES] }),
  ],
  [
    "s00-shared-invoke",
    "C28 invoke in the shared sequence",
    "8.4.5",
    no("COMMAND_PLACE"),
    one({ shared: [...SHARED, 23, FAILURES] }),
  ],
  [
    "s00-shared-custom",
    "C28 A custom command in the shared sequence",
    "6.2",
    no("COMMAND_UNSUPPORTED"),
    one({ shared: [...SHARED, -257, 0] }),
  ],
  [
    "s00-shared-custom-parameter",
    "C28 A custom parameter in the shared sequence",
    "8.4.8.16",
    no("PARAMETER_UNSUPPORTED"),
    one({ shared: [20, concat(hex("a1390100"), hex("00")), ...SHARED] }),
  ],
  [
    "s00-class-twice",
    "Parameters set twice: the last ones count",
    "8.4.10.3",
    INSTALLED,
    one({
      shared: [
        ...set({ 1: old, 2: old }),
        ...set({ 2: bstr(CLASS) }),
        ...set(image(APP)),
        ...CHECK,
      ],
      outside: [PAYLOAD],
    }),
  ],
]);
