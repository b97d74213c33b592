/** The updater of boards without the native module: it lies in the slot as it is. */

import type { Handler } from "./link/codes.js";
import { handle } from "./link/session.js";

export const updater = (_isNeeded: boolean): Handler | undefined => handle;
