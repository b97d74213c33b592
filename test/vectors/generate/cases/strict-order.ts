/** strict-order (12 as a parameter). */
import { no, ok, open, rows } from "../define.js";
import {
  APP,
  CFG,
  FAILURES,
  fetch,
  INSTALL_TWO,
  MATCH,
  OLD,
  type sequence,
  set,
  staged,
  two,
} from "../release.js";

const TWO = ok({ app: APP, cfg: CFG });
const STRICT = (value: boolean) => set({ 12: value });
/** A section of "app" and "stage" that begins with strict-order = false. */
const loose = (...items: Parameters<typeof sequence>) =>
  staged({ install: [12, 0, ...STRICT(false), ...items] });
const RACE = "the draft does not say whether a barrier between the two ends the race";

export const STRICT_ORDER = rows([
  [
    "p12-strict",
    "strict-order said to be true, as it is anyway",
    "8.4.8.14",
    TWO,
    two({ install: [12, 0, ...STRICT(true), ...INSTALL_TWO] }),
  ],
  [
    "p12-loose",
    "Two fetches whose order does not matter",
    "6.7",
    TWO,
    two({
      install: [
        12,
        0,
        ...set({ 21: "#app", 12: false }),
        12,
        1,
        ...set({ 21: "#cfg" }),
        12,
        true,
        21,
        FAILURES,
      ],
    }),
  ],
  [
    "p12-copy-without-fetch",
    "Order does not matter: a source that nobody writes to",
    "6.7",
    ok({ app: APP, stage: APP }),
    loose(...set({ 22: 1 }), 22, FAILURES, 12, 1, ...MATCH),
    { components: { app: OLD, stage: APP } },
  ],
  [
    "p12-strict-between",
    "Made strict between writing and reading",
    "6.7",
    ok({ app: APP, stage: APP }),
    loose(12, 1, ...fetch("#app"), ...STRICT(true), 12, 0, ...set({ 22: 1 }), 22, FAILURES),
  ],
  [
    "p12-race",
    "All fetched, then all copied, while order does not matter",
    "6.7",
    no("STRICT_ORDER"),
    staged({
      install: [
        12,
        0,
        ...set({ 12: false, 21: "#app", 22: 1 }),
        12,
        1,
        ...set({ 21: "#app", 22: 0 }),
        12,
        true,
        21,
        FAILURES,
        22,
        FAILURES,
      ],
    }),
  ],
  [
    "p12-race-turned",
    "Read, another one selected, written, while order does not matter",
    "6.7",
    open(no("STRICT_ORDER"), RACE),
    loose(...set({ 22: 1 }), 22, FAILURES, 12, 1, ...fetch("#app")),
    { components: { stage: APP } },
  ],
  [
    "p12-race-barrier",
    "Written, parameters set, read, while order does not matter",
    "6.7",
    open(no("STRICT_ORDER"), RACE),
    loose(12, 1, ...fetch("#app"), 12, 0, ...set({ 22: 1, 5: 0 }), 22, FAILURES),
  ],
  [
    "p12-swap",
    "A swap reads and writes both: never while order does not matter",
    "6.7",
    open(
      no("STRICT_ORDER"),
      "one swap makes its target a source; that this alone is meant is not said",
    ),
    loose(...set({ 22: 1 }), 31, FAILURES),
    { components: { app: OLD, stage: APP } },
  ],
  [
    "p12-next-section",
    "At the end of a section everything is complete",
    "8.4.8.14",
    ok({ app: APP, stage: APP }),
    staged({
      fetch: [12, 1, ...STRICT(false), ...fetch("#app")],
      install: [12, 0, ...set({ 22: 1 }), 22, FAILURES],
    }),
  ],
  [
    "p12-number",
    "C10 strict-order that is a number",
    "8.4.8.14",
    no("PARAMETER_VALUE"),
    two({ install: [12, 0, ...set({ 12: 1 }), ...INSTALL_TWO] }),
  ],
]);
