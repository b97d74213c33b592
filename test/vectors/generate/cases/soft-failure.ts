/** abort (14) and soft-failure (13). */
import { no, ok, rows } from "../define.js";
import {
  ABORT,
  ALL,
  APP,
  FAILURES,
  fetch,
  INSTALL,
  MATCH,
  OLD,
  one,
  SHARED,
  sequence,
  set,
} from "../release.js";

type Items = Parameters<typeof sequence>;
const INSTALLED = ok({ app: APP });
const DEAD = sequence(...ABORT);
const LIVE = sequence(...set({ 21: "#app" }));
const HARD = set({ 13: false });
/** The alternatives choose the URI, then it is fetched. */
const tried = (...alternatives: Items) =>
  one({ install: [15, alternatives, 21, FAILURES, ...MATCH] });
/** The default install section, and something before it. */
const before = (...items: Items) => one({ install: [...items, ...INSTALL] });

export const SOFT_FAILURE = rows([
  [
    "c14-abort",
    "C30 abort in validate",
    "8.4.9.5",
    no("ABORTED"),
    one({ validate: [...MATCH, ...ABORT] }),
  ],
  [
    "c14-in-shared",
    "abort in the shared sequence",
    "8.4.9.5",
    no("ABORTED"),
    one({ shared: [...SHARED, ...ABORT] }),
  ],
  ["c14-in-alternative", "abort ends an alternative only", "8.4.9.5", INSTALLED, tried(DEAD, LIVE)],
  [
    "p13-hard",
    "A hard failure ends all alternatives with the condition's reason",
    "8.4.8.15",
    no("ABORTED"),
    tried(sequence(...HARD, ...ABORT), LIVE),
  ],
  [
    "p13-hard-slot",
    "A hard failure of another condition",
    "8.4.8.15",
    no("SLOT_MISMATCH"),
    tried(sequence(...set({ 5: 9, 13: false }), 5, ALL), LIVE),
  ],
  [
    "p13-hard-holds",
    "Hard, and nothing fails",
    "8.4.8.15",
    INSTALLED,
    tried(sequence(...HARD, ...set({ 21: "#app" })), DEAD),
  ],
  [
    "p13-soft-again",
    "Hard, then soft again",
    "8.4.8.15",
    INSTALLED,
    tried(sequence(...HARD, ...set({ 13: true }), ...ABORT), LIVE),
  ],
  [
    "p13-not-inherited",
    "C30 Alternatives inside a hard one begin soft",
    "8.4.8.15",
    INSTALLED,
    tried(sequence(...HARD, 15, [DEAD, sequence(...set({ 21: "#app" }))]), DEAD),
  ],
  [
    "p13-restored",
    "C30 Hard again behind inner alternatives",
    "8.4.8.15",
    no("ABORTED"),
    tried(sequence(...HARD, 15, [DEAD, LIVE], ...ABORT), LIVE),
  ],
  [
    "p13-discarded",
    "C30 Soft again behind inner hard alternatives",
    "8.4.8.15",
    INSTALLED,
    tried(sequence(15, [sequence(...HARD), DEAD], ...ABORT), LIVE),
  ],
  [
    "p13-outside",
    "C30 Set at the outermost level",
    "8.4.8.15",
    no("SOFT_FAILURE_PLACE"),
    before(...set({ 13: true })),
  ],
  [
    "p13-outside-false",
    "C30 Set to false at the outermost level",
    "8.4.8.15",
    no("SOFT_FAILURE_PLACE"),
    before(...HARD),
  ],
  [
    "p13-in-shared",
    "C30 Set in the shared sequence",
    "8.4.8.15",
    no("SOFT_FAILURE_PLACE"),
    one({ shared: [...SHARED, ...set({ 13: true })] }),
  ],
  [
    "p13-number",
    "C10 soft-failure that is a number",
    "8.4.8.15",
    no("PARAMETER_VALUE"),
    tried(sequence(...set({ 13: 0 })), LIVE),
  ],
  [
    "p13-untaken",
    "Hard where it is never executed: of no effect",
    "8.4.8.15",
    INSTALLED,
    before(15, [sequence(...ABORT, ...HARD), LIVE]),
  ],
  [
    "p13-directive",
    "A directive that fails is never soft",
    "6.4",
    no("IMAGE_DIGEST"),
    tried(sequence(...set({ 13: true }), ...fetch("coap://a/b")), LIVE),
    { payloads: { "coap://a/b": OLD } },
  ],
]);
