/** Steps of the code that keep a board safe, and how each is left out. */
import type { Change } from "../../support/changed-bundle.js";

export interface SafetyStep extends Change {
  step: string;
  bundle: "boot" | "agent";
  /** It takes the closure long to come to the first bad state. */
  isSlow?: boolean;
  /** It matters only where a block of the journal comes to its end. */
  needsRooms?: boolean;
}

const boot = (step: string, module: string, find: string, put = ""): SafetyStep => ({
  ...{ step, bundle: "boot", module, find, put },
});
const agent = (step: string, module: string, find: string, put = ""): SafetyStep => ({
  ...{ step, bundle: "agent", module, find, put },
});

const JOURNAL = "flash/journal.js";
const INSTALL = "flash/install.js";

export const SAFETY_STEPS: SafetyStep[] = [
  boot(
    "a trial is counted before anything of the new firmware is parsed",
    "boot.js",
    "api.save();\n            choose(",
    "choose(",
  ),
  boot(
    "a trial takes so many boots and no more",
    "boot.js",
    "bytes[TRIALS] < config[CONFIG_TRIALS]",
    "true",
  ),
  boot("an app that throws ends its trial", "boot.js", "api.revert(REVERT_APP_THREW);"),
  boot(
    "a record counts only with its checksum",
    JOURNAL,
    "port.crcAt(placeAt(i), RECORD_CRC) === words(port.read(placeAt(i) + RECORD_CRC, 4))[0]",
    "true",
  ),
  boot(
    "a torn record is stepped over",
    JOURNAL,
    "port.crcAt(placeAt(place), RECORD) !== blank",
    "false",
  ),
  {
    ...boot(
      "a block of the journal is erased before it is used again",
      JOURNAL,
      "port.erase(placeAt(place));",
      ";",
    ),
    needsRooms: true,
  },
  {
    ...boot(
      "the journal goes on in the other block, never in that of the newest record",
      JOURNAL,
      "place = (place + 1) % (2 * PER_BLOCK);",
      "place = place - (place % PER_BLOCK) + ((place + 1) % PER_BLOCK);",
    ),
    needsRooms: true,
  },
  {
    ...agent("the journal gives a slot up before it is erased", INSTALL, "putState(0, 0);"),
    isSlow: true,
  },
  agent("a block is erased before it is written", INSTALL, "port.erase(slotAt + from);"),
  agent("the floor rises with what is staged", INSTALL, "state[FLOOR / 4] = transfer.numbered;"),
  agent("a trial that nobody confirms ends at its deadline", "health.js", "api.revert(why);"),
  agent(
    "no update is taken while a trial runs",
    "link/offer.js",
    "record[PHASE] !== SETTLED || api.running !== active",
    "false",
  ),
];
