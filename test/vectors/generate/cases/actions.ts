/** Directives that act on what is there: copy 22, write 18, swap 31, invoke 23; parameters 22 and 23. */
import { no, ok, open, rows } from "../define.js";
import {
  ALL,
  APP,
  bstr,
  CFG,
  CHECK,
  digest,
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
const BOTH = ok({ app: APP, stage: APP });
/** Writes a content. */
const write = (content: Uint8Array, ...more: Parameters<typeof sequence>) =>
  one({ install: [...set({ 18: bstr(content) }), 18, FAILURES, ...more], outside: [] });
/** A shared sequence without digest and size. */
const WHO_ONLY = [...set(WHO), ...CHECK];
const WHO_BOTH = [12, true, ...set(WHO), ...CHECK];
const COPY = [12, 0, ...set({ 22: 1 }), 22, FAILURES];
const held = (app: Uint8Array, stage: Uint8Array) => ({ components: { app, stage } });
const swap = (...install: Parameters<typeof sequence>) =>
  staged({
    shared: WHO_BOTH,
    install,
    validate: [12, 0, ...set(image(APP)), ...MATCH],
    outside: [],
  });

export const ACTIONS = rows([
  ["c22-copy", "The staged image is copied", "8.4.10.5", BOTH, staged()],
  [
    "c22-held",
    "Copied from what the device holds already",
    "8.4.10.5",
    BOTH,
    staged({ install: COPY, outside: [] }),
    held(OLD, APP),
  ],
  [
    "c22-source-absent",
    "The source was never filled",
    "8.4.10.5",
    no("IMAGE_DIGEST"),
    staged({ install: COPY, outside: [] }),
  ],
  [
    "c22-no-source",
    "Copy without a source",
    "8.4.10.5",
    no("PARAMETER_MISSING"),
    staged({ install: [12, 0, 22, FAILURES], outside: [] }),
    held(OLD, APP),
  ],
  [
    "c22-no-digest",
    "Copy without a digest",
    "8.4.10.5",
    open(
      no("PARAMETER_MISSING"),
      "they are typically set; a device that does not know what comes does not begin",
    ),
    staged({ shared: WHO_BOTH, install: COPY, validate: null, outside: [] }),
    held(OLD, APP),
  ],
  [
    "c22-other",
    "E8 The source holds another image",
    "8.4.10.5",
    no("IMAGE_DIGEST"),
    staged({ install: COPY, outside: [] }),
    held(OLD, OLD),
  ],
  [
    "p22-source",
    "The source set in another section than the copy",
    "8.4.8.11",
    BOTH,
    staged({
      fetch: [12, 1, ...fetch("#app"), 12, 0, ...set({ 22: 1 })],
      install: [12, 0, 22, FAILURES],
    }),
  ],
  [
    "p22-out-of-range",
    "C25 A source beyond the list",
    "8.4.8.11",
    no("COMPONENT_INDEX"),
    staged({ install: [12, 0, ...set({ 22: 2 }), 22, FAILURES] }),
  ],
  [
    "p22-negative",
    "C25 A negative source",
    "8.4.8.11",
    no("COMPONENT_INDEX"),
    staged({ install: [12, 0, ...set({ 22: -1 }), 22, FAILURES] }),
  ],
  ["c18-write", "A content is written", "8.4.10.6", INSTALLED, write(APP, ...MATCH)],
  [
    "c18-unchecked",
    "Written without digest and size",
    "8.4.10.6",
    INSTALLED,
    one({
      shared: WHO_ONLY,
      install: [...set({ 18: bstr(APP) }), 18, FAILURES],
      validate: [6, ALL],
      outside: [],
    }),
  ],
  [
    "c18-empty",
    "An empty content is written",
    "8.4.10.6",
    ok({ app: APP.subarray(0, 0) }),
    one({
      shared: WHO_ONLY,
      install: [...set({ 18: hex("40") }), 18, FAILURES],
      validate: null,
      outside: [],
    }),
  ],
  [
    "c18-no-content",
    "Write without content",
    "8.4.10.6",
    no("PARAMETER_MISSING"),
    one({ install: [18, FAILURES], outside: [] }),
  ],
  [
    "c18-other",
    "The content is not what the digest says",
    "8.4.10.6",
    no("IMAGE_DIGEST"),
    write(OLD),
  ],
  [
    "c18-other-size",
    "The content is not as long as the size says",
    "8.4.10.6",
    no("IMAGE_SIZE"),
    write(CFG),
  ],
  [
    "c31-swap",
    "Two components change places",
    "8.4.10.9",
    ok({ app: APP, stage: OLD }),
    swap(12, 0, ...set({ 22: 1 }), 31, FAILURES),
    held(OLD, APP),
  ],
  [
    "c31-twice",
    "Two swaps: everything is as it was",
    "8.4.10.9",
    ok({ app: APP, stage: OLD }),
    swap(12, 0, ...set({ 22: 1 }), 31, FAILURES, 31, FAILURES),
    held(APP, OLD),
  ],
  [
    "c31-source-absent",
    "Swap with a component that is not there",
    "8.4.10.9",
    no("IMAGE_DIGEST"),
    swap(12, 0, ...set({ 22: 1 }), 31, FAILURES),
    { components: { app: APP } },
  ],
  [
    "c31-no-source",
    "Swap without a source",
    "8.4.10.9",
    no("PARAMETER_MISSING"),
    swap(12, 0, 31, FAILURES),
    held(OLD, APP),
  ],
  [
    "c31-wrong-way",
    "The wrong image is in place behind the swap",
    "8.4.10.9",
    no("IMAGE_DIGEST"),
    swap(12, 0, ...set({ 22: 1 }), 31, FAILURES),
    held(APP, OLD),
  ],
  ["c23-invoke", "The image is invoked", "8.4.10.7", INSTALLED, one({ invoke: [23, FAILURES] })],
  [
    "c23-two",
    "One of two components is invoked",
    "8.4.10.7",
    ok({ app: APP, cfg: CFG }),
    two({ invoke: [12, 0, 23, FAILURES] }),
  ],
  [
    "c23-in-install",
    "C28 invoke in the install section",
    "8.4.6",
    open(no("COMMAND_PLACE"), "goals 3 to 5 are the invocation; the grammar does not forbid it"),
    one({ install: [...INSTALL, 23, FAILURES] }),
  ],
  [
    "c23-checked-before",
    "invoke behind an image condition that fails",
    "8.4.10.7",
    no("IMAGE_DIGEST"),
    one({ invoke: [...set({ 3: digest(OLD) }), ...MATCH, 23, FAILURES] }),
  ],
  [
    "p23-arguments",
    "invoke-args: taken, and of no effect here",
    "8.4.8.12",
    open(ok({ app: APP }), "implementation-defined; our device has no use for them"),
    one({ invoke: [...set({ 23: bstr(hex("01")) }), 23, FAILURES] }),
  ],
  [
    "p23-text",
    "C11 invoke-args that are a text",
    "8.4.8.12",
    no("CBOR_TYPE"),
    one({ invoke: [...set({ 23: "now" }), 23, FAILURES] }),
  ],
]);
