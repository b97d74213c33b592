import assert from "node:assert/strict";
import vm from "node:vm";
import { rollup } from "rollup";
import { parseAst } from "rollup/parseAst";
import { checkDeviceCode, guardPlugin } from "../../host/author/guard.js";
import { ALLOWED, FORBIDDEN, FORBIDDEN_MODULES, FORBIDDEN_ON_BOARDS } from "./snippets.js";

const check = (code: string) => checkDeviceCode(code, parseAst);
const title = (code: string) => code.replace(/\s+/g, " ").slice(0, 70);

/** Whether standard JavaScript calls `ok(true)`, and only that. */
const runs = (code: string): boolean => {
  const calls: unknown[] = [];
  vm.runInNewContext(code, { ok: (value: unknown) => calls.push(value) });
  return calls.length > 0 && calls.every((value) => value === true);
};

describe("language guard", () => {
  for (const [rule, code] of [...FORBIDDEN, ...FORBIDDEN_ON_BOARDS]) {
    it(`${rule}: refuses ${title(code)}`, () => {
      assert.ok(runs(code), "is not what standard JavaScript does");
      assert.ok(
        check(code).some((each) => each.rule === rule),
        JSON.stringify(check(code)),
      );
    });
  }

  for (const [rule, code] of FORBIDDEN_MODULES) {
    it(`${rule}: refuses ${title(code)}`, () => {
      assert.ok(check(code).some((each) => each.rule === rule));
    });
  }

  for (const code of ALLOWED) {
    it(`allows ${title(code)}`, () => {
      assert.ok(runs(code), "is not what standard JavaScript does");
      assert.deepEqual(check(code), []);
    });
  }

  it("says where, counted from 1", () => {
    const [finding] = check("var a = 1;\n  a = a ** 2;\n");
    assert.equal(finding.line, 2);
    assert.equal(finding.column, 7);
    assert.equal(finding.text, "a ** 2");
  });

  it("reports every finding, in order", () => {
    const rules = check("var [a] = [1]; new Map(); a.at(0)").map((each) => each.rule);
    assert.deepEqual(rules, ["destructuring", "missing-global", "missing-method"]);
  });

  it("fails a rollup build with all findings", async () => {
    const entry = {
      name: "entry",
      resolveId: (id: string) => id,
      load: () => "globalThis.x = new Map(); globalThis.y = 2 ** 3;",
    };
    const bundle = await rollup({ input: "entry.js", plugins: [entry, guardPlugin()] });
    await assert.rejects(bundle.generate({ format: "iife" }), /missing-global[\s\S]*exponent/);
    await bundle.close();
  });
});
