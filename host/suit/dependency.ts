/** The dependency of a release that travels inside its envelope. */

import { readEnvelope } from "./read.js";
import { commandsOf } from "./sequences.js";

const SET_COMPONENT_INDEX = 12;
const SETTERS = [19, 20];
const URI = 21;

/**
 * The envelope of the dependency that a component stands for: what lies in the envelope under the
 * address that the manifest sets for that component. Undefined when there is none.
 */
export function dependencyOf(envelope: Uint8Array, component: number): Uint8Array | undefined {
  let members: Map<unknown, unknown>;
  try {
    ({ members } = readEnvelope(envelope, "the envelope"));
  } catch {
    return undefined;
  }
  let selected: unknown = 0;
  for (const [code, argument] of commandsOf(members)) {
    if (code === SET_COMPONENT_INDEX) selected = argument;
    if (selected !== component || !SETTERS.includes(code as number)) continue;
    const uri = argument instanceof Map ? argument.get(URI) : undefined;
    const inside = typeof uri === "string" ? members.get(uri) : undefined;
    if (inside instanceof Uint8Array) return inside;
  }
  return undefined;
}
