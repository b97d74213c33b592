/**
 * `npm run test:boards -- --board serial:/dev/ttyACM0`: the acceptance suite on a board that is there.
 * Results as a table, and as JUnit with `--junit FILE`. Exit 1 when a case failed.
 */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { generateKey, loadPrivateKey } from "../../host/author/keys.js";
import { benchAt } from "./bench.js";
import { junit, type Result, table } from "./results.js";
import { BoardRun, SUITE } from "./suite.js";

interface Flags {
  board: string;
  profile: string;
  key?: string;
  provision?: boolean;
  relay?: string;
  junit?: string;
}

async function main(flags: Flags): Promise<void> {
  if (!flags.key && !flags.provision)
    throw new Error("Give --key (what the board trusts), or --provision to erase the board");
  const bench = benchAt({
    address: flags.board,
    profile: flags.profile,
    // Without a key of somebody's own the board is of no use afterwards, but for another --provision.
    key: flags.key ? loadPrivateKey(flags.key) : generateKey(),
    provisions: flags.provision === true,
    relay: flags.relay,
  });
  const run = new BoardRun(bench);
  const results: Result[] = [];
  for (const each of SUITE.cases) {
    const reason = run.absent(each);
    const start = Date.now();
    let failure: Error | undefined;
    if (reason === undefined)
      try {
        await run.run(each);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
    results.push({ title: each.title, reason, failure, seconds: (Date.now() - start) / 1000 });
    console.log(table(results.slice(-1)));
  }
  const failed = results.filter(({ failure }) => failure).length;
  const left = results.filter(({ reason }) => reason).length;
  console.log(
    `${bench.name}: ${results.length - failed - left} passed, ${failed} failed, ${left} left out`,
  );
  if (flags.junit) writeFileSync(flags.junit, junit(bench.name, results));
  process.exitCode = failed > 0 ? 1 : 0;
}

const command = new Command("test:boards")
  .description("the acceptance suite on a real board; --provision ERASES it")
  .requiredOption("--board <address>", "tcp:HOST:PORT, serial:PATH[@BAUD], ble:NAME or sim:FILE")
  .option("--profile <name>", "the kind of board", "puckjs")
  .option("--key <file>", "private key whose public half the board trusts")
  .option("--provision", "erase the board and provision it first")
  .option("--relay <command>", "switches the board's supply: called with `off` and `on`")
  .option("--junit <file>", "write the results as JUnit XML");

try {
  await main(command.parse().opts<Flags>());
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}
