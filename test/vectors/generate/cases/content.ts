/** Conditions 6 (check-content) and 25 (image-not-match), parameter 18. */
import { no, ok, open, rows } from "../define.js";
import {
  ALL,
  APP,
  bstr,
  CFG,
  CHECK,
  concat,
  FAILURES,
  fetch,
  hex,
  INSTALL,
  MATCH,
  OLD,
  one,
  SHARED,
  sequence,
  set,
  WHO,
} from "../release.js";

const INSTALLED = ok({ app: APP });
const HELD = { components: { app: APP } };
const STALE = { components: { app: OLD } };
/** No section but validate. */
const check = (...items: Parameters<typeof sequence>) =>
  one({ install: null, validate: items, outside: [] });

export const CONTENT = rows([
  [
    "c06-content",
    "The component is what the content says",
    "8.4.9.3",
    INSTALLED,
    check(...set({ 18: bstr(APP) }), 6, ALL),
    HELD,
  ],
  [
    "c06-other",
    "The component differs in its last byte",
    "8.4.9.3",
    no("CONTENT_MISMATCH"),
    check(...set({ 18: bstr(concat(APP.subarray(0, -1), hex("00"))) }), 6, ALL),
    HELD,
  ],
  [
    "c06-prefix",
    "The content is only the start of the component",
    "8.4.9.3",
    no("CONTENT_MISMATCH"),
    check(...set({ 18: bstr(APP.subarray(0, 5)) }), 6, ALL),
    HELD,
  ],
  [
    "c06-longer",
    "The component is only the start of the content",
    "8.4.9.3",
    no("CONTENT_MISMATCH"),
    check(...set({ 18: bstr(concat(APP, hex("00"))) }), 6, ALL),
    HELD,
  ],
  [
    "c06-absent",
    "The device holds nothing there",
    "8.4.9.3",
    no("CONTENT_MISMATCH"),
    check(...set({ 18: bstr(APP) }), 6, ALL),
  ],
  [
    "c06-unset",
    "Condition without its parameter fails",
    "8.4.9.3",
    no("PARAMETER_MISSING"),
    check(6, ALL),
    HELD,
  ],
  [
    "c06-in-shared",
    "check-content in the shared sequence",
    "8.4.9.3",
    INSTALLED,
    one({
      shared: [...SHARED, ...set({ 18: bstr(OLD) }), 6, ALL],
      install: null,
      validate: [],
      manifest: { 7: undefined, 20: sequence(...fetch("#app"), ...MATCH) },
    }),
    STALE,
  ],
  [
    "p18-content-unused",
    "Content that no command asks for has no effect",
    "8.4.8.9",
    INSTALLED,
    one({ install: [...set({ 18: bstr(OLD) }), ...INSTALL] }),
  ],
  [
    "p18-content-text",
    "C11 Content that is a text",
    "8.4.8.9",
    no("CBOR_TYPE"),
    one({ install: [...set({ 18: "text" }), ...INSTALL] }),
  ],
  [
    "c25-not-match",
    "The old image is not the new one yet: it is fetched",
    "UM 5.2",
    INSTALLED,
    one({ install: [25, ALL, ...INSTALL] }),
    STALE,
  ],
  [
    "c25-absent",
    "Nothing is there, so it does not match",
    "UM 5.2",
    open(
      ok({ app: APP }),
      "the digest of nothing is not defined; a component that is not there is not the image",
    ),
    one({ install: [25, ALL, ...INSTALL] }),
  ],
  [
    "c25-matches",
    "The image is there already, and it must not be",
    "UM 5.2",
    no("IMAGE_MATCHES"),
    one({ install: [25, ALL, ...INSTALL] }),
    HELD,
  ],
  [
    "c25-unset",
    "Condition without a digest fails",
    "UM 5.2",
    no("PARAMETER_MISSING"),
    one({ shared: [...set(WHO), ...CHECK], install: [25, ALL], validate: null }),
    STALE,
  ],
  [
    "c25-skips-fetch",
    "Fetch only when needed: it is not, nothing is asked for",
    "UM 5.2",
    INSTALLED,
    one({
      install: [15, [sequence(25, ALL, ...fetch("coap://a/none")), sequence(...MATCH)], ...MATCH],
    }),
    HELD,
  ],
  [
    "c25-needs-fetch",
    "Fetch only when needed: it is",
    "UM 5.2",
    ok({ app: APP, cfg: CFG }),
    one({ install: [15, [sequence(25, ALL, ...fetch("#app")), sequence(...MATCH)], ...MATCH] }),
    { components: { app: OLD, cfg: CFG } },
  ],
  [
    "c25-behind-fetch",
    "The image does not match behind its own fetch: it does",
    "UM 5.2",
    no("IMAGE_MATCHES"),
    one({ install: [...fetch("#app"), 25, FAILURES] }),
  ],
]);
