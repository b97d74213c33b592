/**
 * What an agent takes from the bootloader, and what it takes from there instead of carrying it itself:
 * rollup puts this module in the place of bytes.ts and suit/sig-structure.ts when it bundles an agent
 * (rollup.config.js). Both slots save the bytes.
 */
import type { BootApi } from "./boot-api.js";
import { handed } from "./handed.js";

export const api: BootApi = handed;

export const port = api.port;
export const config = api.settings;
export const record = api.record;
export const state = api.numbers;
export const Bytes = api.Bytes;
export const characters = api.characters;
export const words = api.words;
export const chars = api.chars;
export const same = api.same;
export const signedBlock = api.signedBlock;
