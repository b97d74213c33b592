/** What the agents of boards can do that are built with dependencies (features.ts, rollup.config.js). */
export { PARAMETERS, TRACE } from "./board-features.js";

export const COMMANDS = "0ABCDERC^00~00^000r00uv~XC0[\\}0v";
export const DEPENDENCIES = true;
export const SECTIONS = [15, 16, 18, 20, 7, 8, 9];
export const SEVERABLE = [15, 16, 18, 20, 23];
