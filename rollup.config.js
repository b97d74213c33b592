import { writeFileSync } from "node:fs";
import { devicePlugins, OUTPUT } from "./build/host/author/bundle.js";
import { imageOf, insertPrograms, packProgram } from "./build/host/author/packed-agent.js";

// With SUITCASE_DEPENDENCIES=1 agents process dependencies (suit-trust-domains), too. That costs about
// 1,700 bytes in each slot, so small boards refuse them.
const withDependencies = process.env.SUITCASE_DEPENDENCIES === "1";
const FEATURES = withDependencies ? "large-features" : "board-features";

/** The programs of the updater that were bundled last, packed. */
const programs = {};

/**
 * An agent for boards with the native module: the two programs of its updater, and the resident part
 * with both of them packed in it.
 * @param limits bytes: of the texts as minified, and of the image that a slot holds
 */
function packedAgent(folder, features, limits) {
  const common = { trust: "board-trust", features };
  const program = (name) => ({
    ...common,
    input: `build/device/update/${name}-program.js`,
    file: `${folder}${name}.js`,
    budget: limits[name],
    program: name,
  });
  const agent = {
    ...common,
    input: "build/device/agent.js",
    file: `${folder}agent.js`,
    budget: limits.resident,
    image: limits.image,
    isPacked: true,
  };
  return [program("offer"), program("intake"), agent];
}

// Budgets in bytes. The bootloader shares a block with the board's configuration: its text and the
// NUL behind it end before CONFIG_AT (device/flash/layout.ts).
const bundles = [
  { input: "build/device/boot.js", file: "dist/boot.js", budget: 3680, nul: true },
  // It has block 1 for itself (device/hash-block.ts).
  { input: "build/device/hash-block.js", file: "dist/hash.js", budget: 4096 },
  ...packedAgent("dist/", FEATURES, { resident: 6400, offer: 8896, intake: 2368, image: 10880 }),
  {
    input: "build/device/agent.js",
    trust: "board-trust-js",
    file: "dist/agent-js.js",
    budget: 27000,
    image: 23000,
  },
  // Not shipped: an agent with dependencies (test/faults/dependencies.test.ts).
  ...packedAgent("dist/test/", "large-features", {
    resident: 6400,
    offer: 10880,
    intake: 2368,
    image: 11648,
  }),
  // Not shipped: the link by itself. What it shares with the manifest is not counted.
  { input: "build/test/engines/board/cbor.js", trust: "board-trust", file: "dist/test/cbor.js" },
  {
    input: "build/test/engines/board/link.js",
    trust: "board-trust",
    file: "dist/test/link.js",
    less: "dist/test/cbor.js",
    budget: 2900,
  },
  // The same behind an NRF that records, for the real interpreter (test/engines/link.test.ts).
  {
    input: "build/test/engines/board/link-rig.js",
    trust: "board-trust",
    file: "dist/test/link-rig.js",
  },
  {
    input: "build/test/engines/board/link-cost.js",
    trust: "board-trust",
    file: "dist/test/link-cost.js",
  },
  // Not shipped: the processor in the real interpreter (test/engines/verdicts.test.ts).
  { input: "build/test/engines/board/verdicts.js", file: "dist/test/verdicts.js" },
  { input: "build/test/engines/board/bench.js", file: "dist/test/bench.js" },
  // Agents that measure an update's phases (test/bench/phases.ts).
  {
    input: "build/test/engines/board/phases.js",
    trust: "board-trust",
    file: "dist/test/phases.js",
  },
  {
    input: "build/test/engines/board/phases.js",
    trust: "../test/engines/board/phase-trust-js",
    file: "dist/test/phases-js.js",
  },
  // The agent's parts with a bootloader that measures (test/engines/memory.test.ts).
  {
    input: "build/test/engines/board/memory.js",
    trust: "board-trust",
    file: "dist/test/memory.js",
  },
];

/**
 * What an agent has in the place of a module: from the bootloader what that has anyway
 * (device/shared.ts), and what it can do (device/suit/features.ts).
 */
const agentModules = ({ trust, features = FEATURES, isPacked, program }) => ({
  name: "agent-modules",
  resolveId(source, importer) {
    // What hands over has the modules themselves.
    if (importer?.endsWith("fake-boot.js") || source.includes("/device/board-")) return null;
    const device = `${process.cwd()}/build/device/`;
    if (/\/(bytes|sig-structure)\.js$/.test(source)) return `${device}shared.js`;
    if (isPacked && source.endsWith("/programs.js")) return `${device}update/programs-packed.js`;
    // A program shares what the resident part has.
    if (program && /\/(espruino-agent|outcome|cbor-map|hand-over|library)\.js$/.test(source))
      return `${device}update/services.js`;
    if (source.endsWith("/target.js")) return `${device}suit/board-target.js`;
    if (source.endsWith("/features.js")) return `${device}suit/${features}.js`;
    return source.endsWith("/trust.js") ? `${device}${trust}.js` : null;
  },
});

/** What the engine does better itself. */
const engineText = {
  name: "engine-text",
  resolveId: (source) =>
    source.endsWith("/port/text.js") ? `${process.cwd()}/build/device/port/espruino-text.js` : null,
};

/** What a slot holds of an agent: Espruino's compact form, made once and signed as it is. */
const image = ({ file, image: budget, isPacked }) => ({
  name: "image",
  writeBundle(_, chunks) {
    let [{ code }] = Object.values(chunks);
    if (isPacked) code = insertPrograms(code, programs.offer, programs.intake);
    const bytes = imageOf(code);
    const name = file.replace(/js$/, "img");
    row(name, bytes.length, budget);
    if (bytes.length > budget)
      this.error(`${name} is ${bytes.length - budget} bytes over its budget`);
    writeFileSync(name, bytes);
  },
});

/** Packs a program for the agent that comes after it. */
const pack = ({ program }) => ({
  name: "pack",
  writeBundle(_, chunks) {
    const made = packProgram(Object.values(chunks)[0].code);
    console.log(`${" ".repeat(20)}${made.size} in memory, ${made.packed} packed`);
    programs[program] = made;
  },
});

const row = (name, bytes, budget) => {
  const columns = [name.padEnd(18), `${bytes}`.padStart(6), `${budget}`.padStart(6)];
  console.log(`${columns.join("  ")}  ${`${budget - bytes}`.padStart(6)} left`);
};

const sizes = {};

/** Prints a row of the table, and fails when the text does not fit or is no plain ASCII. */
const budget = ({ file, budget, nul, less }) => ({
  name: "budget",
  generateBundle(_, chunks) {
    const [{ code }] = Object.values(chunks);
    sizes[file] = code.length;
    if (!budget) return;
    const bytes = code.length + (nul ? 1 : 0) - (less ? sizes[less] : 0);
    row(file, bytes, budget);
    if (/[^\n\x20-\x7e]/.test(code)) this.error(`${file} holds more than printable ASCII`);
    if (code.includes(process.cwd())) this.error(`${file} names the directory it was built in`);
    if (bytes > budget) this.error(`${file} is ${bytes - budget} bytes over its budget`);
  },
});

console.log("bundle               bytes  budget");
export default bundles.map((each) => ({
  input: each.input,
  output: { ...OUTPUT, file: each.file },
  plugins: [
    engineText,
    ...(each.trust ? [agentModules(each)] : []),
    ...devicePlugins({ ownCode: true }),
    budget(each),
    ...(each.program ? [pack(each)] : []),
    ...(each.image ? [image(each)] : []),
  ],
  onwarn: (warning) => {
    throw new Error(warning.message);
  },
}));
