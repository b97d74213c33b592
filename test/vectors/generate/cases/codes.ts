/** Commands and parameters that nobody knows, and override-parameters (20). */
import type { Pair } from "../../../support/cbor.js";
import { no, ok, open, rows } from "../define.js";
import {
  ALL,
  APP,
  bstr,
  CHECK,
  FAILURES,
  fetch,
  hex,
  INSTALL,
  image,
  MATCH,
  map,
  one,
  type sequence,
  set,
  WHO,
} from "../release.js";

type Items = Parameters<typeof sequence>;
const INSTALLED = ok({ app: APP });
const before = (...items: Items) => one({ install: [...items, ...INSTALL] });
const SKIPPED = "a recipient that does not implement it rejects the manifest";

export const CODES = rows([
  ["frm-command-0", "C28 Command 0", "8.4.6", no("COMMAND_UNSUPPORTED"), before(0, ALL)],
  [
    "frm-command-30",
    "C28 Command 30, which nobody has assigned",
    "8.4.6",
    no("COMMAND_UNSUPPORTED"),
    before(30, ALL),
  ],
  [
    "frm-command-33",
    "C28 unlink",
    "TD 5.6.5",
    open(no("COMMAND_UNSUPPORTED"), SKIPPED),
    before(33, FAILURES),
  ],
  [
    "frm-command-34",
    "C28 override-multiple",
    "UM 5.7",
    open(no("COMMAND_UNSUPPORTED"), SKIPPED),
    before(34, map([0, map([21, "#app"])])),
  ],
  [
    "frm-command-35",
    "C28 copy-params",
    "UM 5.8",
    open(no("COMMAND_UNSUPPORTED"), SKIPPED),
    before(35, map([0, [21]])),
  ],
  [
    "frm-command-custom",
    "C28 A custom command in install",
    "8.4.11",
    open(no("COMMAND_UNSUPPORTED"), "this device has none"),
    before(-257, 0),
  ],
  [
    "frm-command-negative",
    "C28 Command -1, of a range that is reserved",
    "8.4.9",
    no("COMMAND_UNSUPPORTED"),
    before(-1, ALL),
  ],
  ["frm-command-300", "C28 Command 300", "8.4.6", no("COMMAND_UNSUPPORTED"), before(300, ALL)],
  [
    "frm-command-text",
    "C28 A text as a command",
    "8.4.6",
    no("COMMAND_UNSUPPORTED"),
    before("fetch", ALL),
  ],
  [
    "frm-command-behind",
    "C28 An unknown command behind a condition that fails at the outermost level",
    "8.4.9",
    no("ABORTED"),
    one({ install: [14, ALL, 13, ALL] }),
  ],
  [
    "frm-parameter-0",
    "C28 Parameter 0",
    "8.4.8",
    no("PARAMETER_UNSUPPORTED"),
    before(...set({ 0: 0 })),
  ],
  [
    "frm-parameter-19",
    "C28 encryption-info",
    "8.4.8",
    open(
      no("PARAMETER_UNSUPPORTED"),
      "of draft-ietf-suit-firmware-encryption; optional to implement",
    ),
    before(...set({ 19: bstr(hex("d8608443a10101a0f680")) })),
  ],
  [
    "frm-parameter-30",
    "C28 component-metadata",
    "UM 4.6",
    open(no("PARAMETER_UNSUPPORTED"), SKIPPED),
    before(...set({ 30: bstr(hex("a10501")) })),
  ],
  [
    "frm-parameter-custom",
    "C28 A custom parameter in install",
    "8.4.8.16",
    open(no("PARAMETER_UNSUPPORTED"), "a hint that could be ignored; this device has none"),
    before(20, map([-257, 0])),
  ],
  [
    "frm-parameter-text",
    "C28 A text as a parameter",
    "8.4.8",
    no("PARAMETER_UNSUPPORTED"),
    before(20, map(["uri", 0] as Pair)),
  ],
  [
    "frm-parameters-array",
    "C28 Parameters in an array",
    "8.4.10.3",
    no("CBOR_TYPE"),
    before(20, [21, "#app"]),
  ],
  [
    "c20-override",
    "override-parameters replaces what is set",
    "8.4.10.3",
    INSTALLED,
    one({ install: [...set({ 21: "#none" }), ...fetch("#app"), ...MATCH] }),
  ],
  [
    "c20-override-last",
    "It replaces with what is wrong, too",
    "8.4.10.3",
    no("PAYLOAD_ABSENT"),
    one({ install: [...set({ 21: "#app" }), ...fetch("#none")] }),
  ],
  [
    "c20-one-map",
    "All parameters in one map",
    "8.4.10.3",
    INSTALLED,
    one({
      shared: [...set({ ...WHO, ...image(APP), 21: "#app" }), ...CHECK],
      install: [21, FAILURES, ...MATCH],
    }),
  ],
]);
