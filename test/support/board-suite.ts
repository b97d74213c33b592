/** The acceptance suite as tests of mocha. */
import type { Bench } from "../boards/bench.js";
import { BoardRun, SUITE } from "../boards/suite.js";

/** One test for each case; one that is left out says why in its title. */
export function itIsABoard(bench: () => Bench, members: (keyof Bench)[]): void {
  let run: BoardRun | undefined;
  for (const each of SUITE.cases) {
    const absent = new BoardRun(Object.fromEntries(members.map((name) => [name, true])) as never);
    const reason = absent.absent(each);
    if (reason !== undefined) {
      it(`left out: ${each.title}: ${reason}`, () => {});
      continue;
    }
    it(each.title, async () => {
      run ??= new BoardRun(bench());
      await run.run(each);
    });
  }
}
