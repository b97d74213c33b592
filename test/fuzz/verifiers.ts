/**
 * `npm run crypto:fuzz`: 20,000 signatures, half of them changed, through every verifier, spread over the
 * cores. COMB_CASES says how many, COMB_SEED which.
 */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { type Agreement, compare } from "../support/verifier-agreement.js";

const COUNT = Number(process.env.COMB_CASES ?? 20_000);
const SEED = Number(process.env.COMB_SEED ?? 20_261_127);
/** Cases of one piece; its seed is SEED and the number of its first case. */
const PIECE = 200;

async function main(): Promise<void> {
  const total = { cases: 0, byTables: 0, accepted: 0 };
  const started = Date.now();
  let next = 0;
  const work = () =>
    new Promise<void>((done, failed) => {
      const worker = new Worker(fileURLToPath(import.meta.url));
      let count = 0;
      const order = () => {
        if (next >= COUNT) return void worker.terminate().then(() => done());
        count = Math.min(PIECE, COUNT - next);
        worker.postMessage([count, SEED + next]);
        next += count;
      };
      worker.on("error", failed);
      worker.on("message", (found: Agreement) => {
        total.cases += count;
        total.byTables += found.byTables;
        total.accepted += found.accepted;
        if (total.cases % 1000 === 0) console.log(`${total.cases} of ${COUNT} agree`);
        order();
      });
      order();
    });
  console.log(`${COUNT} cases from seed ${SEED}`);
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (total.cases !== COUNT || total.accepted < COUNT / 3)
    throw new Error(`${total.cases} cases, ${total.accepted} accepted`);
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `all verifiers agree on ${total.cases} cases, seed ${SEED}: ${total.byTables} by tables, ` +
      `${total.accepted} of them accepted; ${seconds} s`,
  );
}

if (isMainThread) await main();
else
  parentPort?.on("message", ([count, seed]: [number, number]) =>
    parentPort?.postMessage(compare(count, seed)),
  );
