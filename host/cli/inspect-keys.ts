import type { InspectView } from "../author/inspect.js";
import { SuitcaseError } from "../errors.js";
import { authenticateForeign, type ForeignReport } from "../suit/foreign/authenticate.js";
import { boardSays } from "../suit/foreign/board.js";
import type { ForeignKey } from "../suit/foreign/keys.js";

/** What `inspect --key` adds: the report, and what a board of ours would say instead. */
export interface Authentication extends ForeignReport {
  board: string;
}

/**
 * Verifies with the given keys. The order of keys in maps is left to the caller, who has refused it
 * or was told to take it.
 */
export function authenticate(bytes: Uint8Array, keys: ForeignKey[]): Authentication {
  const report = authenticateForeign(bytes, keys, { lenientOrder: true });
  return { ...report, board: boardSays(bytes, keys) };
}

/** The text form, one line each. Escape them before they go to a terminal. */
export function authenticationLines(found: Authentication): string[] {
  const { signatures, idleKeys, problems, authentic, board } = found;
  return [
    "verified with the keys given (not a board's verdict)",
    ...signatures.map(({ type, algorithm, verifiedBy, reason }, index) => {
      const what = `  signature ${index + 1}, ${type}, ${algorithm}`;
      return reason === undefined
        ? `${what}: verified by ${verifiedBy.join(", ")}`
        : `${what}: not verified, ${reason}`;
    }),
    ...idleKeys.map((label) => `  key ${label}: verifies nothing`),
    ...problems.map((problem) => `  problem: ${problem}`),
    `  ${authentic ? "authentic" : "not authentic"}`,
    `board: ${board}`,
  ];
}

/** The error that the command ends with, or undefined when everything is verified. */
export function failureOf(
  { authentic, idleKeys, problems }: Authentication,
  { note }: InspectView,
  file: string,
): SuitcaseError | undefined {
  if (authentic) return undefined;
  if (note !== undefined) return new SuitcaseError("OLDER_DRAFT", `${file}: ${note}`);
  const [why] = [...idleKeys.map((label) => `key ${label} verifies nothing in it`), ...problems];
  return new SuitcaseError("FOREIGN_UNVERIFIED", `${file}: ${why ?? "nobody signed it"}`);
}
