import { HOST_TEXTS } from "./error-texts-host.js";

/**
 * What a command throws when it cannot do its work: a number, a name for scripts, a sentence and an
 * advice for people, and the exit code. The numbers 95x to 97x belong to the link and the storage
 * and never occur on a board.
 */
export class CliError extends Error {
  readonly code: number;
  readonly advice: string;
  /** 1: the board refused. 2: usage or environment. */
  readonly exit: 1 | 2;

  constructor(
    error: { code: number; name: string; message: string; advice: string; exit: 1 | 2 },
    cause?: unknown,
  ) {
    super(error.message, cause === undefined ? undefined : { cause });
    this.name = error.name;
    this.code = error.code;
    this.advice = error.advice;
    this.exit = error.exit;
  }
}

export type HostErrorName = Lowercase<string>;

/** An error of the host's own: nothing was refused, the environment stood in the way. */
export function hostError(name: HostErrorName, message: string, cause?: unknown): CliError {
  const text = HOST_TEXTS[name.toUpperCase().replaceAll("-", "_") as keyof typeof HOST_TEXTS];
  return new CliError({ code: text.code, name, message, advice: text.advice, exit: 2 }, cause);
}

const LINK_FAILURES: ReadonlySet<string> = new Set<HostErrorName>([
  "link-refused",
  "link-busy",
  "link-timeout",
  "link-lost",
  "link-silent",
]);

/** True when the link failed rather than the work: connecting again may help. */
export function isLinkFailure(error: unknown): error is CliError {
  return error instanceof CliError && LINK_FAILURES.has(error.name);
}

/** A board's number in words; `host/errors.ts` has the full table. */
export type Describe = (code: number) => { name: string; message: string; advice: string };

export const describeByNumber: Describe = (code) => ({
  name: `error-${code}`,
  message: `The board reports error ${code}.`,
  advice: "Look the number up in device/errors.ts.",
});
