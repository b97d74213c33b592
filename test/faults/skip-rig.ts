/** Boards whose verifier lacks one statement, and releases that must not run on them. */
import { ROLE_APP, TABLE_ENTRY, TABLE_HEAD } from "../../device/flash/layout.js";
import { generateKey } from "../../host/author/keys.js";
import { packRelease } from "../../host/author/pack.js";
import type { Snapshot } from "../../host/board/flash.js";
import { bundleWith } from "../support/changed-bundle.js";
import {
  app,
  CLASS,
  type Made,
  profileOf,
  release,
  SimBoard,
  STAGED,
  VENDOR,
} from "../support/sim-board.js";
import { type Statement, skippable } from "../support/skippable.js";
import { stateOf } from "./closure/journal-view.js";
import { SharedRealm } from "./closure/shared-realm.js";

/** The parts of a board that decide whether something may run. */
const BOOT_MODULES = [
  "boot",
  "board-config",
  "bytes",
  "errors",
  "flash/slot",
  "port/espruino",
  "suit/sig-structure",
];
const AGENT_MODULES = [
  ...["board-keys", "board-trust", "board-trust-js", "errors", "flash/install", "flash/plan"],
  ...[
    "link/offer",
    "link/intake",
    "update/updater",
    "update/hand-over",
    "suit/cbor",
    "suit/envelope",
    "crypto/ed25519",
    "crypto/decode",
  ],
];

/** Of them, those that do something when they are loaded. */
const PROGRAMS = ["boot", "board-config", "port/espruino"];

/** Statements after which a run counts as endless; a whole update takes a tenth. */
const MOST_STATEMENTS = 500_000;

/** A release that must not run, and what is sent for its app. */
export interface Attack {
  name: string;
  made: Made;
}

export interface Rig {
  /** Statements of the bootloader come first: numbers below this one are theirs. */
  bootCount: number;
  statements: Statement[];
  attacks: Attack[];
  /** Leaves out a statement (-1: none), tries an attack; did anything of it run? */
  attempt(skip: number, attack: Attack, isAfterGenuine: boolean): boolean;
  /** The same with a slot that was changed behind the agent's back, after it was staged. */
  plant(skip: number, what: "signature" | "app"): boolean;
}

const instrumented = async (name: string, modules: string[], statements: Statement[]) =>
  bundleWith(name, (code, file) => {
    const module = file.replace(/\.js$/, "");
    return modules.includes(module)
      ? skippable(code, file, statements, PROGRAMS.includes(module))
      : code;
  });

export async function makeRig(board: string): Promise<Rig> {
  const profile = profileOf(board, 32);
  const statements: Statement[] = [];
  const boot = await instrumented("boot", BOOT_MODULES, statements);
  const bootCount = statements.length;
  const agentName = profile.nativeModule ? "agent" : "agent-js";
  const agent = await instrumented(agentName, AGENT_MODULES, statements);
  const v1 = release(profile, 1, "one", { agent });
  const v2 = release(profile, 2, "two", { agent });

  let ranEvil = false;
  const known = new Set([agent, app("one")].map((bytes) => Buffer.from(bytes).toString("latin1")));
  const realm = new SharedRealm();
  realm.onProgram = (code) => {
    // Without the statement that reads it there is no program.
    if (String(code) !== "undefined" && !known.has(code)) ranEvil = true;
  };
  // Without a statement a loop may have no end: it is ended by the number of statements, which does not
  // depend on how busy the machine is.
  let left = 0;
  let skipped = -1;
  Object.defineProperty(realm.global, "SKIP", {
    get: () => {
      if (--left < 0) throw new Error("it never ends");
      return skipped;
    },
  });
  const skipNow = (id: number) => {
    skipped = id;
    left = MOST_STATEMENTS;
  };
  skipNow(-1);
  realm.bootloader = Buffer.from(boot).toString("latin1");
  const sim = new SimBoard(profile, { firmware: v1, realm: () => realm });
  sim.board.on("fault", () => {});
  const settled = sim.flash.snapshot();
  if (sim.stage(v2).state !== STAGED) throw new Error("the genuine release is refused");
  const staged = sim.flash.snapshot();

  /** Starts with the statement in place, so that the board comes up. */
  const begin = (snapshot: Snapshot, skip: number) => {
    skipNow(skip);
    ranEvil = false;
    try {
      sim.restore(snapshot);
    } catch {
      // Without its statement the bootloader may fail in any way.
    }
  };
  return {
    bootCount,
    statements,
    attacks: makeAttacks(profile, agent, v2),
    attempt(skip, { made }, isAfterGenuine) {
      begin(settled, skip);
      try {
        if (isAfterGenuine) sim.offer(v1.envelope);
        if (sim.stage(made).state === STAGED) sim.advance(3000);
      } catch {
        // So may the agent.
      }
      return ranEvil;
    },
    plant(skip, what) {
      const image = staged.image.slice();
      const record = stateOf(image);
      const { tableAt } = record?.slots[1] ?? { tableAt: 0 };
      const view = new DataView(image.buffer, sim.slotAt(1));
      const number = (at: number) => view.getUint32(tableAt + at, true);
      const entry = [0, 1].map((i) => TABLE_HEAD + i * TABLE_ENTRY);
      const place = entry.find((at) => number(at + 12) === ROLE_APP) ?? 0;
      const at = what === "app" ? number(place) + 7 : number(12) + number(24) + 3;
      image[sim.slotAt(1) + at] ^= 1;
      begin({ ...staged, image }, skip);
      return ranEvil;
    },
  };
}

function makeAttacks(profile: ReturnType<typeof profileOf>, agent: Uint8Array, v2: Made): Attack[] {
  const evil = app("evil");
  const forged = packRelease({
    ...{ vendor: VENDOR, class: CLASS, sequence: 2, key: generateKey(new Uint8Array(32).fill(99)) },
    components: [
      { name: "agent", bytes: agent },
      { name: "app", bytes: evil },
    ],
  });
  const payload = (uri: string) => (uri === "app" ? evil : agent);
  const stranger: Made = { ...forged, name: "evil", payload };
  const flipped = release(profile, 2, "evil", { agent });
  const signatureAt = Buffer.from(flipped.envelope).indexOf(Buffer.from([0x58, 0x40])) + 10;
  const envelope = flipped.envelope.slice();
  envelope[signatureAt] ^= 1;
  // The wrapper of a genuine release in front of the manifest of another one.
  const manifestAt = (made: Made) =>
    Buffer.from(made.envelope).indexOf(Buffer.from(made.manifest)) - 4;
  const swapped = new Uint8Array([
    ...v2.envelope.subarray(0, manifestAt(v2)),
    ...flipped.envelope.subarray(manifestAt(flipped)),
  ]);
  return [
    { name: "a signature with a bit changed", made: { ...flipped, envelope } },
    { name: "the signature of another manifest", made: { ...flipped, envelope: swapped } },
    { name: "another payload", made: { ...v2, payload: (uri) => (uri === "app" ? evil : agent) } },
    { name: "a signature of a stranger", made: stranger },
  ];
}

/** What runs when one statement of the verifier is left out. */
export function tryAll(
  rig: Rig,
  attacks: Attack[],
  withPlanted: boolean,
): { through: string[]; planted: string[] } {
  const through: string[] = [];
  const planted: string[] = [];
  for (const { id, module, line, text } of rig.statements) {
    const where = `${id < rig.bootCount ? "boot" : "agent"} ${module}:${line} ${text}`;
    for (const attack of attacks)
      if (rig.attempt(id, attack, true)) through.push(`${where} => ${attack.name}`);
    if (withPlanted && id < rig.bootCount && (rig.plant(id, "app") || rig.plant(id, "signature")))
      planted.push(where);
  }
  return { through, planted };
}
