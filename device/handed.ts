/**
 * Where an agent, and each of its packed programs, finds what is handed over: it is a function's body, and
 * this is its parameter. When a program starts the app has run, and may have put anything in the place
 * of any global name.
 */
import type { BootApi } from "./boot-api.js";

declare const $: BootApi;

export const handed = $;
