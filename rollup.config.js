import { writeFileSync } from "node:fs";
import { devicePlugins, OUTPUT } from "./build/host/author/bundle.js";
import { pretokenise } from "./build/host/author/pretokenise.js";

// With SUITCASE_DEPENDENCIES=1 agents process dependencies (suit-trust-domains), too. That costs about
// 1,700 bytes in each slot, so small boards refuse them.
const withDependencies = process.env.SUITCASE_DEPENDENCIES === "1";
const FEATURES = withDependencies ? "large-features" : "board-features";

// Budgets in bytes. The bootloader shares a block with the board's configuration: its text and the
// NUL behind it end before CONFIG_AT (device/flash/layout.ts).
const bundles = [
  { input: "build/device/boot.js", file: "dist/boot.js", budget: 3680, nul: true },
  {
    input: "build/device/agent.js",
    trust: "board-trust",
    file: "dist/agent.js",
    budget: 12672,
    image: 10688,
  },
  {
    input: "build/device/agent.js",
    trust: "board-trust-js",
    file: "dist/agent-js.js",
    budget: 22400,
    image: 19200,
  },
  // Not shipped: an agent with dependencies (test/faults/dependencies.test.ts).
  {
    input: "build/device/agent.js",
    trust: "board-trust",
    features: "large-features",
    file: "dist/test/agent.js",
    budget: 14720,
    image: 12416,
  },
  // Not shipped: the processor in the real interpreter (test/engines/verdicts.test.ts).
  { input: "build/test/engines/board/verdicts.js", file: "dist/test/verdicts.js" },
  { input: "build/test/engines/board/bench.js", file: "dist/test/bench.js" },
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
const agentModules = (trust, features) => ({
  name: "agent-modules",
  resolveId(source, importer) {
    // What hands over has the modules themselves.
    if (importer?.endsWith("fake-boot.js")) return null;
    const device = `${process.cwd()}/build/device/`;
    if (/\/(bytes|sig-structure)\.js$/.test(source)) return `${device}shared.js`;
    if (source.endsWith("/target.js")) return `${device}suit/board-target.js`;
    if (source.endsWith("/features.js")) return `${device}suit/${features}.js`;
    return source.endsWith("/trust.js") ? `${device}${trust}.js` : null;
  },
});

/** What a slot holds of an agent: Espruino's compact form, made once and signed as it is. */
const image = ({ file, image: budget }) => ({
  name: "image",
  writeBundle(_, chunks) {
    const bytes = pretokenise(Object.values(chunks)[0].code);
    const name = file.replace(/js$/, "img");
    row(name, bytes.length, budget);
    if (bytes.length > budget)
      this.error(`${name} is ${bytes.length - budget} bytes over its budget`);
    writeFileSync(name, bytes);
  },
});

const row = (name, bytes, budget) => {
  const columns = [name.padEnd(18), `${bytes}`.padStart(6), `${budget}`.padStart(6)];
  console.log(`${columns.join("  ")}  ${`${budget - bytes}`.padStart(6)} left`);
};

/** Prints a row of the table, and fails when the text does not fit or is no plain ASCII. */
const budget = ({ file, budget, nul }) => ({
  name: "budget",
  generateBundle(_, chunks) {
    const [{ code }] = Object.values(chunks);
    const bytes = code.length + (nul ? 1 : 0);
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
    ...(each.trust ? [agentModules(each.trust, each.features ?? FEATURES)] : []),
    ...devicePlugins({ ownCode: true }),
    ...(each.budget ? [budget(each)] : []),
    ...(each.image ? [image(each)] : []),
  ],
  onwarn: (warning) => {
    throw new Error(warning.message);
  },
}));
