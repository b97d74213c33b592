/** Limits of this device: the draft lets every device have its own. */
import type { Pair } from "../../../support/cbor.js";
import { no, ok, open, rows } from "../define.js";
import { ALL, APP, bstr, fetch, hex, INSTALL, MATCH, one, PAYLOAD, sequence } from "../release.js";

type Items = Parameters<typeof sequence>;
const before = (...items: Items) => one({ install: [...items, ...INSTALL] });

/** Limits of this device: the draft lets every device have its own. */
const LIMIT = "every device has its limits";
/** try-each in the second alternative of try-each. */
const deep = (depth: number): Items =>
  depth ? [15, [sequence(14, ALL), sequence(...deep(depth - 1))]] : MATCH;
const repeated = (count: number): Items => Array(count).fill([1, ALL]).flat();
const uri = (size: number) => `coap://h/${"a".repeat(size - 9)}`;
/** Commands of the default release: shared (3) before install (3) and before validate (1). */
const DEFAULT_COMMANDS = 3 + 3 + 3 + 1;

export const LIMITS = rows([
  [
    "lim-commands-256",
    "C36 256 commands, shared ones counted for each section",
    "6.6",
    ok({ app: APP }),
    before(...repeated(256 - DEFAULT_COMMANDS)),
  ],
  [
    "lim-commands-257",
    "C36 257 commands",
    "6.6",
    open(no("COMMAND_LIMIT"), LIMIT),
    before(...repeated(257 - DEFAULT_COMMANDS)),
  ],
  [
    "lim-nesting-4",
    "C30 Four sequences in each other",
    "8.4.10.2",
    ok({ app: APP }),
    one({ validate: deep(4) }),
  ],
  [
    "lim-nesting-5",
    "C30 Five sequences in each other",
    "8.4.10.2",
    open(no("NESTING_LIMIT"), LIMIT),
    one({ validate: deep(5) }),
  ],
  [
    "lim-nesting-run-5",
    "C31 Five run-sequences in each other",
    "8.4.10.8",
    open(no("NESTING_LIMIT"), LIMIT),
    one({ validate: [0, 1, 2, 3, 4].reduce((inner: Items) => [32, sequence(...inner)], MATCH) }),
  ],
  [
    "lim-uri-96",
    "C35 A URI of 96 bytes",
    "8.4.8.10",
    ok({ app: APP }),
    one({ install: [...fetch(uri(96)), ...MATCH], outside: [] }),
    { payloads: { [uri(96)]: APP } },
  ],
  [
    "lim-uri-97",
    "C35 A URI of 97 bytes",
    "8.4.8.10",
    open(no("URI_TOO_LONG"), LIMIT),
    one({ install: [...fetch(uri(97)), ...MATCH], outside: [] }),
    { payloads: { [uri(97)]: APP } },
  ],
  [
    "lim-slot-fits",
    "C33 A slot of 28 bytes for an image of 25",
    "6.2",
    ok({ app: APP }),
    one(),
    { limits: { slot: 28 } },
  ],
  [
    "lim-slot-small",
    "C33 A slot of 24 bytes for an image of 25",
    "6.2",
    no("SLOT_TOO_SMALL"),
    one(),
    { limits: { slot: 24 } },
  ],
  [
    "lim-slot-not-asked",
    "C33 What cannot fit is not asked for",
    "6.2",
    no("SLOT_TOO_SMALL"),
    one({ install: fetch("coap://h/none"), outside: [] }),
    { limits: { slot: 24 } },
  ],
  [
    "lim-envelope",
    "C38 An envelope larger than the device takes",
    "8.2",
    open(no("ENVELOPE_TOO_LARGE"), LIMIT),
    one(),
    { limits: { envelope: 200 } },
  ],
  [
    "lim-envelope-fits",
    "C38 An envelope that just fits",
    "8.2",
    ok({ app: APP }),
    one(),
    { limits: { envelope: one().length } },
  ],
  [
    "lim-members",
    "C36 Twelve members behind the manifest",
    "8.2",
    open(no("ENVELOPE_KEY"), LIMIT),
    one({
      outside: [
        PAYLOAD,
        ...Array.from(
          { length: 11 },
          (_, i): Pair => [`#spare${String.fromCharCode(97 + i)}`, bstr(hex("00"))],
        ),
      ],
    }),
  ],
]);
