/** try-each (15). */
import { no, ok, open, rows } from "../define.js";
import {
  ABORT,
  ALL,
  APP,
  bstr,
  CFG,
  FAILURES,
  fetch,
  hex,
  INSTALL,
  MATCH,
  one,
  SHARED,
  sequence,
  set,
  two,
} from "../release.js";

type Items = Parameters<typeof sequence>;
const INSTALLED = ok({ app: APP });
const DEAD = sequence(...ABORT);
const LIVE = sequence(...set({ 21: "#app" }));
/** The alternatives choose the URI, then it is fetched. */
const tried = (...alternatives: Items) =>
  one({ install: [15, alternatives, 21, FAILURES, ...MATCH] });
/** The default install section, and something before it. */
const before = (...items: Items) => one({ install: [...items, ...INSTALL] });
/** A command where it is never executed. */
const untaken = (...items: Items) => before(15, [LIVE, sequence(...items), null]);
const behind = (...items: Items) => before(15, [sequence(...ABORT, ...items), LIVE, null]);
const LOOKED = "alternatives that are not taken are checked all the same, never skipped";
const NIL = "the grammar asks for two sequences before nil; every author's tool writes one";
const KEPT = "the draft does not say that parameters of a failed alternative are undone";

export const TRY_EACH = rows([
  ["c15-first", "The first alternative holds", "8.4.10.2", INSTALLED, tried(LIVE, DEAD)],
  ["c15-second", "The first fails, the second holds", "8.4.10.2", INSTALLED, tried(DEAD, LIVE)],
  ["c15-third", "The third holds", "8.4.10.2", INSTALLED, tried(DEAD, DEAD, LIVE)],
  [
    "c15-only-one",
    "C30 What stands behind the first that holds is not executed",
    "8.4.10.2",
    INSTALLED,
    tried(LIVE, sequence(...set({ 21: "#none" }))),
  ],
  [
    "c15-all-fail",
    "C30 All alternatives fail",
    "8.4.10.2",
    no("TRY_EACH_FAILED"),
    tried(DEAD, DEAD),
  ],
  [
    "c15-nil",
    "All alternatives fail, nil follows",
    "8.4.10.2",
    INSTALLED,
    before(15, [DEAD, DEAD, null]),
  ],
  ["c15-nil-unused", "One holds, nil follows", "8.4.10.2", INSTALLED, tried(DEAD, LIVE, null)],
  [
    "c15-one-and-nil",
    "C30 One alternative and nil",
    "8.4.10.2",
    open(INSTALLED, NIL),
    tried(LIVE, null),
  ],
  ["c15-one", "C30 A single alternative", "8.4.10.2", no("SEQUENCE_SHAPE"), tried(LIVE)],
  ["c15-none", "C30 No alternative", "8.4.10.2", no("SEQUENCE_SHAPE"), tried()],
  ["c15-nil-alone", "C30 Nil alone", "8.4.10.2", no("SEQUENCE_SHAPE"), tried(null)],
  [
    "c15-nil-first",
    "C30 Nil before the alternatives",
    "8.4.10.2",
    no("CBOR_TYPE"),
    tried(null, DEAD, LIVE),
  ],
  [
    "c15-nil-between",
    "C30 Nil between alternatives",
    "8.4.10.2",
    no("CBOR_TYPE"),
    tried(DEAD, null, LIVE),
  ],
  ["c15-nil-twice", "C30 Nil twice", "8.4.10.2", no("CBOR_TYPE"), tried(DEAD, DEAD, null, null)],
  [
    "c15-empty-sequence",
    "C30 An alternative without commands",
    "8.4.10.2",
    no("SEQUENCE_SHAPE"),
    tried(bstr(hex("80")), LIVE),
  ],
  [
    "c15-empty-string",
    "C30 An alternative of no bytes",
    "8.4.10.2",
    no("CBOR_TRUNCATED"),
    tried(hex("40"), LIVE),
  ],
  [
    "c15-half-command",
    "C30 An alternative with half a command",
    "8.4.10.2",
    no("SEQUENCE_SHAPE"),
    tried(bstr([3]), LIVE),
  ],
  [
    "c15-not-wrapped",
    "C30 An alternative that is no byte string",
    "8.4.10.2",
    no("CBOR_TYPE"),
    tried([3, 15], LIVE),
  ],
  [
    "c15-policy",
    "C30 A reporting policy in place of alternatives",
    "8.4.10.2",
    no("CBOR_TYPE"),
    before(15, ALL),
  ],
  [
    "c15-nested",
    "Alternatives in an alternative",
    "8.4.10.2",
    INSTALLED,
    tried(sequence(15, [DEAD, sequence(...set({ 5: 0 }), 5, ALL)], ...set({ 21: "#app" })), DEAD),
  ],
  [
    "c15-nested-all-fail",
    "C30 Inner alternatives all fail: a directive fails, which nothing makes soft",
    "6.4",
    no("TRY_EACH_FAILED"),
    tried(sequence(15, [DEAD, DEAD]), LIVE),
  ],
  [
    "c15-nested-nil",
    "Inner alternatives all fail but for nil, then the outer one fails",
    "8.4.10.2",
    INSTALLED,
    tried(sequence(15, [DEAD, DEAD, null], ...ABORT), LIVE),
  ],
  [
    "c15-in-shared",
    "Alternatives in the shared sequence are run before each section",
    "8.4.5",
    INSTALLED,
    one({ shared: [...SHARED, 15, [DEAD, LIVE]], install: [21, FAILURES, ...MATCH] }),
  ],
  [
    "c15-each-component",
    "With true they are run once for each component",
    "6.5",
    ok({ app: APP, cfg: CFG }),
    two({
      install: [
        12,
        0,
        ...set({ 21: "#app" }),
        12,
        1,
        ...set({ 21: "#cfg" }),
        12,
        true,
        15,
        [sequence(21, FAILURES, ...MATCH), DEAD],
      ],
    }),
  ],
  [
    "c15-integer-inside",
    "With true the alternatives have one component each",
    "6.5",
    ok({ app: APP, cfg: CFG }),
    two({
      validate: [
        12,
        true,
        15,
        [
          sequence(...set({ 14: APP.length }), ...MATCH),
          sequence(...set({ 14: CFG.length }), ...MATCH),
        ],
      ],
    }),
  ],
  [
    "c15-index-restored",
    "All are selected again behind try-each",
    "6.5",
    no("IMAGE_SIZE"),
    two({
      validate: [12, true, 15, [sequence(...MATCH), DEAD], ...set({ 14: CFG.length }), ...MATCH],
    }),
  ],
  [
    "c15-index-inside",
    "An index set inside does not last",
    "6.5",
    open(
      ok({ app: APP, cfg: CFG }),
      "sequences are run with the index of try-each; that it is restored is not spelled out",
    ),
    two({
      install: [12, 0, 15, [sequence(12, 1), DEAD], ...fetch("#app"), 12, 1, ...fetch("#cfg")],
    }),
  ],
  [
    "c15-index-failed",
    "An index set in a failed alternative does not reach the next one",
    "6.5",
    open(ok({ app: APP, cfg: CFG }), "each sequence is run with the index of try-each"),
    two({
      install: [
        12,
        1,
        ...set({ 21: "#cfg" }),
        12,
        0,
        15,
        [sequence(12, 1, ...ABORT), sequence(...set({ 21: "#app" }))],
        21,
        FAILURES,
        12,
        1,
        21,
        FAILURES,
      ],
    }),
  ],
  [
    "c15-parameters-kept",
    "Parameters of a failed alternative stay set",
    "8.4.10.2",
    open(INSTALLED, KEPT),
    tried(sequence(...set({ 21: "#app" }), ...ABORT), sequence(...set({ 5: 0 }), 5, ALL)),
  ],
  [
    "c15-replaced",
    "The next alternative replaces them",
    "8.4.10.2",
    INSTALLED,
    tried(sequence(...set({ 21: "#none" }), ...ABORT), LIVE),
  ],
  [
    "c15-untaken-command",
    "C28 An unknown command in an alternative that is not taken",
    "6.1",
    open(no("COMMAND_UNSUPPORTED"), LOOKED),
    untaken(13, ALL),
  ],
  [
    "c15-untaken-parameter",
    "C28 An unknown parameter in an alternative that is not taken",
    "6.1",
    open(no("PARAMETER_UNSUPPORTED"), LOOKED),
    untaken(...set({ 20: 0 })),
  ],
  [
    "c15-behind-command",
    "C28 An unknown command behind a condition that fails",
    "6.1",
    open(no("COMMAND_UNSUPPORTED"), LOOKED),
    behind(13, ALL),
  ],
  [
    "c15-behind-place",
    "C28 invoke behind a condition that fails",
    "6.1",
    open(no("COMMAND_PLACE"), LOOKED),
    behind(23, FAILURES),
  ],
  [
    "c15-behind-nested",
    "C28 An unknown command in alternatives that are not reached",
    "6.1",
    open(no("COMMAND_UNSUPPORTED"), LOOKED),
    behind(15, [DEAD, sequence(13, ALL)]),
  ],
  [
    "c15-behind-known",
    "Known commands behind a condition that fails are not executed",
    "8.4.10.2",
    INSTALLED,
    behind(...fetch("#none"), ...ABORT),
  ],
]);
