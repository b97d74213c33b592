/**
 * Finds what stands at a place that a board reports: the command, and the parameter it sets. A
 * report names a section of the manifest and an offset in that section's byte string, also inside
 * nested sequences, so that the host's copy of the envelope tells the rest.
 */
import { SHARED_SEQUENCE } from "./codes.js";
import { componentName } from "./diagnostic.js";
import { COMMAND_NAMES, ENVELOPE_NAMES, MANIFEST_NAMES, nameOf, PARAMETER_NAMES } from "./names.js";
import { readCbor } from "./read.js";
import {
  ARRAY,
  BYTES,
  type Entry,
  MAP,
  readHead,
  skip,
  TAG,
  UNSIGNED,
  Unwalkable,
  walkMap,
} from "./walk.js";

export interface Place {
  /** Such as `condition-image-match`; null when no command stands there. */
  command: string | null;
  /** Such as `uri`: the parameter that the command sets at this place. */
  parameter: string | null;
  /** Of the component with the record's index; null when the manifest has none. */
  component: string | null;
}

/** A part of the envelope: from its first byte up to `end`. */
interface Span {
  start: number;
  end: number;
}

const MANIFEST = 3;
const COMMON = 3;
const COMPONENTS = 2;
const TRY_EACH = 15;
const RUN_SEQUENCE = 32;
const SETTERS = [19, 20];
const NESTING = 12;

/** The unsigned number that an item is; -1 for any other item. */
const numberOf = ({ major, value }: Entry["key"]) => (major === UNSIGNED ? value : -1);

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Unwalkable)) throw error;
    return undefined;
  }
}

/** An envelope in which places can be looked up. What cannot be read is never found. */
export class Located {
  readonly #bytes: Uint8Array;
  readonly #members: Entry[];
  readonly #manifest: Entry[];

  constructor(envelope: Uint8Array) {
    this.#bytes = envelope;
    this.#members = attempt(() => this.#walkEnvelope()) ?? [];
    this.#manifest = attempt(() => this.#mapIn(this.#members, MANIFEST)) ?? [];
  }

  #walkEnvelope(): Entry[] {
    const { major, end } = readHead(this.#bytes, 0, this.#bytes.length);
    return walkMap(this.#bytes, major === TAG ? end : 0, this.#bytes.length);
  }

  /** The content of the byte string under a key. */
  #content(entries: Entry[], key: number): Span | undefined {
    const entry = entries.find((each) => numberOf(each.key) === key);
    if (entry?.value.major !== BYTES) return undefined;
    return { start: entry.value.end, end: entry.end };
  }

  #mapIn(entries: Entry[], key: number): Entry[] {
    const span = this.#content(entries, key);
    return span ? walkMap(this.#bytes, span.start, span.end) : [];
  }

  /** A section's byte string: in the manifest, or severed, in the envelope. */
  #section(section: number): Span | undefined {
    if (section === SHARED_SEQUENCE) {
      const common = attempt(() => this.#mapIn(this.#manifest, COMMON)) ?? [];
      return this.#content(common, SHARED_SEQUENCE);
    }
    return this.#content(this.#manifest, section) ?? this.#content(this.#members, section);
  }

  /** The names of the components, by index. */
  get components(): string[] {
    const common = attempt(() => this.#mapIn(this.#manifest, COMMON)) ?? [];
    const entry = common.find(({ key }) => numberOf(key) === COMPONENTS);
    const list = entry && readCbor(this.#bytes.subarray(entry.valueAt, entry.end))?.value;
    return Array.isArray(list) ? list.map(componentName) : [];
  }

  /** What stands at `offset` of a section (the number of its manifest member). */
  at(section: number, offset: number, component: number): Place {
    const place: Place = {
      command: null,
      parameter: null,
      component: this.components[component] ?? null,
    };
    const span = this.#section(section);
    if (!span || offset >= span.end - span.start) return place;
    const position = span.start + offset;
    if (section !== COMMON) attempt(() => this.#inSequence(span, position, place, 0));
    else attempt(() => this.#inShared(span, position, place));
    return place;
  }

  /** Common is a map; commands stand in its shared sequence. */
  #inShared({ start, end }: Span, position: number, place: Place): void {
    const shared = this.#content(walkMap(this.#bytes, start, end), SHARED_SEQUENCE);
    if (shared && position >= shared.start && position < shared.end)
      this.#inSequence(shared, position, place, 0);
  }

  /** Goes through `code, argument, code, argument ...` to the pair that holds the position. */
  #inSequence({ start, end }: Span, position: number, place: Place, depth: number): void {
    const head = readHead(this.#bytes, start, end);
    if (head.major !== ARRAY || depth > NESTING) return;
    let next = head.end;
    for (let left = head.value; left > 1; left -= 2) {
      const from = next;
      const argumentAt = skip(this.#bytes, from, end, 0);
      next = skip(this.#bytes, argumentAt, end, 0);
      if (position < from || position >= next) continue;
      const code = numberOf(readHead(this.#bytes, from, end));
      place.command = nameOf(COMMAND_NAMES, code);
      place.parameter = null;
      if (position >= argumentAt)
        this.#inArgument(code, { start: argumentAt, end: next }, position, place, depth);
      return;
    }
  }

  #inArgument(code: number, span: Span, position: number, place: Place, depth: number): void {
    const head = readHead(this.#bytes, span.start, span.end);
    if (SETTERS.includes(code) && head.major === MAP) {
      const entries = walkMap(this.#bytes, span.start, span.end);
      const hit = entries.find(({ start, end }) => position >= start && position < end);
      if (hit) place.parameter = nameOf(PARAMETER_NAMES, numberOf(hit.key));
      return;
    }
    const nested =
      code === RUN_SEQUENCE ? [span] : code === TRY_EACH ? this.#items(span, head.value) : [];
    for (const { start, end } of nested) {
      const inner = readHead(this.#bytes, start, end);
      if (inner.major === BYTES && position >= inner.end && position < end)
        this.#inSequence({ start: inner.end, end }, position, place, depth + 1);
    }
  }

  #items({ start, end }: Span, count: number): Span[] {
    const spans: Span[] = [];
    let next = readHead(this.#bytes, start, end).end;
    for (let i = 0; i < count && next < end; i++) {
      const from = next;
      next = skip(this.#bytes, from, end, 0);
      spans.push({ start: from, end: next });
    }
    return spans;
  }

  /** The member of envelope and manifest that holds a byte of the envelope, in words. */
  member(offset: number): string | null {
    const holds = ({ start, end }: Entry) => offset >= start && offset < end;
    const outer = this.#members.find(holds);
    if (!outer) return null;
    const name = nameOf(ENVELOPE_NAMES, numberOf(outer.key));
    const inner = numberOf(outer.key) === MANIFEST ? this.#manifest.find(holds) : undefined;
    return inner ? `${name}, ${nameOf(MANIFEST_NAMES, numberOf(inner.key))}` : name;
  }
}
