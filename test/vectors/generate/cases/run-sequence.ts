/** run-sequence (32). */
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
const BOTH = ok({ app: APP, cfg: CFG });
const DEAD = sequence(...ABORT);
const SOFT = set({ 13: true });
const install = (...items: Items) => one({ install: items });
/** A sequence that is run before the default install section. */
const run = (...items: Items) => install(32, sequence(...items), ...INSTALL);
const LOOKED = "what is not executed is checked all the same, never skipped";

export const RUN_SEQUENCE = rows([
  [
    "c32-run",
    "A sequence is run in its place",
    "8.4.10.8",
    INSTALLED,
    install(32, sequence(...INSTALL)),
  ],
  [
    "c32-between",
    "Commands before, in and behind it",
    "8.4.10.8",
    INSTALLED,
    install(...set({ 21: "#app" }), 32, sequence(21, FAILURES), ...MATCH),
  ],
  [
    "c32-hard",
    "A condition that fails inside: soft-failure is false by default",
    "8.4.10.8",
    no("ABORTED"),
    run(...ABORT),
  ],
  [
    "c32-hard-slot",
    "Another condition that fails inside",
    "8.4.10.8",
    no("SLOT_MISMATCH"),
    run(...set({ 5: 3 }), 5, ALL),
  ],
  [
    "c32-soft",
    "Made soft: it halts, and the commands behind it go on",
    "8.4.8.15",
    INSTALLED,
    run(...SOFT, ...ABORT),
  ],
  [
    "c32-soft-halts",
    "Made soft: what is behind the condition is not executed",
    "8.4.8.15",
    INSTALLED,
    run(...SOFT, ...ABORT, ...fetch("#none")),
  ],
  [
    "c32-soft-then-hard",
    "Soft, then hard again",
    "8.4.8.15",
    no("ABORTED"),
    run(...SOFT, ...set({ 13: false }), ...ABORT),
  ],
  [
    "c32-soft-directive",
    "A directive that fails inside is never soft",
    "6.4",
    no("PAYLOAD_ABSENT"),
    run(...SOFT, ...fetch("#none")),
  ],
  [
    "c32-soft-discarded",
    "Soft inside is hard outside",
    "8.4.8.15",
    no("ABORTED"),
    install(32, sequence(...SOFT, ...ABORT), ...ABORT),
  ],
  [
    "c32-nested",
    "A sequence in a sequence",
    "8.4.10.8",
    INSTALLED,
    install(32, sequence(32, sequence(...INSTALL))),
  ],
  [
    "c32-nested-not-inherited",
    "Inner sequences begin hard, in a soft one too",
    "8.4.8.15",
    no("ABORTED"),
    run(...SOFT, 32, sequence(...ABORT)),
  ],
  [
    "c32-nested-soft",
    "Inner soft, outer hard: the outer one goes on",
    "8.4.8.15",
    INSTALLED,
    run(32, sequence(...SOFT, ...ABORT)),
  ],
  [
    "c32-nested-restored",
    "Hard again behind an inner soft one",
    "8.4.8.15",
    no("ABORTED"),
    run(32, sequence(...SOFT, ...ABORT), ...ABORT),
  ],
  [
    "c32-in-try",
    "A sequence that fails hard in an alternative is a directive that fails",
    "6.4",
    no("ABORTED"),
    one({ install: [15, [sequence(32, DEAD), sequence(...INSTALL)]] }),
  ],
  [
    "c32-in-try-soft",
    "A soft one in an alternative",
    "8.4.8.15",
    INSTALLED,
    one({ install: [15, [sequence(32, sequence(...SOFT, ...ABORT), ...INSTALL), DEAD]] }),
  ],
  [
    "c32-try-inside",
    "Alternatives in a sequence begin soft",
    "8.4.8.15",
    INSTALLED,
    install(32, sequence(15, [DEAD, sequence(...INSTALL)])),
  ],
  [
    "c32-try-inside-all-fail",
    "Alternatives that all fail in a soft sequence: a directive that fails",
    "6.4",
    no("TRY_EACH_FAILED"),
    run(...SOFT, 15, [DEAD, DEAD]),
  ],
  [
    "c32-in-shared",
    "A sequence in the shared sequence",
    "8.4.5",
    INSTALLED,
    one({
      shared: [...SHARED, 32, sequence(...set({ 21: "#app" }))],
      install: [21, FAILURES, ...MATCH],
    }),
  ],
  [
    "c32-in-shared-fetch",
    "C28 A fetch in a sequence in the shared sequence",
    "8.4.5",
    no("COMMAND_PLACE"),
    one({ shared: [...SHARED, 32, sequence(...fetch("#app"))] }),
  ],
  [
    "c32-each-component",
    "With true it is run once for each component",
    "6.5",
    BOTH,
    two({
      validate: [12, true, 32, sequence(...MATCH, 5, ALL)],
      install: [12, true, ...set({ 5: 0 }), 12, 0, ...fetch("#app"), 12, 1, ...fetch("#cfg")],
    }),
  ],
  [
    "c32-one-component-fails",
    "With true it fails for the second component",
    "6.5",
    no("SLOT_MISMATCH"),
    two({
      validate: [12, 0, ...set({ 5: 0 }), 12, 1, ...set({ 5: 1 }), 12, true, 32, sequence(5, ALL)],
    }),
  ],
  [
    "c32-list",
    "With a list it is run once for each of the list",
    "6.5",
    BOTH,
    two({ validate: [12, [1, 0], 32, sequence(...MATCH)] }),
  ],
  [
    "c32-index-inside",
    "An index set inside does not last",
    "6.5",
    open(BOTH, "that it is restored is not spelled out"),
    two({ install: [12, 0, 32, sequence(12, 1, ...fetch("#cfg")), ...fetch("#app")] }),
  ],
  [
    "c32-parameters",
    "Parameters set inside last",
    "8.4.8",
    INSTALLED,
    install(32, sequence(...set({ 21: "#app" })), 21, FAILURES, ...MATCH),
  ],
  [
    "c32-loose-index",
    "strict-order false: the sequence begins with set-component-index",
    "6.7",
    BOTH,
    two({
      install: [
        12,
        0,
        ...set({ 12: false }),
        32,
        sequence(12, 0, ...fetch("#app")),
        32,
        sequence(12, 1, ...fetch("#cfg")),
      ],
    }),
  ],
  [
    "c32-loose-no-index",
    "strict-order false: the sequence begins with something else",
    "6.7",
    open(
      INSTALLED,
      "a MUST for those who run sequences in parallel; run one after another it has one meaning",
    ),
    install(...set({ 12: false }), 32, sequence(...INSTALL)),
  ],
  [
    "c32-empty",
    "C31 A sequence without commands",
    "8.4.10.8",
    no("SEQUENCE_SHAPE"),
    install(32, bstr(hex("80")), ...INSTALL),
  ],
  [
    "c32-half-command",
    "C31 A sequence with half a command",
    "8.4.10.8",
    no("SEQUENCE_SHAPE"),
    install(32, bstr([3]), ...INSTALL),
  ],
  [
    "c32-not-wrapped",
    "C11 A sequence that is no byte string",
    "8.4.10.8",
    no("CBOR_TYPE"),
    install(32, [3, 15], ...INSTALL),
  ],
  [
    "c32-trailing",
    "C2 A byte behind the commands",
    "8.4.10.8",
    no("CBOR_TRAILING"),
    install(32, bstr(hex("82010f00")), ...INSTALL),
  ],
  [
    "c32-unknown-behind",
    "C28 An unknown command behind a soft failure",
    "6.1",
    open(no("COMMAND_UNSUPPORTED"), LOOKED),
    run(...SOFT, ...ABORT, 13, ALL),
  ],
]);
