/**
 * What an app and the agent say to each other beside `confirm` and `trial` (docs/app.md). An app may put
 * functions of its own into `suitcase`; they are called when they are there, and what they throw is their
 * own affair.
 */
import { later } from "./port/espruino-agent.js";
import { port } from "./shared.js";

type AppFunctions = { [name: string]: (value: number, more?: number) => unknown };

/** Calls `suitcase[name]`; nothing when the app has none. */
export const ask = (name: string, value: number, more?: number): unknown => {
  try {
    return (global.suitcase as AppFunctions)[name](value, more);
  } catch (_) {}
};

/** Milliseconds between two questions whether the app is still busy, and how often it may be. */
const WAIT = 1500;
let patience = 400;

/** Restarts for a trial, at a moment that suits the app: it may put that off for ten minutes. */
export const restartSoon = (): void => {
  later(() => {
    if (patience-- && ask("busy", patience)) restartSoon();
    else port.restart();
  }, WAIT);
};
