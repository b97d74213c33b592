/** The examples of docs/app.md are programs that `suitcase build` takes. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildImage } from "../../host/author/build.js";

const DOC = new URL("../../../docs/app.md", import.meta.url);

describe("docs/app.md", function () {
  this.slow(10_000);
  const examples = [...readFileSync(DOC, "utf8").matchAll(/```ts\n(.*?)```/gs)].map(
    ([, code]) => code,
  );

  it("has examples", () => {
    assert.ok(examples.length >= 3);
  });

  for (const [i, code] of examples.entries())
    it(`example ${i + 1} is built`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "app-docs-"));
      try {
        writeFileSync(path.join(folder, "app.ts"), code);
        const image = await buildImage(path.join(folder, "app.ts"));
        assert.ok(image.bytes > 20);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
