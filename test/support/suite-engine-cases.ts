/** Cases of the suite for the real interpreter (engine-cases.ts). */
import { type EngineCase, envelopeCase } from "./engine-cases.js";
import { deviceStateOf, envelopeOf, payloadsOf, type SuiteCase } from "./suite-cases.js";

/** A case as test/engines/board/verdicts.ts judges it. */
export function engineCaseOf(each: SuiteCase): EngineCase {
  return envelopeCase(each.id, envelopeOf(each), deviceStateOf(each), payloadsOf(each));
}
