import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import vm from "node:vm";
import { BuildError, buildImage } from "../../host/author/build.js";

describe("suitcase build", () => {
  let directory: string;
  const write = (files: Record<string, string>): string => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return join(directory, Object.keys(files)[0]);
  };
  /** The message with which a build of these files fails. */
  const failure = async (files: Record<string, string>): Promise<string> => {
    const error = await buildImage(write(files)).then(
      () => assert.fail("was built"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof BuildError, String(error));
    return error.message;
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "build-test-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const APP = {
    "app.ts": `
      import { Blinker, type Light } from "./blinker.js";
      import { names } from "./names";
      import { twice } from "./plain.js";
      const enum Speed { Slow = 500, Fast = 100 }
      class Logger extends Blinker {
        private text = "";
        constructor() { super(); }
        override blink(light: Light): number {
          const count = super.blink(light);
          this.text = \`\${light.name}: \${count ?? 0} at \${Speed.Fast}\`;
          print(this.text);
          return count;
        }
      }
      const logger = new Logger();
      for (const name of names) logger.blink({ name });
      let options: { rate?: { hz: number } } | undefined;
      print(options?.rate?.hz ?? twice(2) ** 2, "\\u00e9".length);
      setInterval(() => digitalWrite(LED1, logger.count & 1), Speed.Slow);
      suitcase.confirm();
    `,
    "blinker.ts": `
      export interface Light { name: string }
      export class Blinker {
        count = 0;
        blink(_light: Light): number { return ++this.count; }
      }
    `,
    "names.ts": `export const names = ["red", "green"];`,
    "plain.js": `export function twice(x) { return x * 2 }`,
  };

  it("bundles classes, templates and imports into text that runs", async () => {
    const { code, bytes } = await buildImage(write(APP));
    const printed: unknown[][] = [];
    let confirmed = 0;
    vm.runInNewContext(code, {
      LED1: {},
      digitalWrite: () => {},
      print: (...values: unknown[]) => printed.push(values),
      setInterval: () => 0,
      suitcase: { confirm: () => confirmed++ },
    });
    assert.deepEqual(printed, [["red: 1 at 100"], ["green: 2 at 100"], [16, 1]]);
    assert.equal(confirmed, 1);
    assert.equal(bytes, Buffer.byteLength(code));
    assert.match(code, /^[\n\x20-\x7e]+$/);
    assert.ok(bytes < 480, `${bytes} bytes`);
    assert.ok(!code.includes(directory));
  });

  it("gives the same text every time", async () => {
    const entry = write(APP);
    assert.equal((await buildImage(entry)).code, (await buildImage(entry)).code);
  });

  it("keeps names and lines on request", async () => {
    const { code } = await buildImage(write(APP), { minify: false });
    assert.match(code, /class Blinker \{\n/);
  });

  it("takes plain JavaScript", async () => {
    const { code } = await buildImage(write({ "app.js": "const a = 1;\nprint(a);\n" }));
    assert.match(code, /^print\(1\);?$/);
  });

  it("names file, line and column of a type error", async () => {
    const message = await failure({ "app.ts": `const a: number = 1;\nconst b: string = a;\n` });
    assert.match(message, /app\.ts:2:7: Type 'number' is not assignable .*\(TS2322\)/);
  });

  it("names file, line and column of what the boards lack", async () => {
    const message = await failure({
      "app.ts": `import { f } from "./b";\nprint(f(1));\n`,
      "b.ts": `interface Unused { a: number }\n\nexport function f(n: number) {\n  return Math.trunc(n);\n}\n`,
    });
    assert.match(message, /b\.ts:4:10: missing-builtin: .*write x < 0/);
  });

  it("reports all findings of all files at once", async () => {
    const message = await failure({
      "app.ts": `import "./b";\nprint([1].flat());\nconst [x] = [1];\nprint(x);\n`,
      "b.ts": `print(new Map());\n`,
    });
    assert.match(message, /b\.ts:1:11: missing-global/);
    assert.match(message, /app\.ts:2:7: missing-method/);
    assert.match(message, /app\.ts:3:7: destructuring/);
  });

  it("explains async functions, which the compiler has lowered already", async () => {
    const message = await failure({ "app.ts": "async function f() { await 1; }\nf();\n" });
    assert.match(message, /app\.ts:1:\d+: .*use promises with then/);
  });

  it("asks for a constructor where the compiler would write a spread", async () => {
    const message = await failure({
      "app.ts": "class A { a = 1; }\nclass B extends A {\n  b = 2;\n}\nprint(new B().b);\n",
    });
    assert.match(message, /app\.ts:3:\d+: spread: .* needs a constructor/);
  });

  const EARLY = {
    "app.ts":
      "main(4);\nfunction main(n: number) {\n  print(n);\n  if (n) main(n - 1);\n}\nmain(2);\n",
  };

  it("moves functions above their first use", async () => {
    assert.match((await buildImage(write(EARLY))).code, /^!?\(?function.*\bprint\(.*4\)/);
  });

  it("refuses functions used early where they are not moved", async () => {
    const error = await buildImage(write(EARLY), { minify: false }).catch((reason) => reason);
    assert.match(error.message, /app\.js:\d+:\d+: hoisting: "main"/);
    assert.match(error.message, /app\.ts:1:1: hoisting: "main"/);
  });

  for (const id of ["fs", "node:fs", "node:fs/promises"]) {
    it(`refuses the Node.js module ${id}`, async () => {
      const message = await failure({ "app.ts": `import * as x from "${id}";\nprint(x);\n` });
      assert.match(message, /app\.ts:1:20: .* is a module of Node\.js/);
    });
    it(`refuses the Node.js module ${id} in JavaScript`, async () => {
      const message = await failure({ "app.js": `import * as x from "${id}";\nprint(x);\n` });
      assert.match(message, /app\.js.* is a module of Node\.js/);
    });
  }

  it("refuses a package", async () => {
    const message = await failure({ "app.js": `import x from "some-package";\nprint(x);\n` });
    assert.match(message, /app\.js.*"some-package" is not found: only files of the app/);
  });

  it("refuses an import of a file that is not there", async () => {
    const message = await failure({ "app.ts": `import { x } from "./gone";\nprint(x);\n` });
    assert.match(message, /app\.ts:1:19: .*gone/);
  });

  it("refuses an import of a name that is not there", async () => {
    const files = { "app.js": `import { x } from "./b.js";\nprint(x);\n`, "b.js": "export {};\n" };
    assert.match(await failure(files), /"?x"? is not exported/);
  });

  it("refuses a syntax error", async () => {
    assert.match(await failure({ "app.ts": "let 1x;\n" }), /app\.ts:1:6: /);
  });

  it("refuses a missing file and what is no program", async () => {
    await assert.rejects(buildImage(join(directory, "gone.ts")), /gone\.ts: no such file/);
    await assert.rejects(buildImage(directory), /not a program/);
    await assert.rejects(buildImage(join(directory, "a.json")), /not a program/);
  });

  it("leaves nothing behind", async () => {
    // A folder of its own: other tests build at the same time.
    const temporary = mkdtempSync(join(tmpdir(), "build-left-"));
    const { TMPDIR } = process.env;
    process.env.TMPDIR = temporary;
    try {
      assert.equal(tmpdir(), temporary);
      await failure({ "app.ts": "print(new Set());\n" });
      assert.deepEqual(readdirSync(temporary), []);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      rmSync(temporary, { recursive: true });
    }
    assert.deepEqual(readdirSync(directory), ["app.ts"]);
  });
});
