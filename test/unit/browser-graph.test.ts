import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";

const HOST = fileURLToPath(new URL("../../host/", import.meta.url));

/** What a web page takes of the link. */
const ENTRIES = [
  "push.js",
  "dry-run.js",
  "link/ble.js",
  "link/smp.js",
  "link/stream.js",
  "link/strip.js",
];

describe("link in a browser", () => {
  for (const entry of ENTRIES)
    it(`${entry} needs nothing of Node`, async () => {
      const foreign: string[] = [];
      const bundle = await rollup({
        input: path.join(HOST, entry),
        external: (id) => {
          if (/^[./]/.test(id)) return false;
          if (id !== "cborg" && id !== "tweetnacl") foreign.push(id);
          return true;
        },
      });
      const { output } = await bundle.generate({ format: "es" });
      const ours = Object.keys(output[0].modules);
      assert.ok(ours.length > 1);
      assert.deepEqual(foreign, []);
      for (const file of ours)
        assert.doesNotMatch(readFileSync(file, "utf8"), /\b(Buffer|process|require)\s*[.(]/, file);
    });
});
