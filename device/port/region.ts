/** The region that everything lies in: the reserved Storage file `.boot0`. */
import { HEADER } from "../flash/layout.js";

// Taken before the app runs: what it puts in the place of this name later does not matter.
const readFile = require("Storage").read;

/** A window on the region: on chips with memory-mapped flash it takes one variable and no copy. */
export const view = (at: number, length: number): string =>
  // Without a length Storage reads on to the end.
  length ? readFile(".boot0", at - HEADER, length) : "";
