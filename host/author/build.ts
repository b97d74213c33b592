/** Compiles an author's TypeScript or JavaScript into the text that a slot holds. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm, stat, writeFile } from "node:fs/promises";
import { builtinModules, createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join, parse, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, rollup } from "rollup";
import { devicePlugins, OUTPUT } from "./bundle.js";
import { sourceGuard } from "./source-guard.js";

export interface BuildOptions {
  /** False keeps names and line breaks, for reading what the board gets. */
  minify?: boolean;
}

export interface Image {
  /** ASCII, one script. */
  code: string;
  bytes: number;
}

/** Says in one message, fault by fault, where the source is wrong and what to write instead. */
export class BuildError extends Error {
  override name = "BuildError";
}

const TYPES = fileURLToPath(new URL("../../../host/author/device.d.ts", import.meta.url));

/** Builds the app whose first file is `entry`. Writes nothing; throws a {@link BuildError}. */
export async function buildImage(entry: string, options: BuildOptions = {}): Promise<Image> {
  const file = await findEntry(entry);
  const directory = await realpath(await mkdtemp(join(tmpdir(), "suitcase-build-")));
  try {
    const compiled = new Compiled(file, directory);
    await compile(compiled);
    const code = await bundle(compiled, options.minify ?? true);
    return { code, bytes: code.length };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function findEntry(entry: string): Promise<string> {
  if (!/^\.[mc]?[tj]s$/.test(extname(entry)) || entry.endsWith(".d.ts")) {
    throw new BuildError(`${entry}: not a program: name the app's first .ts or .js file`);
  }
  const found = await stat(entry).catch(() => undefined);
  if (!found?.isFile()) throw new BuildError(`${entry}: no such file`);
  return realpath(entry);
}

/** Where the compiler puts its output: the source's path again, below a directory of ours. */
class Compiled {
  readonly root: string;
  readonly output: string;

  constructor(
    readonly entry: string,
    readonly directory: string,
  ) {
    this.root = parse(entry).root;
    this.output = join(directory, "out");
  }

  of(source: string): string {
    return join(this.output, relative(this.root, source)).replace(/ts$/, "js");
  }

  /** The source of a compiled file, as a path that the author knows. */
  sourceOf(output: string): string {
    const source = join(this.root, relative(this.output, output));
    const typed = source.replace(/js$/, "ts");
    return relative(process.cwd(), existsSync(typed) ? typed : source);
  }
}

async function compile(compiled: Compiled): Promise<void> {
  const project = join(compiled.directory, "tsconfig.json");
  const compilerOptions = {
    target: "ES2015",
    module: "ESNext",
    moduleResolution: "bundler",
    lib: ["ES2021"],
    types: [],
    strict: true,
    allowJs: true,
    rewriteRelativeImportExtensions: true,
    rootDir: compiled.root,
    outDir: compiled.output,
    noEmitOnError: true,
    sourceMap: true,
    skipLibCheck: true,
  };
  await writeFile(project, JSON.stringify({ compilerOptions, files: [compiled.entry, TYPES] }));
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(manifest), "bin", "tsc");
  const { failed, output } = await run(tsc, ["--project", project, "--pretty", "false"]);
  if (failed) throw new BuildError(describeDiagnostics(output));
}

function run(script: string, parameters: string[]): Promise<{ failed: boolean; output: string }> {
  return new Promise((done) => {
    const limits = { maxBuffer: 1 << 24 };
    execFile(process.execPath, [script, ...parameters], limits, (error, stdout, stderr) => {
      done({ failed: error !== null, output: stdout + stderr || String(error ?? "") });
    });
  });
}

/** `a.ts(3,5): error TS2304: text` becomes `a.ts:3:5: text (TS2304)`. */
function describeDiagnostics(output: string): string {
  const lines = output
    .trim()
    .split("\n")
    .map((line) => {
      const parts = /^(.+?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(line);
      if (!parts) return line.replace(/^error /, "");
      const [, file, row, column, code, text] = parts;
      const missing = /Cannot find (?:module|name) '([^']+)'/.exec(text)?.[1];
      const advice = missing !== undefined && isHostModule(missing) ? adviceFor(missing) : text;
      return `${file}:${row}:${column}: ${advice} (${code})`;
    });
  return lines.join("\n");
}

const isHostModule = (id: string): boolean =>
  id.startsWith("node:") || builtinModules.includes(id.split("/")[0]);

const adviceFor = (id: string): string =>
  isHostModule(id)
    ? `"${id}" is a module of Node.js and not on the board: use require() with a module of the firmware`
    : `"${id}" is not found: only files of the app can be imported, by a path that starts with ./ or ../`;

/** Resolves relative imports between compiled files; everything else is an error. */
function resolver(compiled: Compiled): Plugin {
  return {
    name: "resolver",
    resolveId(id, importer) {
      if (importer === undefined) return id;
      const at = resolve(dirname(importer), id);
      const found = [at, `${at}.js`, join(at, "index.js"), at.replace(/ts$/, "js")].find(
        (path) => /^\.\.?\//.test(id) && /js$/.test(path) && existsSync(path),
      );
      if (found === undefined) this.error(`${compiled.sourceOf(importer)}: ${adviceFor(id)}`);
      return found;
    },
  };
}

async function bundle(compiled: Compiled, minify: boolean): Promise<string> {
  const hints: string[] = [];
  const guard = sourceGuard((path) => compiled.sourceOf(path), hints);
  try {
    const build = await rollup({
      input: compiled.of(compiled.entry),
      plugins: [resolver(compiled), guard, ...devicePlugins({ ownCode: false, minify })],
      onwarn: (warning) => {
        if (warning.code === "MISSING_EXPORT") throw new BuildError(warning.message);
      },
    });
    const { output } = await build.generate(OUTPUT);
    await build.close();
    return output[0].code;
  } catch (error) {
    if (error instanceof BuildError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    const lines = [text.replace(/^\[plugin [^\]]*\] /, "")];
    if (/: hoisting: /.test(text)) lines.push(...hints);
    throw new BuildError(lines.join("\n"));
  }
}
