/** Writes test/vectors/suite: `npm run vectors`. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suiteFiles } from "./suite.js";

const folder = fileURLToPath(new URL("../../../../test/vectors/suite/", import.meta.url));
const files = suiteFiles();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, content] of files) writeFileSync(folder + name, content);
console.log(`${files.size} files in test/vectors/suite`);
