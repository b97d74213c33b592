import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { loadProfile, profileNames } from "./build/host/board/profiles.js";

// The phone page: dist/page, ready for any static host. Everything in it runs in a browser; an import
// that only Node has ends the build.
const STATIC = "host/page/static/";
const OUT = "dist/page";

/** What of the profiles a page needs: doors of the hardware, and the longest envelope. */
const boards = () => {
  const entries = profileNames().map((name) => {
    const { doors, limits } = loadProfile(name);
    return [name, { doors, envelope: limits.envelope }];
  });
  return JSON.stringify(Object.fromEntries(entries));
};

const files = () => [
  ...readdirSync(STATIC).map((name) => [name, readFileSync(STATIC + name)]),
  ["boards.json", boards()],
];

/** All files of the page but the worker, and a name that changes with any byte of them. */
const hash = createHash("sha256");
const names = ["./"];

const page = {
  name: "page",
  generateBundle(_, chunks) {
    for (const [fileName, source] of files()) this.emitFile({ type: "asset", fileName, source });
    for (const chunk of Object.values(chunks)) {
      names.push(chunk.fileName);
      hash.update(chunk.fileName).update(chunk.code ?? chunk.source);
    }
    for (const [name, source] of files()) {
      if (!names.includes(name)) names.push(name);
      hash.update(name).update(source);
    }
  },
};

const worker = {
  name: "worker",
  renderChunk: (code) =>
    code
      .replaceAll("PAGE_FILES", JSON.stringify(names.sort()))
      .replaceAll("PAGE_VERSION", JSON.stringify(hash.copy().digest("hex").slice(0, 12))),
};

const onwarn = (warning) => {
  throw new Error(warning.message);
};
const minify = () => terser({ ecma: 2020, module: true, format: { comments: false } });
const browser = () => nodeResolve({ browser: true });

export default [
  {
    input: { main: "build/host/page/main.js", verifier: "build/host/page/verifier.js" },
    output: { dir: OUT, format: "es", entryFileNames: "[name].js", chunkFileNames: "shared.js" },
    plugins: [browser(), minify(), page],
    onwarn,
  },
  {
    input: "build/host/page/worker.js",
    output: { file: `${OUT}/worker.js`, format: "es" },
    plugins: [browser(), worker, minify()],
    onwarn,
  },
];
