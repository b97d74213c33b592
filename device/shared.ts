/**
 * What an agent takes from the bootloader instead of carrying it itself: rollup puts this module in the
 * place of bytes.ts when it bundles an agent (rollup.config.js). Both slots save the bytes.
 */
import type { BootApi } from "./boot-api.js";

const api = global.suitcase as BootApi;

export const u16 = api.u16;
export const u32 = api.u32;
export const put32 = api.put32;
export const chars = api.chars;
export const same = api.same;
