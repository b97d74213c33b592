import { readFile } from "node:fs/promises";
import { SourceMap } from "node:module";
import type { Plugin } from "rollup";
import { checkDeviceCode, describeFinding, type GuardFinding } from "./guard.js";

/**
 * The guard a first time, over each compiled file before it is bundled, so that findings name the
 * line that the author wrote. The guard over the final text has the last word: it alone judges the
 * order of functions, which the minifier moves to the top of their scope. What was seen of that here
 * goes to `hints`.
 */
export function sourceGuard(sourceOf: (path: string) => string, hints: string[]): Plugin {
  const lines: string[] = [];
  return {
    name: "source-guard",
    async transform(compiled, path) {
      const code = compiled.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
      const all = checkDeviceCode(code, (text) => this.parse(text));
      const findings = all.filter((each) => each.rule !== "module" && each.rule !== "not-ascii");
      if (findings.length > 0) {
        const map = new SourceMap(JSON.parse(await readFile(`${path}.map`, "utf8")));
        const order = findings.filter((each) => each.rule === "hoisting");
        hints.push(...locate(order, map, sourceOf(path)));
        const others = findings.filter((each) => each.rule !== "hoisting");
        lines.push(...locate(others, map, sourceOf(path)));
      }
      return { code, map: null };
    },
    buildEnd(error) {
      if (!error && lines.length > 0) {
        this.error(`not for the boards:\n${[...new Set(lines)].join("\n")}`);
      }
    },
  };
}

/**
 * Findings at their places in the source. What the compiler wrote itself has none: it is left out
 * where there are others, and otherwise stands at the next line that has one.
 */
function locate(findings: GuardFinding[], map: SourceMap, file: string): string[] {
  const place = (finding: GuardFinding, last: number): string | undefined => {
    for (let line = finding.line - 1; line <= last; line++) {
      const column = line < finding.line ? finding.column - 1 : Number.MAX_SAFE_INTEGER;
      const entry = map.findEntry(line, column);
      if (!("originalLine" in entry) || entry.generatedLine !== line) continue;
      const at = { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
      return describeFinding({ ...finding, ...at }, file);
    }
    return undefined;
  };
  const exact = findings.map((each) => place(each, each.line - 1));
  const found = exact.some((each) => each !== undefined)
    ? exact
    : findings.map((each) => place(each, each.line + 20) ?? describeFinding(each, file));
  return found.filter((each) => each !== undefined);
}
