/**
 * `npm run fuzz [-- OPTIONS]`: mocha with .mocharc.fuzz.json.
 *
 *     --cases N         cases in Node, all kinds together (default 100000)
 *     --seed S          another seed than the fixed one
 *     --engine N        cases in the real interpreter (default 6000; 0: none)
 *     --case KIND:HEX   only this case, as a failure prints it
 *
 * All other options are mocha's.
 */
import { spawnSync } from "node:child_process";
import { parse, VARIABLE } from "./options.js";

const { options, rest } = parse(process.argv.slice(2));
const { status } = spawnSync(
  process.execPath,
  ["node_modules/mocha/bin/mocha.js", "--config", ".mocharc.fuzz.json", ...rest],
  { stdio: "inherit", env: { ...process.env, [VARIABLE]: JSON.stringify(options) } },
);
process.exitCode = status ?? 1;
