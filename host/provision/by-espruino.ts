/** The console of a board by the package `espruino`, in a process of its own (espruino-child.ts). */
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { SuitcaseError } from "../errors.js";
import type { Address } from "../link/address.js";
import { type BoardConsole, requirePackets } from "./console.js";
import { padded } from "./packets.js";

const CHILD = fileURLToPath(new URL("./espruino-child.js", import.meta.url));

/** Milliseconds for finding and connecting a board. */
const OPENING = 30_000;
const LIMIT = 5000;

interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/** A board as the package names it. */
function portOf(address: Address): { port: string; isRadio?: boolean; baud?: number } {
  switch (address.kind) {
    case "tcp":
      return { port: `tcp://${address.host}:${address.port}` };
    case "serial":
      return { port: address.path, baud: address.baud };
    case "ble":
      return { port: address.name, isRadio: true };
    default:
      throw new SuitcaseError("BAD_USAGE", "A simulated board is not reached by a package");
  }
}

/**
 * Opens a board's console.
 *
 * @throws ESPRUINO_PACKAGE when the package is not installed, CONSOLE_SILENT, FIRMWARE_TOO_OLD
 */
export async function consoleByEspruino(address: Address, name: string): Promise<BoardConsole> {
  requirePackage();
  const child = fork(CHILD, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const waiting = new Map<number, (answer: Answer) => void>();
  let isOver = false;
  let last = 0;
  const over = () => {
    isOver = true;
    for (const [id, take] of waiting) take({ id, error: "the connection was closed" });
  };
  child.on("message", (answer: Answer) => waiting.get(answer.id)?.(answer));
  child.once("exit", over);
  child.once("error", over);

  const ask = (order: Record<string, unknown>, limit: number): Promise<Answer> =>
    new Promise((resolve) => {
      const id = ++last;
      const end = (answer: Answer) => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => end({ id, error: "no answer in time" }), limit);
      waiting.set(id, end);
      if (isOver) over();
      else child.send({ id, ...order });
    });
  const close = async () => {
    if (isOver) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  };

  const opened = await ask(portOf(address), OPENING);
  const evaluate = async (expression: string, limit = LIMIT) => {
    const { value, error } = await ask({ expression: padded(expression), limit }, limit + 1000);
    if (isOver) throw new SuitcaseError("LINK_LOST", `The connection to ${name} was closed.`);
    if (error !== undefined) throw new SuitcaseError("BOARD_EXCEPTION", `${name}: ${error}`);
    return value as number | string;
  };
  try {
    if (opened.error !== undefined)
      throw new SuitcaseError("CONSOLE_SILENT", `${name}: ${opened.error}`);
    const who = '[process.version,process.env.BOARD].join(",")';
    const [version = "", board = ""] = String(await evaluate(who)).split(",");
    requirePackets({ version, board }, name);
  } catch (error) {
    await close();
    // A board that does not even say who it is has no console.
    if (error instanceof SuitcaseError && error.name === "board-exception")
      throw new SuitcaseError("CONSOLE_SILENT", error.message);
    throw error;
  }
  return { name, evaluate, close };
}

function requirePackage(): void {
  try {
    createRequire(import.meta.url).resolve("espruino");
  } catch {
    throw new SuitcaseError("ESPRUINO_PACKAGE");
  }
}
