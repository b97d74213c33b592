/** What commands act on, on a board: the plan of its flash (suit/target.ts). */
export { act, check, installed, locate } from "../flash/places.js";

export const tell = (): void => {};
