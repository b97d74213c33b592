import { writeFileSync } from "node:fs";
import { devicePlugins, OUTPUT } from "./build/host/author/bundle.js";
import { pretokenise } from "./build/host/author/pretokenise.js";
import { squeeze } from "./build/host/author/squeeze.js";

// With SUITCASE_DEPENDENCIES=1 agents process dependencies (suit-trust-domains), too. That costs about
// 1,700 bytes in each slot, so small boards refuse them.
const withDependencies = process.env.SUITCASE_DEPENDENCIES === "1";
const FEATURES = withDependencies ? "large-features" : "board-features";

/** What the resident part has in the place of the packed updater (device/updater-packed.ts). */
const HOLE = /"@updater@",65535/;
const NEEDED = /65534/;
/** Variables that an update takes besides the updater (test/engines/memory.test.ts), and bytes of one. */
const UPDATE_VARIABLES = 450;
const VARIABLE = 12;

/** Packed text and size of the updater that was bundled last. */
let updater;

/**
 * An agent for boards with the native module: the resident part, and in it the updater, packed.
 * @param limits bytes: of the texts as minified, and of the image that a slot holds
 */
function packedAgent(folder, features, limits) {
  return [
    {
      input: "build/device/updater.js",
      trust: "board-trust",
      features,
      file: `${folder}updater.js`,
      budget: limits.updater,
      isUpdater: true,
    },
    {
      input: "build/device/agent.js",
      trust: "board-trust",
      features,
      file: `${folder}agent.js`,
      budget: limits.resident,
      image: limits.image,
      isPacked: true,
    },
  ];
}

// Budgets in bytes. The bootloader shares a block with the board's configuration: its text and the
// NUL behind it end before CONFIG_AT (device/flash/layout.ts).
const bundles = [
  { input: "build/device/boot.js", file: "dist/boot.js", budget: 3680, nul: true },
  ...packedAgent("dist/", FEATURES, { resident: 3456, updater: 9984, image: 7872 }),
  {
    input: "build/device/agent.js",
    trust: "board-trust-js",
    file: "dist/agent-js.js",
    budget: 22656,
    image: 19456,
  },
  // Not shipped: an agent with dependencies (test/faults/dependencies.test.ts).
  ...packedAgent("dist/test/", "large-features", { resident: 3456, updater: 12032, image: 8704 }),
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
const agentModules = ({ trust, features = FEATURES, isPacked, isUpdater }) => ({
  name: "agent-modules",
  resolveId(source, importer) {
    // What hands over has the modules themselves.
    if (importer?.endsWith("fake-boot.js")) return null;
    const device = `${process.cwd()}/build/device/`;
    if (/\/(bytes|sig-structure)\.js$/.test(source)) return `${device}shared.js`;
    if (isPacked && source.endsWith("/updater-here.js")) return `${device}updater-packed.js`;
    // The updater shares what the resident part has.
    if (isUpdater && /\/(espruino-agent|outcome|cbor-map)\.js$/.test(source))
      return `${device}services.js`;
    if (source.endsWith("/target.js")) return `${device}suit/board-target.js`;
    if (source.endsWith("/features.js")) return `${device}suit/${features}.js`;
    return source.endsWith("/trust.js") ? `${device}${trust}.js` : null;
  },
});

/** What a slot holds of an agent: Espruino's compact form, made once and signed as it is. */
const image = ({ file, image: budget, isPacked }) => ({
  name: "image",
  writeBundle(_, chunks) {
    let [{ code }] = Object.values(chunks);
    if (isPacked) {
      if (!HOLE.test(code) || !NEEDED.test(code)) this.error(`${file} has no place for an updater`);
      const needed = Math.ceil(updater.size / VARIABLE) + UPDATE_VARIABLES;
      code = code.replace(NEEDED, needed).replace(HOLE, () => `${updater.text},${updater.size}`);
    }
    const bytes = pretokenise(code);
    const name = file.replace(/js$/, "img");
    row(name, bytes.length, budget);
    if (bytes.length > budget)
      this.error(`${name} is ${bytes.length - budget} bytes over its budget`);
    writeFileSync(name, bytes);
  },
});

/** Packs an updater for the agent that comes next. */
const pack = ({ file }) => ({
  name: "pack",
  writeBundle(_, chunks) {
    const bytes = pretokenise(Object.values(chunks)[0].code);
    const squeezed = squeeze(bytes);
    console.log(`${" ".repeat(20)}${bytes.length} in memory, ${squeezed.length} packed`);
    updater = {
      text: JSON.stringify(Buffer.from(squeezed).toString("latin1")),
      size: bytes.length,
    };
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
    ...(each.trust ? [agentModules(each)] : []),
    ...devicePlugins({ ownCode: true }),
    ...(each.budget ? [budget(each)] : []),
    ...(each.isUpdater ? [pack(each)] : []),
    ...(each.image ? [image(each)] : []),
  ],
  onwarn: (warning) => {
    throw new Error(warning.message);
  },
}));
