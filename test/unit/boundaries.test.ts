import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const IMPORT = /(?:^|[\s;}])(?:import|export)\s*(?:[\w\s{},*$]*?\sfrom\s*)?["']([^"']+)["']/g;
const DYNAMIC = /\b(?:import|require\.resolve)\s*\(\s*["']([^"']+)["']/g;

/** The TypeScript files of a folder, and what each imports. */
function importsOf(folder: string, expressions: RegExp[]): [file: string, id: string][] {
  const names = existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    : [];
  return names
    .filter((name) => /\.[mc]?ts$/.test(name))
    .flatMap((name) => {
      const file = join(folder, name);
      const text = readFileSync(join(ROOT, file), "utf8").replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
      const ids = expressions.flatMap((each) => [...text.matchAll(each)].map(([, id]) => id));
      return ids.map((id): [string, string] => [file, id]);
    });
}

/** The top folder of the file that a relative import names. */
function folderOf(file: string, id: string): string {
  return relative(ROOT, resolve(ROOT, dirname(file), id)).split(sep)[0];
}

describe("boundaries", () => {
  it("device/ imports nothing from outside device/", () => {
    const imports = importsOf("device", [IMPORT]);
    assert.ok(imports.length > 0);
    const foreign = imports.filter(
      ([file, id]) => !id.startsWith(".") || folderOf(file, id) !== "device",
    );
    assert.deepEqual(foreign, []);
  });

  it("host/ imports device/, host/, node: and declared dependencies", () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    );
    const isAllowed = ([file, id]: [string, string]): boolean => {
      if (id.startsWith(".")) return ["device", "host"].includes(folderOf(file, id));
      if (id.startsWith("node:")) return builtinModules.includes(id.slice("node:".length));
      const name = id.split("/", id.startsWith("@") ? 2 : 1).join("/");
      return Object.hasOwn({ ...dependencies, ...optionalDependencies }, name);
    };
    const imports = importsOf("host", [IMPORT, DYNAMIC]);
    assert.ok(imports.length > 0);
    assert.deepEqual(
      imports.filter((each) => !isAllowed(each)),
      [],
    );
  });
});
