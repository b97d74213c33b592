/**
 * Disagreements that were found and are not settled yet. One that fuzzing comes across again is counted
 * and not reported; `regressions.json` holds an envelope of each. The list has to stay empty.
 */
import type { Outcome } from "./oracles.js";

interface ExpectedDifference {
  id: string;
  why: string;
  holds(ours: Outcome, theirs: Outcome, context: Context): boolean;
}

interface Context {
  envelope: Uint8Array;
}

export const EXPECTED_DIFFERENCES: ExpectedDifference[] = [];

export function expectedDifference(
  ours: Outcome,
  theirs: Outcome,
  context: Context,
): string | undefined {
  return EXPECTED_DIFFERENCES.find((each) => each.holds(ours, theirs, context))?.id;
}
