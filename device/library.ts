/**
 * What an app and the agent say to each other beside `confirm` and `trial` (docs/app.md). An app may put
 * functions of its own into `suitcase`; they are called when they are there, and what they throw is their
 * own affair.
 */
type AppFunctions = { [name: string]: (value: number, more?: number) => unknown };

/** Calls `suitcase[name]`; nothing when the app has none. */
export const ask = (name: string, value: number, more?: number): unknown => {
  try {
    const app = global.suitcase as AppFunctions;
    // Not by calling what is not there: to throw is dear, and this is asked with every packet.
    if (app[name]) return app[name](value, more);
  } catch (_) {}
};
