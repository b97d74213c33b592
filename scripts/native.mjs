/**
 * The native module from its source: `build` makes module.bin and its record, `check` makes it again
 * and compares. Only one compiler is known to give the same bytes, the one that the record names:
 * `check` says so and passes where there is none or another one.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../device/crypto/native/", import.meta.url));
const BINARY = path.join(SOURCE, "module.bin");
const RECORD = path.join(SOURCE, "module.txt");
const PREFIX = "arm-none-eabi-";

/** Nothing in here may depend on where the tree lies: sources are named as seen from their folder. */
const FLAGS = [
  ..."-mcpu=cortex-m4 -mthumb -mfloat-abi=soft -Os -std=gnu11 -ffreestanding".split(" "),
  // Position-independent without a table of addresses.
  ..."-fPIE -mpic-data-is-text-relative -fno-jump-tables".split(" "),
  // Words of 64 bits are also taken as two of 32.
  "-fno-strict-aliasing",
  // No calls of memset and memcpy in the place of loops.
  ..."-fno-tree-loop-distribute-patterns -fomit-frame-pointer".split(" "),
  ..."-Wall -Wextra -Werror -fstack-usage".split(" "),
];

const run = (tool, args, cwd) =>
  execFileSync(PREFIX + tool, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, LC_ALL: "C" },
  });

const firstLine = (text) => text.slice(0, text.indexOf("\n"));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** What makes the bytes: compiler and linker, by their exact versions; undefined without them. */
function tools() {
  try {
    return [run("gcc", ["--version"]), run("ld", ["--version"])].map(firstLine).join("; ");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function compile() {
  const folder = mkdtempSync(path.join(tmpdir(), "native-"));
  try {
    const sources = readdirSync(SOURCE).filter((name) => /\.[cS]$/.test(name));
    const objects = sources.sort().map((name) => {
      const object = path.join(folder, `${name}.o`);
      run("gcc", [...FLAGS, "-c", name, "-o", object], SOURCE);
      return object;
    });
    const elf = path.join(folder, "module.elf");
    run(
      "ld",
      ["-T", "module.ld", "-e", "0", "--no-warn-rwx-segments", "-o", elf, ...objects],
      SOURCE,
    );
    const flat = path.join(folder, "module.bin");
    run("objcopy", ["-O", "binary", elf, flat]);
    const frames = readdirSync(folder)
      .filter((name) => name.endsWith(".su"))
      .flatMap((name) => readFileSync(path.join(folder, name), "utf8").split("\n"))
      .filter((line) => line !== "")
      .map((line) => line.split("\t"));
    const unbounded = frames.filter(([, , kind]) => kind !== "static");
    if (unbounded.length > 0) throw new Error(`stack without a bound: ${unbounded}`);
    return { bytes: readFileSync(flat), frames };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function record(bytes, made) {
  return `size ${bytes.length}\nsha256 ${sha256(bytes)}\ntools ${made}\n`;
}

function build() {
  const made = tools();
  if (!made) throw new Error(`native:build needs ${PREFIX}gcc (Debian: gcc-arm-none-eabi)`);
  const { bytes, frames } = compile();
  writeFileSync(BINARY, bytes);
  writeFileSync(RECORD, record(bytes, made));
  for (const [place, size] of frames.sort((a, b) => b[1] - a[1]).slice(0, 5))
    console.log(`${size.padStart(6)} bytes of stack  ${place.split(":").at(-1)}`);
  console.log(`${String(bytes.length).padStart(6)} bytes of 4096`);
}

function check() {
  const committed = readFileSync(BINARY);
  const made = tools();
  const recorded = readFileSync(RECORD, "utf8");
  const [, by] = /^tools (.*)$/m.exec(recorded) ?? [];
  if (recorded !== record(committed, by))
    throw new Error("module.bin is not what module.txt names");
  if (!made) {
    console.log(`native:check SKIPPED, not rebuilt: there is no ${PREFIX}gcc here`);
    return;
  }
  if (made !== by) {
    console.log(`native:check SKIPPED, not rebuilt: made by ${by}, here is ${made}`);
    return;
  }
  const { bytes } = compile();
  if (!bytes.equals(committed))
    throw new Error(`the source gives ${sha256(bytes)}, committed is ${sha256(committed)}`);
  console.log(`native:check rebuilt module.bin: the same ${bytes.length} bytes`);
}

try {
  const [command] = process.argv.slice(2);
  if (command === "build") build();
  else if (command === "check") check();
  else throw new Error("usage: native.mjs build | check");
} catch (error) {
  console.error(`native: ${error.message}`);
  process.exit(1);
}
