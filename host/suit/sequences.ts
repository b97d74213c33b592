/** The commands of a manifest one after the other, for whoever only looks for something in them. */
import { SEQUENCE_KEYS } from "./names.js";
import { readCbor } from "./read.js";

type Members = Map<unknown, unknown>;

const MANIFEST = 3;
const COMMON = 3;
const SHARED = 4;
/** try-each and run-sequence. */
const NESTED = [15, 32];
const NESTING = 12;

const content = (value: unknown): unknown =>
  value instanceof Uint8Array ? readCbor(value)?.value : undefined;

/** The content of a byte string that holds a map; an empty map for anything else. */
export function mapIn(value: unknown): Members {
  const map = content(value);
  return map instanceof Map ? map : new Map();
}

/** Code and argument of every command: shared sequence, then the sections, also severed ones. */
export function* commandsOf(members: Members): Generator<[code: unknown, argument: unknown]> {
  const manifest = mapIn(members.get(MANIFEST));
  yield* commandsIn(mapIn(manifest.get(COMMON)).get(SHARED), 0);
  for (const key of SEQUENCE_KEYS) {
    const value = manifest.get(key);
    yield* commandsIn(Array.isArray(value) ? members.get(key) : value, 0);
  }
}

function* commandsIn(
  sequence: unknown,
  depth: number,
): Generator<[code: unknown, argument: unknown]> {
  const list = content(sequence);
  if (!Array.isArray(list) || depth > NESTING) return;
  for (let i = 0; i + 1 < list.length; i += 2) {
    const [code, argument] = [list[i], list[i + 1]];
    yield [code, argument];
    if (!NESTED.includes(code)) continue;
    for (const each of Array.isArray(argument) ? argument : [argument])
      yield* commandsIn(each, depth + 1);
  }
}
