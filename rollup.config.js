import { devicePlugins, OUTPUT } from "./build/host/author/bundle.js";

// Budgets in bytes. The bootloader shares a block with the board's configuration: its text and the
// NUL behind it end before CONFIG_AT (device/flash/layout.ts).
const bundles = [
  { input: "build/device/boot.js", file: "dist/boot.js", budget: 3680, nul: true },
  { input: "build/device/agent.js", file: "dist/agent.js", budget: 11776, nul: false },
  { input: "build/device/agent-js.js", file: "dist/agent-js.js", budget: 18432, nul: false },
];

/** An agent takes from the bootloader what that has anyway (device/shared.ts). */
const share = {
  name: "share",
  async resolveId(source, importer) {
    if (!source.endsWith("/bytes.js")) return null;
    const found = await this.resolve(source.replace("bytes.js", "shared.js"), importer);
    return found;
  },
};

/** Prints a row of the table, and fails when the text does not fit or is no plain ASCII. */
const budget = ({ file, budget, nul }) => ({
  name: "budget",
  generateBundle(_, chunks) {
    const [{ code }] = Object.values(chunks);
    const bytes = code.length + (nul ? 1 : 0);
    const columns = [file.padEnd(18), `${bytes}`.padStart(6), `${budget}`.padStart(6)];
    console.log(`${columns.join("  ")}  ${`${budget - bytes}`.padStart(6)} left`);
    if (/[^\n\x20-\x7e]/.test(code)) this.error(`${file} holds more than printable ASCII`);
    if (code.includes(process.cwd())) this.error(`${file} names the directory it was built in`);
    if (bytes > budget) this.error(`${file} is ${bytes - budget} bytes over its budget`);
  },
});

console.log("bundle               bytes  budget");
export default bundles.map((each) => ({
  input: each.input,
  output: { ...OUTPUT, file: each.file },
  plugins: [...(each.nul ? [] : [share]), ...devicePlugins({ ownCode: true }), budget(each)],
  onwarn: (warning) => {
    throw new Error(warning.message);
  },
}));
