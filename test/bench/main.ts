/**
 * `npm run bench`: measures in the interpreters named by ESPRUINO and ESPRUINO_ARM, prints the tables and
 * writes docs/performance.md. With `-- --full` tweetnacl is run for real as well, which takes minutes to
 * an hour. With `-- link` it measures the link alone and writes its tables into docs/link.md.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { COMB_SIZE } from "../../device/crypto/comb.js";
import { BUNDLES } from "../../host/board/bundles.js";
import { slotSize } from "../../host/board/config-page.js";
import { EngineBoard } from "../../host/board/engine.js";
import { readNativeModule } from "../../host/board/native-module.js";
import { loadProfile } from "../../host/board/profiles.js";
import { ENGINE, ENGINE_ARM } from "../support/engine-rig.js";
import { wearRows } from "../support/wear.js";
import { Counter } from "./counter.js";
import { benchLink } from "./link.js";
import { measureParts, type Part } from "./phases.js";
import { measureBoot, measureUpdate, type Phases } from "./update.js";
import { type Cost, type Machine, measureTweetnacl, measureVerify } from "./verify.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const REPORT = path.join(ROOT, "docs/performance.md");
const NACL = path.join(ROOT, "node_modules/tweetnacl/nacl-fast.min.js");

/** Cycles per instruction and clock of the estimates for an nRF52 (see the text of the report). */
const CPI = 2.35;
const CLOCK = 64e6;
/** Instructions of tweetnacl's verification: measured once, as the report says. */
const SAVED_TWEETNACL = { arm: 35.14e9, x86: 76.8e9 };

const full = process.argv.includes("--full");
const lines: string[] = [];
const say = (line = "") => {
  console.log(line);
  lines.push(line);
};
const million = (count: number) =>
  (count / 1e6).toLocaleString("en", { maximumFractionDigits: count < 1e8 ? 2 : 0 });
const seconds = (count: number) => {
  const value = (count * CPI) / CLOCK;
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toPrecision(3)} s`;
};
const bytesOf = (name: string) => statSync(path.join(BUNDLES, name)).size;

/** What the verifier in JavaScript adds to an agent, minified; in the agent without it the rest is in three parts. */
const JAVASCRIPT =
  bytesOf("agent-js.js") - bytesOf("agent.js") - bytesOf("offer.js") - bytesOf("intake.js");
const TWEETNACL = readFileSync(NACL).length;

/** Code and tables of a way to verify. */
const BYTES: Record<string, number> = {
  native: readNativeModule().length,
  hint: JAVASCRIPT + 2 * COMB_SIZE,
  tables: JAVASCRIPT + 2 * COMB_SIZE,
  plain: JAVASCRIPT,
};

const WAYS: Record<string, string> = {
  native: "native module",
  sha512: "SHA-512 alone, JavaScript (151 bytes)",
  hint: "JavaScript, tables and hint",
  tables: "JavaScript, tables",
  plain: "JavaScript, any key",
};

/** A table whose last column, an estimate for a board, is left out for processors that no board has. */
function table(columns: string[], rows: [cells: string[], instructions: number][], times: boolean) {
  const line = (cells: string[], time: string) =>
    say(`| ${[...cells, ...(times ? [time] : [])].join(" | ")} |`);
  line(columns, "64 MHz, estimate");
  line(
    columns.map(() => "---"),
    "---",
  );
  for (const [cells, instructions] of rows) line(cells, seconds(instructions));
  say();
}

function verifyTable(costs: Cost[], tweetnacl: number, saved: boolean, times: boolean): void {
  const rows: [string[], number][] = [];
  const mark = saved ? " (saved figure, not measured by this run)" : "";
  rows.push([[`tweetnacl 1.0.3${mark}`, million(tweetnacl), "1", "", `${TWEETNACL}`], tweetnacl]);
  for (const { name, instructions, variables, verdict } of costs) {
    if (verdict !== "valid") throw new Error(`${name}: ${verdict}`);
    const ratio = name === "sha512" ? "" : (tweetnacl / instructions).toPrecision(3);
    const cells = [
      WAYS[name],
      million(instructions),
      ratio,
      `${variables}`,
      `${BYTES[name] ?? ""}`,
    ];
    rows.push([cells, instructions]);
  }
  table(
    ["verification", "million instructions", "tweetnacl / this", "more variables", "bytes"],
    rows,
    times,
  );
  const last = costs.at(-1)?.name;
  if (last !== "plain")
    say(`Stopped by the time limit after "${last}": what would follow is missing.\n`);
}

const phaseTable = (phases: Phases, times: boolean) =>
  table(
    ["phase", "million instructions"],
    phases.map(([what, count]) => [[what, million(count)], count]),
    times,
  );

const PART_NAMES: Record<string, string> = {
  parse: "parse: envelope and manifest read, executed and planned",
  verify: "verify the signature",
  hash: "hash: SHA-256 of the manifest and of what was stored",
  write: "write: erase, program, read back, journal",
  rest: "rest of the installation: copies, padding, table",
};

/** The parts of an update, and the boot behind it where that was measured. */
function partTable(parts: Part[], boot: number | undefined, times: boolean): void {
  const rows = parts.map(({ name, instructions, calls }): [string[], number] => [
    [PART_NAMES[name], `${calls}`, million(instructions)],
    instructions,
  ]);
  if (boot !== undefined)
    rows.push([["boot: digests and signature of a full slot", "1", million(boot)], boot]);
  table(["part", "times", "million instructions"], rows, times);
}

const PARTS = `The same update by what the board does in it, without the link and without waiting: an agent that
is given the release by its app in place of a link goes through it with the shipped parts, on the flash, and
reads the count around each. What reading costs was measured and taken off.
`;

const MADE = `# Performance

Written by \`npm run bench\`. **Nothing here was measured on hardware.** Instructions are those that an
interpreter retires under qemu's user-mode emulation, counted by a plugin (\`test/bench/count.c\`) that is
compiled on the fly; the program reads the count before and after, so its start does not count. The code
and the tables lie in the flash of a board and are run and read in place, as on a board.

Times at 64 MHz are estimates: instructions times ${CPI} cycles. The figure comes from two timings of a loop
in Espruino's own documentation, 0.28 s interpreted and 0.11 s compiled for 1,000 turns, and the 7,659 and
2,976 instructions that a turn took in an earlier study of this project (2.34 and 2.37 cycles each; the
documentation does not name the board). Builds differ: with another one for ARM a turn of the interpreted
loop took about 7,040, which would make it 2.5. Between 1.5 and 2.6 all is plausible.

The interpreter for ARM is no board's firmware but a build for Linux with a Puck.js's memory and flash, with
the compiler's options of that firmware (\`-Os\`, link-time optimisation, \`RELEASE=1\`). The options matter:
with \`-O2\` the verification in JavaScript with tables and hint took 11 % less, without link-time optimisation
9 % more.

tweetnacl was not run by this command unless a row says so: its figures are those of the same earlier study,
on ARM in a build with enough variables to hold it.
`;

async function measureArm(counter: Counter): Promise<void> {
  const profile = { ...loadProfile("puckjs"), links: ["Serial1"] };
  const machine: Machine = {
    command: [ENGINE_ARM],
    env: { QEMU_PLUGIN: counter.plugin },
    profile,
    byMemory: true,
  };
  say(
    `## Espruino ${EngineBoard.version(ENGINE_ARM)} for ARM, of the size of a Puck.js (2,630 variables of 13 bytes)`,
  );
  say();
  say("A verification of the COSE_Sign1 of a manifest (151 bytes with key and signature):");
  say();
  verifyTable(measureVerify(counter, machine), SAVED_TWEETNACL.arm, true, true);
  process.env.QEMU_PLUGIN = counter.plugin;
  try {
    say(
      "A whole update with the native module (agent and an app of 1 KB), by the phases that the host sees:",
    );
    say();
    phaseTable(await measureUpdate(counter, ENGINE_ARM, profile, 1000), true);
    say(PARTS);
    const boot = await measureBoot(counter, ENGINE_ARM, profile);
    partTable(
      await measureParts(counter, ENGINE_ARM, profile, true, 1000),
      boot.instructions,
      true,
    );
    say(
      `The boot is that of a slot of ${slotSize(profile)} bytes filled to the last word, ${boot.code} of them code, signature and digests checked: until the board idles, over the instructions of an empty board.`,
    );
    say();
  } finally {
    delete process.env.QEMU_PLUGIN;
  }
}

async function measureX86(counter: Counter): Promise<void> {
  if (spawnSync("qemu-x86_64", ["--version"]).error) return say("x86: there is no qemu-x86_64.");
  const profile = loadProfile("linux");
  const command = ["qemu-x86_64", "-plugin", counter.pluginWide, path.resolve(ENGINE)];
  const machine: Machine = { command, env: {}, profile, byMemory: false };
  say(`## Espruino ${EngineBoard.version(ENGINE)} for Linux on x86-64`);
  say();
  say("No board has such a processor: the ratios are what matters.");
  say();
  const tweetnacl = full ? measureTweetnacl(counter, machine, NACL) : SAVED_TWEETNACL.x86;
  verifyTable(measureVerify(counter, machine), tweetnacl, !full, false);
  const script = path.join(counter.folder, "espruino");
  writeFileSync(script, `#!/bin/sh\nexec ${command.map((each) => `'${each}'`).join(" ")} "$@"\n`);
  chmodSync(script, 0o755);
  say("A whole update with the verifier in JavaScript, with tables and a hint in the envelope:");
  say();
  phaseTable(await measureUpdate(counter, script, profile, 1000), false);
  say(PARTS);
  partTable(await measureParts(counter, script, profile, false, 1000), undefined, false);
}

const counter = Counter.open((text) => say(text));
if (!counter) process.exit(1);
if (process.argv.includes("link")) {
  try {
    await benchLink(counter, (count) => (count * CPI * 1000) / CLOCK);
  } finally {
    counter.remove();
  }
  process.exit();
}
try {
  say(MADE);
  if (existsSync(ENGINE_ARM)) await measureArm(counter);
  else say(`There is no Espruino for ARM at the place that ESPRUINO_ARM names.\n`);
  if (existsSync(ENGINE)) await measureX86(counter);
  else say(`There is no Espruino at the place that ESPRUINO names.\n`);
  say("## Wear");
  say();
  say(
    "What an update costs the flash of a simulated board, on average over 70: agent and an app of 700 bytes,",
  );
  say(
    "the agent copied. A block has 4,096 bytes; lasts: updates until a block has been erased 10,000 times.",
  );
  say();
  for (const row of wearRows(["puckjs", "microbit2", "joltjs"], 70)) say(row);
  say();
  say("## Bytes");
  say();
  say("| what | bytes |");
  say("|---|---|");
  say(`| tweetnacl 1.0.3, minified | ${TWEETNACL} |`);
  say(`| agent with the verifier in JavaScript, as a slot holds it | ${bytesOf("agent-js.img")} |`);
  say(`| agent without it | ${bytesOf("agent.img")} |`);
  say(`| native module | ${readNativeModule().length} |`);
  say(`| table of the base point, and of each key | ${COMB_SIZE} |`);
  say("| hint in an envelope | 39 |");
  say(`| SHA-256 in JavaScript, where a board has no other | ${bytesOf("hash.js")} |`);
  say();
  say(
    "`npm run bench -- --full` runs tweetnacl too, on x86-64. On ARM it needs more variables than a Puck.js has.",
  );
  writeFileSync(REPORT, `${lines.join("\n")}\n`);
} finally {
  counter.remove();
}
