/** Condition 5 (slot) and the reporting policy. */
import { no, ok, rows } from "../define.js";
import { ALL, APP, CHECK, image, one, sequence, set, WHO } from "../release.js";

const INSTALLED = ok({ app: APP });
const who = (changes: Parameters<typeof set>[0], ...more: Parameters<typeof sequence>) =>
  one({ shared: [...set({ ...WHO, ...image(APP), ...changes }), ...CHECK, ...more] });

export const SLOT = rows([
  [
    "c05-slot",
    "The slot is the one that the update goes to",
    "8.4.9.4",
    INSTALLED,
    who({ 5: 1 }, 5, ALL),
    { slot: 1 },
  ],
  [
    "c05-slot-other",
    "C27 The release is linked for the other slot",
    "8.4.9.4",
    no("SLOT_MISMATCH"),
    who({ 5: 1 }, 5, ALL),
    { slot: 0 },
  ],
  [
    "c05-slot-unset",
    "Condition without its parameter fails",
    "8.4.9.4",
    no("PARAMETER_MISSING"),
    who({}, 5, ALL),
  ],
  [
    "c05-slot-a-b",
    "One manifest for two slots: the second alternative",
    "7.7",
    INSTALLED,
    one({
      shared: [
        ...set({ ...WHO, ...image(APP) }),
        ...CHECK,
        15,
        [
          sequence(...set({ 5: 0 }), 5, ALL, ...set({ 21: "#none" })),
          sequence(...set({ 5: 1 }), 5, ALL, ...set({ 21: "#app" })),
        ],
      ],
      install: [21, 2, 3, ALL],
    }),
    { slot: 1 },
  ],
  [
    "p05-slot-unchecked",
    "A slot that no condition asks for has no effect",
    "8.4.8.8",
    INSTALLED,
    who({ 5: 99 }),
  ],
  ["p05-slot-negative", "C10 A negative slot", "8.4.8.8", no("CBOR_TYPE"), who({ 5: -1 })],
  [
    "c01-policy-bits",
    "A reporting policy of five bits",
    "8.4.7",
    no("PARAMETER_VALUE"),
    one({ shared: [...set({ ...WHO, ...image(APP) }), 1, 16, 2, ALL] }),
  ],
  [
    "c01-policy-silent",
    "A reporting policy of no bits",
    "8.4.7",
    INSTALLED,
    one({ shared: [...set({ ...WHO, ...image(APP) }), 1, 0, 2, 0] }),
  ],
  [
    "c01-policy-text",
    "C10 A reporting policy that is a text",
    "8.4.7",
    no("CBOR_TYPE"),
    one({ shared: [...set({ ...WHO, ...image(APP) }), 1, "", 2, ALL] }),
  ],
]);
