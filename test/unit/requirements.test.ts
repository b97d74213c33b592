/** docs/requirements.md names files that are there, and tests that are in them. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (file: string) => readFileSync(root + file, "utf8");

interface Row {
  title: string;
  state: string;
  code: string;
  tests: string;
}

/** The rows of all tables, without their heads. */
function rows(text: string): Row[] {
  return text
    .split("\n")
    .filter((line) => /^\| /.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    )
    .filter(([, state]) => state !== "state")
    .map(([title, state, code, tests]) => ({ title, state, code, tests }));
}

/** Quoted names behind the file that they are in. */
function quotes(tests: string): [file: string, name: string][] {
  return tests.split(/;\s*(?=`)/).flatMap((part) => {
    const file = /^`([^`]+)`/.exec(part)?.[1] ?? "";
    return [...part.matchAll(/"([^"]+)"/g)].map(([, name]): [string, string] => [file, name]);
  });
}

const ROWS = rows(read("docs/requirements.md"));

describe("docs/requirements.md", () => {
  it("has a row for everything that is asked", () => {
    // 14 of the architecture, 9 steps, 20 and 14 of REQ, 18 threats, 16 stories, 19 of draft-37.
    assert.equal(ROWS.length, 14 + 9 + 20 + 14 + 18 + 16 + 19);
    for (const { title, state } of ROWS) assert.match(state, /^(covered|partly|no)\b/, title);
  });

  for (const { title, state, code, tests } of ROWS)
    it(`${title}: ${state.split(/[:;,]/)[0]}`, () => {
      const files = [...`${code} ${tests}`.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
      for (const file of files) assert.ok(existsSync(root + file), file);
      const named = quotes(tests);
      for (const [file, name] of named) assert.ok(read(file).includes(name), `${file}: ${name}`);
      // What is said to be there has code and a test; "partly" says what is missing.
      if (!state.startsWith("no")) assert.ok(code && named.length, "no code or no test");
      if (state.startsWith("partly")) assert.match(state, /^partly: ./);
    });
});
