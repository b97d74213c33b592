/** What commands act on, on a board: the plan of its flash (suit/target.ts). */
export { act, check, installed } from "../flash/places.js";

export const locate = (): undefined => undefined;
export const tell = (): void => {};
