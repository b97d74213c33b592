/** `npm run replay -- SEED`: a seed of the crash-state closure, with a readable trace. */
import { replay } from "./replay.js";

const [seed] = process.argv.slice(2);
if (!seed) {
  console.error("usage: npm run replay -- SEED   (a seed that the crash-state closure printed)");
  process.exit(2);
}
try {
  const bad = replay(seed, (line) => console.log(line));
  console.log(bad ? `bad: ${bad}` : "nothing bad happens");
  process.exitCode = bad ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
