import { CommanderError } from "commander";
import { type HostErrorName, SuitcaseError } from "../errors.js";
import { printable, safeJson } from "../suit/printable.js";

/** One line for stdout; every command prints its results through this. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The result of a command as JSON. */
export function printJson(value: unknown): void {
  print(safeJson(value));
}

/** A note or warning for stderr; it does not change the exit code. */
export function note(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** A warning with its number, for stderr. */
export function warn(warning: SuitcaseError): void {
  note(`warning ${warning.code} ${warning.name}: ${warning.message}`);
  note(`advice: ${warning.advice}`);
}

/** Turns whatever was thrown into an error with a number. */
function toSuitcaseError(thrown: unknown): SuitcaseError {
  if (thrown instanceof SuitcaseError) return thrown;
  if (thrown instanceof CommanderError)
    return new SuitcaseError("BAD_USAGE", thrown.message.replace(/^error: /, ""));
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SuitcaseError("INTERNAL", message, { cause: thrown });
}

/**
 * Prints what was thrown: `error 203 signature-invalid: sentence` and `advice: ...` on stderr, with
 * `json` also `{"error":{code,name,message,advice}}` on stdout. A stack only for unexpected
 * exceptions and only with SUITCASE_DEBUG set.
 *
 * @returns the exit code: 1 refused, 2 usage
 */
export function reportError(thrown: unknown, json: boolean): 1 | 2 {
  const error = toSuitcaseError(thrown);
  note(`error ${error.code} ${error.name}: ${error.message}`);
  note(`advice: ${error.advice}`);
  if (process.env.SUITCASE_DEBUG && error.cause instanceof Error)
    process.stderr.write(`${error.cause.stack}\n`);
  if (json) printJson(error instanceof OutcomeError ? error.result : { error: error.toJSON() });
  return error.exit;
}

/** An error of a command that has more to tell in JSON than the error alone. */
export class OutcomeError extends SuitcaseError {
  constructor(
    reason: HostErrorName | number,
    detail: string | undefined,
    /** Printed with `--json`; the error is added to it. */
    readonly outcome: Record<string, unknown>,
    readonly at?: number,
    /** Stands in front of the general advice. */
    hint?: string,
  ) {
    super(reason, detail, hint === undefined ? undefined : { hint });
  }

  get result(): Record<string, unknown> {
    const { code, name, message, advice } = this;
    return { ...this.outcome, error: { code, name, at: this.at, message, advice } };
  }
}
