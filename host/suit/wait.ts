/** The events that a manifest waits for (directive-wait of draft-ietf-suit-update-management). */
import { diagnostic } from "./diagnostic.js";
import { EVENT_NAMES, nameOf } from "./names.js";
import { readEnvelope } from "./read.js";
import { commandsOf, mapIn } from "./sequences.js";

const WAIT_INFO = 29;
const TIME = 5;
const SETTERS = [19, 20];
/** The last second of the year 9999: what a date can show. */
const LAST = 253402300799;

/** In words, each once; none when the envelope cannot be read or waits for nothing. */
export function waitEvents(envelope: Uint8Array): string[] {
  const found = new Set<string>();
  let members: Map<unknown, unknown>;
  try {
    ({ members } = readEnvelope(envelope, "the envelope"));
  } catch {
    return [];
  }
  for (const [code, argument] of commandsOf(members))
    if (SETTERS.includes(code as number) && argument instanceof Map)
      eventsIn(argument.get(WAIT_INFO), found);
  return [...found];
}

function eventsIn(info: unknown, found: Set<string>): void {
  for (const [code, value] of mapIn(info)) {
    const name = nameOf(EVENT_NAMES, code);
    const isDate = code === TIME && typeof value === "number" && value >= 0 && value <= LAST;
    if (isDate) found.add(`the time ${new Date(value * 1000).toISOString()}`);
    else found.add(code === 1 || code === 2 || code === 3 ? name : `${name} ${diagnostic(value)}`);
  }
}
