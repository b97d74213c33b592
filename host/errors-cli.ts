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

const HOST_ERRORS = {
  "address-malformed": [
    950,
    "Use sim:FILE, tcp:HOST:PORT, serial:PATH[@BAUD] or ble:NAME for --board.",
  ],
  "link-not-available": [951, "Use sim:FILE or tcp:HOST:PORT for now."],
  "link-refused": [952, "Is the board, or its simulator, running and listening on that port?"],
  "link-host-unknown": [953, "Check the spelling of the host, or use its IP address."],
  "link-busy": [954, "Close the other program that holds this connection, then try again."],
  "link-timeout": [955, "Check the network path to the board and its power."],
  "link-lost": [956, "Run the same command again: an update resumes where it stopped."],
  "link-silent": [957, "Is this a suitcase board, powered, and is its link free?"],
  "link-answer": [
    958,
    "The board speaks another protocol version, or something else answers there.",
  ],
  "link-no-progress": [959, "Reset the board, then run the same command again."],
  "not-a-suit-board": [960, "Provision the board first: suitcase provision."],
  interrupted: [961, "Run the same command again: an update resumes where it stopped."],
  "storage-unreachable": [970, "Check the address and that the storage runs (suitcase serve DIR)."],
  "storage-not-found": [971, "Put the file beside the envelope, under the name in the manifest."],
  "storage-not-a-file": [972, "Name a file, not a folder."],
  "storage-too-large": [973, "Firmware for these boards is far smaller: is this the right file?"],
  "storage-answer": [974, "Look into the log of the storage server."],
  "storage-address": [975, "Use a relative name, or an http or https address."],
  "port-busy": [976, "Choose another --port, or --port 0 for any free one."],
  "port-unusable": [977, "Choose a --port above 1023 and a --host of this machine."],
} as const satisfies Record<string, readonly [code: number, advice: string]>;

export type HostErrorName = keyof typeof HOST_ERRORS;

/** An error of the host's own: nothing was refused, the environment stood in the way. */
export function hostError(name: HostErrorName, message: string, cause?: unknown): CliError {
  const [code, advice] = HOST_ERRORS[name];
  return new CliError({ code, name, message, advice, exit: 2 }, cause);
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
