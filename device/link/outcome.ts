/**
 * What stays of an attempt when the updater is gone: how the last one ended.
 */
import type { Refusal } from "../errors.js";

/** The refusal; its code is 0 as long as nothing was refused. */
export let refused: Refusal = { c: 0, a: 0 };
/** The SUIT_Report, whatever the end. */
export let report: Uint8Array | undefined;

/** An attempt has ended, with a refusal or with code 0. */
export const ended = (why: Refusal, encoded: Uint8Array | undefined): void => {
  if (why.c) refused = why;
  report = encoded;
};
