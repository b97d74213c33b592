/** Everything that an index.json may name as a payload, by file. */
import { IMAGE_FILES } from "./release.js";
import { DEPENDENCY_FILES } from "./root.js";

export const PAYLOADS: Record<string, Uint8Array> = { ...IMAGE_FILES, ...DEPENDENCY_FILES };
