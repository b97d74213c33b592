/** The events that a manifest waits for (directive-wait of draft-ietf-suit-update-management). */
import { diagnostic } from "./diagnostic.js";
import { EVENT_NAMES, nameOf, SEQUENCE_KEYS } from "./names.js";
import { readCbor, readEnvelope } from "./read.js";

const WAIT_INFO = 29;
const TIME = 5;
const SETTERS = [19, 20];
const NESTED = [15, 32];
const NESTING = 12;
/** The last second of the year 9999: what a date can show. */
const LAST = 253402300799;

/** In words, each once; none when the envelope cannot be read or waits for nothing. */
export function waitEvents(envelope: Uint8Array): string[] {
  const found = new Set<string>();
  const collect = (value: unknown, depth: number): void => {
    const list = value instanceof Uint8Array ? readCbor(value)?.value : undefined;
    if (!Array.isArray(list) || depth > NESTING) return;
    for (let i = 0; i + 1 < list.length; i += 2) {
      const [code, argument] = [list[i], list[i + 1]];
      if (SETTERS.includes(code) && argument instanceof Map)
        eventsIn(argument.get(WAIT_INFO), found);
      if (NESTED.includes(code))
        for (const each of Array.isArray(argument) ? argument : [argument])
          collect(each, depth + 1);
    }
  };
  for (const sequence of sequencesOf(envelope)) collect(sequence, 0);
  return [...found];
}

/** The shared sequence and the sections, in the manifest or severed. */
function sequencesOf(bytes: Uint8Array): unknown[] {
  let members: Map<unknown, unknown>;
  try {
    ({ members } = readEnvelope(bytes, "the envelope"));
  } catch {
    return [];
  }
  const open = (value: unknown): Map<unknown, unknown> => {
    const content = value instanceof Uint8Array ? readCbor(value)?.value : undefined;
    return content instanceof Map ? content : new Map();
  };
  const manifest = open(members.get(3));
  const sections = SEQUENCE_KEYS.map((key) => {
    const value = manifest.get(key);
    return Array.isArray(value) ? members.get(key) : value;
  });
  return [open(manifest.get(3)).get(4), ...sections];
}

function eventsIn(info: unknown, found: Set<string>): void {
  const events = info instanceof Uint8Array ? readCbor(info)?.value : undefined;
  if (!(events instanceof Map)) return;
  for (const [code, value] of events) {
    const name = nameOf(EVENT_NAMES, code);
    const isDate = code === TIME && typeof value === "number" && value >= 0 && value <= LAST;
    if (isDate) found.add(`the time ${new Date(value * 1000).toISOString()}`);
    else found.add(code === 1 || code === 2 || code === 3 ? name : `${name} ${diagnostic(value)}`);
  }
}
