/**
 * Numbers that may differ between the board's processor and the reference for one refusal. Both refuse;
 * that they do is compared exactly, and so are the commands that were executed before, as far as both
 * went. What differs is which of several flaws comes first, since the board goes once over the bytes
 * and the reference decodes a whole layer before it looks at what is in it.
 */
import * as errors from "../../device/errors.js";
import type { Outcome } from "./oracles.js";

const FETCH = 21;

/** What a payload can be refused for. */
const LATE: number[] = [errors.PAYLOAD_ABSENT, errors.IMAGE_DIGEST, errors.IMAGE_SIZE];

/** What a command, executed or not, can be refused for before it is executed. */
const FORM: number[] = [
  errors.COMMAND_UNSUPPORTED,
  errors.COMMAND_PLACE,
  errors.PARAMETER_UNSUPPORTED,
  errors.PARAMETER_VALUE,
  errors.COMPONENT_INDEX,
  errors.SEQUENCE_SHAPE,
  errors.SOFT_FAILURE_PLACE,
  errors.COMMAND_LIMIT,
  errors.NESTING_LIMIT,
  errors.URI_TOO_LONG,
];

/** What a condition fails with. */
const CONDITIONS: number[] = [
  errors.PARAMETER_MISSING,
  errors.ABORTED,
  errors.VENDOR_MISMATCH,
  errors.CLASS_MISMATCH,
  errors.DEVICE_MISMATCH,
  errors.IMAGE_DIGEST,
  errors.IMAGE_SIZE,
  errors.SLOT_MISMATCH,
  errors.IMAGE_MATCHES,
  errors.CONTENT_MISMATCH,
  errors.EXPIRED,
  errors.CLOCK_UNSET,
  errors.NOT_AUTHORIZED,
  errors.VERSION_MISMATCH,
  errors.BATTERY_LOW,
  errors.NOT_A_DEPENDENCY,
];

interface Rule {
  why: string;
  holds(ours: number, theirs: number, steps: number[][]): boolean;
}

const RULES: Rule[] = [
  {
    why: "a layer that is no CBOR somewhere: the reference finds that before anything else in it",
    holds: (_, theirs) => theirs < 200,
  },
  {
    why: "the reference looks at the envelope's second key before it opens the wrapper",
    holds: (ours, theirs) => theirs === errors.MANIFEST_DIGEST && ours < 300,
  },
  {
    why: "payloads are asked for when all else is known to be good (device/suit/memory-target.ts)",
    holds: (_, theirs, steps) => LATE.includes(theirs) && steps.at(-1)?.[2] === FETCH,
  },
  {
    why: "an image inside that has another size, and more is announced than there is room for",
    holds: (ours, theirs) => theirs === errors.SLOT_TOO_SMALL && LATE.includes(ours),
  },
  {
    why: "an envelope that ends early, and does not begin with a wrapper",
    holds: (ours, theirs) => theirs === errors.UNSIGNED && ours < 200,
  },
  {
    why: "behind a condition that fails for good in a nested sequence the reference reads to its end",
    holds: (ours, theirs) => CONDITIONS.includes(ours) && FORM.includes(theirs),
  },
  {
    why: "a number beyond 2^53 is a key or an index that does not exist, too",
    holds: (ours, theirs) =>
      ours === errors.CBOR_RANGE &&
      [errors.MANIFEST_KEY, errors.PARAMETER_UNSUPPORTED, errors.COMPONENT_INDEX].includes(theirs),
  },
  {
    why: "soft-failure that is no truth value, and where it must not stand",
    holds: (ours, theirs) =>
      ours === errors.PARAMETER_VALUE && theirs === errors.SOFT_FAILURE_PLACE,
  },
  {
    why: "a URI that is too long and holds what no URI does",
    holds: (ours, theirs) => ours === errors.URI_TOO_LONG && theirs === errors.PARAMETER_VALUE,
  },
  {
    why: "components of one name are compared when the whole frame has been read",
    holds: (ours, theirs) => ours < 400 && theirs === errors.COMPONENT_ID,
  },
  {
    why: "dependencies that are none, and an unknown key behind them",
    holds: (ours, theirs) => ours === errors.MANIFEST_INCOMPLETE && theirs === errors.MANIFEST_KEY,
  },
];

/** May we refuse as `ours` says where the reference refuses as `theirs` says? */
export function isEquivalent(ours: Outcome, theirs: Outcome): boolean {
  return RULES.some((rule) => rule.holds(ours.number, theirs.number, theirs.trace));
}
