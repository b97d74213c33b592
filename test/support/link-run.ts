/** A link command of the command line, in this process, against a stub board. */
import assert from "node:assert/strict";
import type { Command } from "commander";
import type { LinkContext } from "../../host/cli/context.js";
import { SuitcaseError } from "../../host/errors.js";
import { FaultyLink } from "./faulty-link.js";
import type { StubBoard } from "./stub-board.js";

const TIMING = { first: 20, longest: 50, attempts: 5 };
const LIMITS = { poll: { first: 1, longest: 10 }, wait: 100 };

/** Runs a link command against a stub board. */
export async function run(
  factory: (context: Partial<LinkContext>) => Command,
  board: StubBoard,
  ...args: string[]
) {
  const out: string[] = [];
  const err: string[] = [];
  const link = new FaultyLink(board);
  const command = factory({
    openSimulated: async () => link.open(),
    out: (line) => out.push(line),
    err: { write: (text) => err.push(text) },
    timing: TIMING,
    limits: LIMITS,
  });
  command.exitOverride();
  let error: unknown = null;
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (thrown) {
    error = thrown;
  }
  return { out, err: err.join(""), error };
}

export function assertError(error: unknown, name: string, code: number, exit: number) {
  assert.ok(error instanceof SuitcaseError, String(error));
  assert.deepEqual([error.name, error.code, error.exit], [name, code, exit]);
}
