/** How much of a board's limits a release takes, counted as the board's agent counts. */
import type { Limits } from "../board/profiles.js";
import { SuitcaseError } from "../errors.js";
import { stripIntegrated } from "../link/strip.js";
import { SEQUENCE_KEYS } from "../suit/names.js";
import { readCbor, readEnvelope } from "../suit/read.js";

const WRAPPER = 2;
const MANIFEST = 3;
const COMMON = 3;
const COMPONENTS = 2;
const SHARED = 4;
const SET_COMPONENT_INDEX = 12;
const TRY_EACH = 15;
const RUN_SEQUENCE = 32;
const SETTERS = [19, 20];
const URI = 21;
/** Deeper or longer than this no board goes, and neither does the counting. */
const NESTING = 12;
const COMMANDS = 100_000;

type Members = Map<unknown, unknown>;

const content = (value: unknown): unknown =>
  value instanceof Uint8Array ? readCbor(value)?.value : undefined;
const membersOf = (value: unknown): Members => {
  const map = content(value);
  return map instanceof Map ? map : new Map();
};
const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/**
 * Measures an envelope. What cannot be read counts as nothing: whether it is valid is for the board
 * to say.
 *
 * @throws NOT_AN_ENVELOPE
 */
export function measure(bytes: Uint8Array): Limits {
  const { members } = readEnvelope(bytes, "the envelope");
  const manifest = membersOf(members.get(MANIFEST));
  const common = membersOf(manifest.get(COMMON));
  const components = lengthOf(common.get(COMPONENTS));
  const counter = new Counter(components);
  for (const key of SEQUENCE_KEYS) {
    const value = manifest.get(key);
    if (value === undefined) continue;
    // the shared sequence runs in front of every section
    counter.sequence(common.get(SHARED), 0);
    counter.sequence(Array.isArray(value) ? members.get(key) : value, 0);
  }
  return {
    envelope: stripIntegrated(bytes).envelope.length,
    components,
    commands: counter.commands,
    nesting: counter.nesting,
    uri: counter.uri,
    signatures: Math.max(lengthOf(content(members.get(WRAPPER))) - 1, 0),
  };
}

class Counter {
  commands = 0;
  nesting = 0;
  uri = 0;
  readonly #components: number;

  constructor(components: number) {
    this.#components = components;
  }

  sequence(value: unknown, depth: number, selected = 1): void {
    const items = content(value);
    if (!Array.isArray(items) || depth > NESTING) return;
    this.nesting = Math.max(this.nesting, depth);
    let times = selected;
    for (let i = 0; i + 1 < items.length && this.commands < COMMANDS; i += 2) {
      const [code, argument] = [items[i], items[i + 1]];
      this.commands++;
      if (code === SET_COMPONENT_INDEX)
        times = argument === true ? this.#components : Math.max(lengthOf(argument), 1);
      else if (SETTERS.includes(code)) this.#parameters(argument);
      else if (code === TRY_EACH || code === RUN_SEQUENCE)
        // alternatives run once for each selected component
        for (const each of Array.isArray(argument) ? argument : [argument])
          for (let time = 0; time < times && this.commands < COMMANDS; time++)
            this.sequence(each, depth + 1);
    }
  }

  #parameters(argument: unknown): void {
    const uri = argument instanceof Map ? argument.get(URI) : undefined;
    if (typeof uri === "string") this.uri = Math.max(this.uri, Buffer.byteLength(uri));
  }
}

export interface LimitUse {
  name: keyof Limits;
  used: number;
  most: number;
}

/** Every limit with what an envelope takes of it. */
export function limitUse(envelope: Uint8Array, limits: Limits): LimitUse[] {
  const used = measure(envelope);
  return Object.entries(limits).map(([key, most]) => {
    const name = key as keyof Limits;
    return { name, used: used[name], most };
  });
}

const UNITS: Record<keyof Limits, string> = {
  envelope: "bytes of envelope",
  components: "components",
  commands: "commands",
  nesting: "levels of nested sequences",
  uri: "bytes in a URI",
  signatures: "signatures",
};

/** @throws LIMIT_EXCEEDED */
export function checkAgainst(limits: Limits, envelope: Uint8Array): void {
  const over = limitUse(envelope, limits).filter(({ used, most }) => used > most);
  if (over.length === 0) return;
  const detail = `The release needs more than the board bears: ${over.map(limitText).join("; ")}`;
  throw new SuitcaseError("LIMIT_EXCEEDED", detail);
}

/** Such as `3000 bytes of envelope, 2048 at most`. */
export function limitText({ name, used, most }: LimitUse): string {
  return `${used} ${UNITS[name]}, ${most} at most`;
}
