/**
 * Disagreements that were found and are not settled yet. One that fuzzing comes across again is counted
 * and not reported; `regressions.json` holds an envelope of each. The list has to become empty.
 */
import { decode, Tagged } from "cborg";
import * as errors from "../../device/errors.js";
import type { Outcome } from "./oracles.js";

const WAIT = 29;
const INVOKE = 23;
const SWAP = 31;
const CANDIDATE_VERIFICATION = 18;

interface ExpectedDifference {
  id: string;
  why: string;
  holds(ours: Outcome, theirs: Outcome, context: Context): boolean;
}

interface Context {
  envelope: Uint8Array;
}

const executed = (theirs: Outcome, ...codes: number[]) =>
  theirs.trace.some(([, , code]) => codes.includes(code));

/** Is an identifier twice in the list of components? */
function hasTwins(envelope: Uint8Array): boolean {
  const inside = (bytes: unknown) => decode(bytes as Uint8Array, { useMaps: true });
  try {
    const tags = { 107: (content: () => unknown) => new Tagged(107, content()) };
    const { value } = decode(envelope, { useMaps: true, tags });
    const ids: unknown[] = inside(inside(value.get(3)).get(3)).get(2);
    return new Set(ids.map((id) => JSON.stringify(id))).size < ids.length;
  } catch {
    return false;
  }
}

export const EXPECTED_DIFFERENCES: ExpectedDifference[] = [
  {
    id: "swap-empty",
    why:
      "swap for a component that holds nothing: its source still seems to hold what it gave, or a " +
      "TypeError at the end (8.4.10.9)",
    holds: (_, theirs) => executed(theirs, SWAP),
  },
  {
    id: "acting-in-candidate-verification",
    why: "fetch, copy, write, swap and wait are taken in section 18, which only verifies",
    holds: (_, theirs) =>
      theirs.number === errors.COMMAND_PLACE && theirs.section === CANDIDATE_VERIFICATION,
  },
  {
    id: "wait-unchecks",
    why: "wait and invoke on a dependency make its check void, though they write nothing",
    holds: (ours, theirs) =>
      ours.number === errors.DEPENDENCY_UNCHECKED && executed(theirs, WAIT, INVOKE),
  },
  {
    id: "dead-nested-count",
    why: "a nested sequence that is not executed is gone over once for each selected component",
    holds: (ours) => ours.number === errors.COMMAND_LIMIT,
  },
  {
    id: "open-order-again",
    why: "strict-order set to false once more forgets what was read and written since (6.7)",
    holds: (_, theirs) => theirs.number === errors.STRICT_ORDER,
  },
  {
    id: "component-twice",
    why: "an identifier twice in the list of components: two components here, one for the reference",
    holds: (_ours, _theirs, { envelope }) => hasTwins(envelope),
  },
  {
    id: "negative-time",
    why: "a time to wait for (event 5) is an unsigned number; a negative one is taken",
    holds: (_, theirs, { envelope }) =>
      theirs.number === errors.CBOR_TYPE &&
      // Parameter 29, a byte string, a map in it that ends with event 5 and a negative number.
      /181d(4.|58..)a[12](01(0.|1[0-7]|18..|19.{4}|2.|3[0-7]|38..|39.{4}))?05[23]/.test(
        Buffer.from(envelope).toString("hex"),
      ),
  },
];

export function expectedDifference(
  ours: Outcome,
  theirs: Outcome,
  context: Context,
): string | undefined {
  return EXPECTED_DIFFERENCES.find((each) => each.holds(ours, theirs, context))?.id;
}
