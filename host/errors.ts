import * as board from "../device/errors.js";
import type { HostErrorText } from "./error-entry.js";
import { BOARD_TEXTS, type BoardErrorName } from "./error-texts.js";
import { HOST_TEXTS } from "./error-texts-host.js";

/** An error in words: `name` in kebab-case, `message` one sentence, `advice` what to do. */
export interface ErrorDescription {
  code: number;
  name: string;
  message: string;
  advice: string;
}

/** The name of an error that only the host reports, such as `FILE_MISSING`. */
export type HostErrorName = keyof typeof HOST_TEXTS;

const kebab = (constant: string) => constant.toLowerCase().replaceAll("_", "-");

const descriptions = new Map<number, ErrorDescription>();
const exits = new Map<number, 1 | 2>();
for (const [constant, code] of Object.entries(board)) {
  if (typeof code !== "number") continue;
  const [message, advice] = BOARD_TEXTS[constant as BoardErrorName];
  descriptions.set(code, { code, name: kebab(constant), message, advice });
}
for (const [constant, text] of Object.entries<HostErrorText>(HOST_TEXTS)) {
  const { code, sentence, advice, exit } = text;
  descriptions.set(code, { code, name: kebab(constant), message: sentence, advice });
  exits.set(code, exit);
}

/** Every error number there is, with its words, in ascending order. */
export function allErrors(): ErrorDescription[] {
  return [...descriptions.values()].sort((a, b) => a.code - b.code);
}

/**
 * Puts a number from the board (device/errors.ts) or from the host (9xx) into words.
 *
 * @param at where it happened (byte offset or index, as the board reports it); named when not 0.
 * A number that this version does not know gets the name `unknown`, never an exception.
 */
export function describeError(code: number, at?: number): ErrorDescription {
  const known = descriptions.get(code) ?? {
    code,
    name: "unknown",
    message: `Number ${code} is not known to this version of the tool.`,
    advice: "Update the tool on this side.",
  };
  return at
    ? { ...known, message: `${known.message.replace(/\.$/, "")} (at ${at}).` }
    : { ...known };
}

/**
 * Whatever a command reports and ends with: `name` in kebab-case for scripts, number, sentence
 * (`message`), advice and exit code.
 */
export class SuitcaseError extends Error {
  readonly code: number;
  readonly advice: string;
  /** 1: refused; 2: called or set up wrongly. */
  readonly exit: 1 | 2;

  /**
   * @param reason a host error by name, or a number of device/errors.ts
   * @param detail replaces the general sentence by a specific one
   * @param options.hint stands in front of the general advice
   */
  constructor(
    reason: HostErrorName | number,
    detail?: string,
    options?: ErrorOptions & { hint?: string },
  ) {
    const code = typeof reason === "number" ? reason : HOST_TEXTS[reason].code;
    const { name, message, advice } = describeError(code);
    super(detail ?? message, options);
    this.name = name;
    this.code = code;
    this.advice = options?.hint === undefined ? advice : `${options.hint} ${advice}`;
    this.exit = exits.get(code) ?? 1;
  }

  /** What `--json` prints under `error`. */
  toJSON(): ErrorDescription {
    return { code: this.code, name: this.name, message: this.message, advice: this.advice };
  }
}

const LINK_FAILURES: ReadonlySet<number> = new Set(
  (["LINK_REFUSED", "LINK_BUSY", "LINK_TIMEOUT", "LINK_LOST", "LINK_SILENT"] as const).map(
    (name) => HOST_TEXTS[name].code,
  ),
);

/** True when the link failed rather than the work: connecting again may help. */
export function isLinkFailure(error: unknown): error is SuitcaseError {
  return error instanceof SuitcaseError && LINK_FAILURES.has(error.code);
}
