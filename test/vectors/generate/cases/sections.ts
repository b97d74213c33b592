/** Sections, their order, and parameters over sections. */
import { no, ok, open, rows } from "../define.js";
import {
  ABORT,
  APP,
  bstr,
  CHECK,
  FAILURES,
  fetch,
  hex,
  INSTALL,
  image,
  MATCH,
  OLD,
  one,
  type sequence,
  set,
  staged,
  two,
  WHO,
} from "../release.js";

const INSTALLED = ok({ app: APP });
const SET: Parameters<typeof sequence> = set({ 21: "#app" });
const HELD = { components: { app: APP } };
const STALE = { components: { app: OLD } };
const PLACE =
  "the grammar does not forbid it; components change in payload-fetch, install and load only";

export const SECTIONS = rows([
  ["s20-install", "Install and validate", "8.4.6", INSTALLED, one()],
  ["s20-install-only", "Install alone", "8.4.6", INSTALLED, one({ validate: null })],
  [
    "s16-fetch",
    "payload-fetch fetches, install does not",
    "8.4.6",
    INSTALLED,
    one({ fetch: INSTALL, install: null }),
  ],
  [
    "s16-before-20",
    "payload-fetch is run before install",
    "8.4.6",
    ok({ app: APP, stage: APP }),
    staged({
      fetch: [12, 1, ...fetch("#app"), ...MATCH],
      install: [12, 1, ...MATCH, 12, 0, ...set({ 22: 1 }), 22, FAILURES],
    }),
  ],
  [
    "s16-refused-before-20",
    "What fails in payload-fetch ends it before install",
    "8.4.6",
    no("ABORTED"),
    one({ fetch: ABORT }),
  ],
  [
    "s07-validate-only",
    "Validate alone",
    "8.4.6",
    INSTALLED,
    one({ install: null, outside: [] }),
    HELD,
  ],
  ["s07-before-20", "Validate is run behind install", "8.4.6", INSTALLED, one(), STALE],
  [
    "s08-load",
    "load copies what install has staged",
    "8.4.6",
    ok({ app: APP, stage: APP }),
    staged({
      install: [12, 1, ...fetch("#app")],
      validate: [12, 1, ...MATCH],
      load: [12, 0, ...set({ 22: 1 }), 22, FAILURES, ...MATCH],
    }),
  ],
  [
    "s08-fails",
    "load from a component that is not there",
    "8.4.6",
    no("IMAGE_DIGEST"),
    staged({
      install: null,
      validate: null,
      load: [12, 0, ...set({ 22: 1 }), 22, FAILURES],
      outside: [],
    }),
  ],
  [
    "s08-fetch",
    "load fetches",
    "8.4.6",
    open(INSTALLED, "typically a copy; nothing forbids a fetch"),
    one({ install: null, validate: null, load: INSTALL }),
  ],
  [
    "s09-invoke",
    "All sections in their order",
    "8.4.6",
    INSTALLED,
    one({ fetch: INSTALL, install: MATCH, load: MATCH, invoke: [...MATCH, 23, FAILURES] }),
  ],
  [
    "s09-fails",
    "What fails in invoke refuses the whole",
    "8.4.6",
    no("ABORTED"),
    one({ invoke: ABORT }),
  ],
  [
    "s07-fetch",
    "C28 fetch in validate",
    "8.4.6",
    open(no("COMMAND_PLACE"), PLACE),
    one({ validate: [...SET, 21, FAILURES, ...MATCH] }),
  ],
  [
    "s09-fetch",
    "C28 fetch in invoke",
    "8.4.6",
    open(no("COMMAND_PLACE"), PLACE),
    one({ invoke: [...SET, 21, FAILURES, 23, FAILURES] }),
  ],
  [
    "s07-write",
    "C28 write in validate",
    "8.4.6",
    open(no("COMMAND_PLACE"), PLACE),
    one({ validate: [...set({ 18: bstr(APP) }), 18, FAILURES] }),
  ],
  [
    "s09-swap",
    "C28 swap in invoke",
    "8.4.6",
    open(no("COMMAND_PLACE"), PLACE),
    two({ invoke: [12, 0, ...set({ 22: 1 }), 31, FAILURES] }),
  ],
  [
    "s20-parameters-last",
    "A URI set in payload-fetch is there in install",
    "6.1",
    open(
      INSTALLED,
      "parameters are cleared before the first section; that they last is not said for each",
    ),
    one({ fetch: SET, install: [21, FAILURES, ...MATCH] }),
  ],
  [
    "s07-parameters-last",
    "A digest set in install is there in validate",
    "6.1",
    open(
      INSTALLED,
      "parameters are cleared before the first section; that they last is not said for each",
    ),
    one({ shared: [...set(WHO), ...CHECK], install: [...set(image(APP)), ...INSTALL] }),
  ],
  [
    "s20-one-each",
    "Parameters of one component are not those of another",
    "8.4.8",
    no("PARAMETER_MISSING"),
    two({ install: [12, 0, ...SET, 12, 1, 21, FAILURES] }),
  ],
  [
    "s20-empty-string",
    "C1 A section of no bytes",
    "8.4.6",
    no("CBOR_TRUNCATED"),
    one({ manifest: { 20: hex("40") } }),
  ],
  [
    "s20-no-command",
    "C36 A section without commands",
    "8.4.6",
    no("SEQUENCE_SHAPE"),
    one({ install: [] }),
  ],
  [
    "s20-half-command",
    "C36 A section with half a command",
    "8.4.6",
    no("SEQUENCE_SHAPE"),
    one({ install: [...INSTALL, 3] }),
  ],
  [
    "s20-map",
    "A section that is a map",
    "8.4.6",
    no("CBOR_TYPE"),
    one({ manifest: { 20: bstr(hex("a0")) } }),
  ],
  [
    "s20-not-wrapped",
    "A section that is no byte string",
    "8.4.6",
    no("DIGEST_UNSUPPORTED"),
    one({ manifest: { 20: INSTALL } }),
  ],
  [
    "s07-not-wrapped",
    "Validate that is no byte string",
    "8.4.6",
    no("CBOR_TYPE"),
    one({ manifest: { 7: MATCH } }),
  ],
]);
