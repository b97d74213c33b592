/**
 * Runs in the real interpreter: how many variables it takes to authenticate a manifest and to plan its
 * update, with the agent's own code. Prints `@memory IDLE PEAK`, the first without the envelope.
 */

// First, as the others take their parts from it.
import "./fake-boot.js";

import { planUpdate } from "../../../device/flash/plan.js";
import { authenticate } from "../../../device/suit/envelope.js";
import { readManifest } from "../../../device/suit/manifest.js";
import { file, mark, peak } from "./fake-boot.js";

declare function print(text: string): void;

const idle = mark();
const envelope = file("release");
authenticate(envelope);
readManifest();
planUpdate(envelope);
print(`@memory ${idle} ${peak} ${envelope.length}`);
