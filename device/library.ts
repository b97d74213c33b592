/**
 * What an app and the agent say to each other beside `confirm` and `trial` (docs/app.md). An app may put
 * functions of its own into `suitcase`; they are called when they are there, and what they throw is their
 * own affair.
 */
type AppFunctions = { [name: string]: (value: number, more?: number) => unknown };

/** Calls `suitcase[name]`; nothing when the app has none. */
export const ask = (name: string, value: number, more?: number): unknown => {
  try {
    return (global.suitcase as AppFunctions)[name](value, more);
  } catch (_) {}
};
