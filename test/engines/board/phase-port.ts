/**
 * The bootloader's port with a meter at what the phases of an update are made of. To be imported before
 * the agent's parts, which take functions of the port when they are loaded.
 */
import { handed } from "../../../device/handed.js";

export const VERIFY = 0;
export const HASH = 1;
export const WRITE = 2;

/** Instructions so far: the app of a measurement sets it. */
let count = (): number => 0;
export const setCount = (other: () => number): void => {
  count = other;
};
export const now = (): number => count();

/** Instructions by kind, and how often each was entered. */
export const spent = [0, 0, 0];
export const calls = [0, 0, 0];

let isRunning = false;

/** The function with a meter of this kind at it. What runs inside of another one counts there. */
export const metered =
  <A, B, C>(kind: number, work: (a: A, b: B) => C): ((a: A, b?: B) => C) =>
  (a, b) => {
    if (isRunning) return work(a, b as B);
    isRunning = true;
    const before = count();
    const result = work(a, b as B);
    spent[kind] += count() - before;
    calls[kind]++;
    isRunning = false;
    return result;
  };

const port = handed.port;
port.hash = metered(HASH, port.hash);
port.hashAt = metered(HASH, port.hashAt);
port.write = metered(WRITE, port.write);
port.erase = metered(WRITE, port.erase);
// Boards with the module.
if (port.verify) port.verify = metered(VERIFY, port.verify);
