/**
 * A board's console, by which it is provisioned. It is open on a board as it comes, and closed by the
 * bootloader ever after.
 */
import { SuitcaseError } from "../errors.js";
import type { Duplex } from "../link/transport.js";
import { evalPacket, ReplyParser } from "./packets.js";

export interface BoardConsole {
  /** For people: the address. */
  readonly name: string;
  /**
   * The value of an expression, which must be a number or a text of ASCII.
   *
   * @param limit milliseconds to wait for it
   * @throws BOARD_EXCEPTION, LINK_LOST, CONSOLE_SILENT
   */
  evaluate(expression: string, limit?: number): Promise<number | string>;
  close(): Promise<void>;
}

/** Opens a board's console, also again after a reset. */
export type OpenConsole = () => Promise<BoardConsole>;

/** What a board says of itself, in a form that every firmware knows. */
export interface Greeting {
  /** `process.version`, such as `2v29` or `2v29.277`. */
  version: string;
  /** `process.env.BOARD` */
  board: string;
}

export interface ConsoleTiming {
  /** Milliseconds after which a question of who is there is asked again. */
  ask: number;
  /** How often it is asked. */
  attempts: number;
  /** Milliseconds until a half-typed line is dropped. */
  settle: number;
}

const TIMING: ConsoleTiming = { ask: 1000, attempts: 4, settle: 50 };

/** Milliseconds that most expressions are given. */
const LIMIT = 5000;

/** Ctrl-C drops a half-typed line. On an empty one it would end Espruino for Linux. */
const CLEAR = " \x03";
/** DLE keeps the line from being echoed. */
const WHO = '\x10print("<"+["suitcase",process.version,process.env.BOARD]+">")\n';

/** Reads a duplex in turns: whoever waits gets what arrives. */
class Reader {
  #take: ((bytes: Uint8Array) => void) | undefined;
  #lost: ((error: Error) => void) | undefined;
  #failure: SuitcaseError | undefined;

  constructor(duplex: Duplex, name: string) {
    duplex.onData((bytes) => this.#take?.(bytes));
    duplex.onClose((reason) => {
      const lost = () => new SuitcaseError("LINK_LOST", `The connection to ${name} was closed.`);
      this.#failure = reason instanceof SuitcaseError ? reason : lost();
      this.#lost?.(this.#failure);
    });
  }

  /** Feeds `take` until it gives something; undefined when the time is over. */
  read<T>(take: (bytes: Uint8Array) => T | undefined, limit: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const end = (act: () => void) => {
        clearTimeout(timer);
        this.#take = undefined;
        this.#lost = undefined;
        act();
      };
      const timer = setTimeout(() => end(() => resolve(undefined)), limit);
      this.#lost = (error) => end(() => reject(error));
      this.#take = (bytes) => {
        const taken = take(bytes);
        if (taken !== undefined) end(() => resolve(taken));
      };
    });
  }
}

/**
 * Opens the console behind a stream of bytes.
 *
 * @throws CONSOLE_SILENT, FIRMWARE_TOO_OLD, LINK_LOST
 */
export async function consoleOver(
  duplex: Duplex,
  name: string,
  timing = TIMING,
): Promise<BoardConsole> {
  const reader = new Reader(duplex, name);
  try {
    requirePackets(await greet(duplex, reader, name, timing), name);
  } catch (error) {
    await duplex.close();
    throw error;
  }
  return {
    name,
    async evaluate(expression, limit = LIMIT) {
      const parser = new ReplyParser();
      const reply = reader.read((bytes) => parser.push(bytes), limit);
      const [said] = await Promise.all([reply, duplex.write(evalPacket(expression))]);
      if (said === undefined) throw silent(name, `did not answer within ${limit / 1000} s`);
      return readValue(said, name);
    },
    close: () => duplex.close(),
  };
}

const silent = (name: string, what: string) =>
  new SuitcaseError("CONSOLE_SILENT", `${name} ${what}`);

async function greet(
  duplex: Duplex,
  reader: Reader,
  name: string,
  { ask, attempts, settle }: ConsoleTiming,
): Promise<Greeting> {
  let heard = "";
  await duplex.write(Buffer.from(CLEAR, "latin1"));
  await reader.read(() => undefined, settle);
  for (let i = 0; i < attempts; i++) {
    const answer = reader.read((bytes) => {
      heard += Buffer.from(bytes).toString("latin1");
      return /<suitcase,([\w.]+),(\w+)>/.exec(heard) ?? undefined;
    }, ask);
    const [found] = await Promise.all([answer, duplex.write(Buffer.from(WHO, "latin1"))]);
    if (found) return { version: found[1], board: found[2] };
  }
  throw silent(name, "has no open console");
}

function readValue(
  reply: { value: string } | { exception: string },
  name: string,
): number | string {
  if ("exception" in reply)
    throw new SuitcaseError("BOARD_EXCEPTION", `${name} says: ${reply.exception}`);
  try {
    return JSON.parse(reply.value) as number | string;
  } catch {
    throw new SuitcaseError("LINK_ANSWER", `${name} says: ${reply.value.slice(0, 80)}`);
  }
}

/** The first firmware with packets. Older ones are not known to run the bundles either. */
const OLDEST = [2, 25];

/** Numbers of `2v29.277`, for comparing. */
export function firmwareNumbers(version: string): number[] {
  return version.split(/[v.]/).map((part) => Number.parseInt(part, 10) || 0);
}

/** @throws FIRMWARE_TOO_OLD */
export function requirePackets({ version, board }: Greeting, name: string): void {
  const [major = 0, minor = 0] = firmwareNumbers(version);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new SuitcaseError(
    "FIRMWARE_TOO_OLD",
    `${name} is a ${board} with Espruino ${version}, and ${OLDEST.join("v")} is needed`,
  );
}
