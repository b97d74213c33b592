/** The verifier in the very file that pages load (dist/page/verifier.js). */

import path from "node:path";
import { pathToFileURL } from "node:url";
import { BUNDLES } from "../../host/board/bundles.js";

type Verifier = typeof import("../../host/page/verifier.js");

const FILE = path.join(BUNDLES, "page", "verifier.js");

export const pageVerifier: Verifier = await import(pathToFileURL(FILE).href);

/** Does the page believe a signature? */
export function inPage(block: Uint8Array): boolean {
  try {
    pageVerifier.verifyBlock(block);
    return true;
  } catch (error) {
    if ((error as { c?: number }).c === undefined) throw error;
    return false;
  }
}
