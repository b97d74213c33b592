/**
 * Why the reference refuses. The class of an error is the name of our error number; numbers that the
 * board's table (device/errors.ts) does not have yet stand here, so that both can be read together.
 */
import * as board from "../../../device/errors.js";

/** Update management, trust domains and the rest of the manifest draft. */
const ADDED = {
  IMAGE_MATCHES: 328,
  CONTENT_MISMATCH: 329,
  EXPIRED: 330,
  CLOCK_UNSET: 331,
  NOT_AUTHORIZED: 332,
  VERSION_MISMATCH: 333,
  BATTERY_LOW: 334,
  STRICT_ORDER: 335,
  WAITING: 336,
  DEPENDENCY_UNCHECKED: 337,
  NOT_A_DEPENDENCY: 338,
  DEPENDENCY_DIGEST: 339,
  DEPENDENCY_ABSENT: 340,
} as const;

export type ErrorClass = Exclude<keyof typeof board, "fail"> | keyof typeof ADDED;

const numbers: Record<string, unknown> = { ...ADDED, ...board };

/** The number of an error class. */
export function numberOf(name: ErrorClass): number {
  return numbers[name] as number;
}

/** Where a command stands: a section (0: the shared sequence) and an offset in its byte string. */
export interface Place {
  section: number;
  offset: number;
  /** Index of the component it was executed for; null where there is none. */
  component: number | null;
  /** Where a dependency's commands are run: its index in the manifest that depends on it. */
  dependency?: number;
}

/** What the reference throws. A refusal outside command sequences has no place. */
export class Refused extends Error {
  place?: Place;

  constructor(readonly reason: ErrorClass) {
    super(reason);
  }
}

/** Refuses. */
export function refuse(reason: ErrorClass): never {
  throw new Refused(reason);
}
