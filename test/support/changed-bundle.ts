/** The bundles that go onto boards, built anew with a change in one of their modules. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, type RollupOptions, rollup } from "rollup";
import { imageOf, insertPrograms, packProgram } from "../../host/author/packed-agent.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A change: in a module under `build/device/`, by its text as tsc leaves it. */
export interface Change {
  module: string;
  find: string;
  put: string;
}

let configs: RollupOptions[] | undefined;

/** The bundles of rollup.config.js, which prints a table when it is loaded. */
async function loadConfigs(): Promise<RollupOptions[]> {
  if (configs) return configs;
  const { log } = console;
  console.log = () => {};
  try {
    const loaded = await import(new URL("../../../rollup.config.js", import.meta.url).href);
    configs = loaded.default as RollupOptions[];
    return configs;
  } finally {
    console.log = log;
  }
}

/** The minified text of a bundle with changes. */
async function textOf(
  name: string,
  change: (code: string, module: string) => string,
): Promise<string> {
  const all = await loadConfigs();
  const config = all.find(
    ({ output }) => !Array.isArray(output) && output?.file === `dist/${name}.js`,
  );
  if (!config || Array.isArray(config.output)) throw new Error(`there is no bundle ${name}`);
  const changer: Plugin = {
    name: "change",
    transform(code, id) {
      const module = path.relative(path.join(ROOT, "build/device"), id);
      return { code: change(code, module), map: null };
    },
  };
  // Its size does not matter here.
  const plugins = (config.plugins as Plugin[]).filter((plugin) => plugin.name !== "budget");
  const bundle = await rollup({ ...config, plugins: [changer, ...plugins] });
  const { output } = await bundle.generate(config.output ?? {});
  await bundle.close();
  return output[0].code;
}

/**
 * Builds a bundle with changes.
 *
 * @param name `boot`, `agent` (with the programs of its updater) or `agent-js`
 * @param change gets the text of a module and its path under `build/device/`; what it gives replaces it
 */
export async function bundleWith(
  name: string,
  change: (code: string, module: string) => string,
): Promise<Uint8Array> {
  const code = await textOf(name, change);
  if (name === "boot") return new Uint8Array(Buffer.from(code, "latin1"));
  if (name !== "agent") return imageOf(code);
  const offer = packProgram(await textOf("offer", change));
  const intake = packProgram(await textOf("intake", change));
  return imageOf(insertPrograms(code, offer, intake));
}

/** Applies a change; throws when the module does not hold its text exactly once. */
export function changer({ module, find, put }: Change): (code: string, module: string) => string {
  return (code, name) => {
    if (name !== module) return code;
    const parts = code.split(find);
    if (parts.length !== 2)
      throw new Error(`"${find}" stands ${parts.length - 1} times in ${module}`);
    return parts.join(put);
  };
}
