/**
 * A `node:vm` context that has Espruino's objects and nothing else. All code on the simulated board
 * runs through here, under a time limit: a program that never ends does not hang the host.
 */
import vm from "node:vm";
import { detokenise } from "../author/pretokenise.js";
import { reduceScript } from "./builtins.js";

interface Constructors {
  Error: new (message: string) => Error;
  TypeError: new (message: string) => Error;
  Uint8Array: new (length: number | ArrayBuffer) => Uint8Array;
  ArrayBuffer: new (length: number) => ArrayBuffer;
  Array: new () => unknown[];
  Object: new () => Record<string, unknown>;
}

const REDUCE = new vm.Script(reduceScript());
const CALL = new vm.Script("\u00ffcall()");

/** The last agents that ran, as source: they run at each boot, and most boots run the same ones. */
const sources = new Map<string, string>();

function sourceOf(code: string): string {
  let source = sources.get(code);
  if (source === undefined) {
    source = detokenise(code);
    if (sources.size >= 16) sources.clear();
    sources.set(code, source);
  }
  return source;
}

export class Realm {
  readonly global: Record<string, unknown>;
  /** Programs that were unpacked into memory and may run as a function's body. */
  readonly unpacked = new Set<string>();
  protected readonly context: vm.Context;
  private readonly made: Constructors;

  /** `limit`: milliseconds that one piece of code may run. */
  constructor(private readonly limit: number) {
    this.context = vm.createContext({});
    this.made = vm.runInContext(
      "({Error, TypeError, Uint8Array, ArrayBuffer, Array, Object})",
      this.context,
    ) as Constructors;
    REDUCE.runInContext(this.context);
    this.global = vm.runInContext("globalThis", this.context) as Record<string, unknown>;
    // Espruino's lexer takes source and its compact form alike. (Here `eval` sees the root scope only.)
    const evaluate = vm.runInContext("eval", this.context) as (code: unknown) => unknown;
    const source = (code: unknown) => (typeof code === "string" ? sourceOf(code) : code);
    this.hide("eval", (code: unknown) => evaluate(source(code)));
    const make = vm.runInContext("Function", this.context) as FunctionConstructor;
    this.hide(
      "Function",
      new Proxy(make, {
        construct: (target, args: unknown[]) => new target(...(args.map(source) as string[])),
      }),
    );
  }

  /** Runs a program in the global scope and gives its last value. */
  run(text: string, name: string): unknown {
    return new vm.Script(text, { filename: name }).runInContext(this.context, {
      timeout: this.limit || undefined,
    });
  }

  call(fn: unknown, args: unknown[]): unknown {
    const run = () => (fn as (...args: unknown[]) => unknown).apply(this.global, args);
    this.hide("\u00ffcall", run);
    return CALL.runInContext(this.context, { timeout: this.limit || undefined });
  }

  /** Defines a global that does not show up in listings. */
  hide(name: string, value: unknown): void {
    Object.defineProperty(this.global, name, {
      value,
      configurable: true,
      writable: true,
      enumerable: false,
    });
  }

  error(message: string): Error {
    return new this.made.Error(message);
  }

  /** The context's own Uint8Array with these bytes. */
  bytes(bytes: Uint8Array): Uint8Array {
    const made = new this.made.Uint8Array(bytes.length);
    made.set(bytes);
    return made;
  }

  buffer(bytes: Uint8Array): ArrayBuffer {
    return this.bytes(bytes).buffer as ArrayBuffer;
  }

  array(items: unknown[]): unknown[] {
    const made = new this.made.Array();
    for (const item of items) made.push(item);
    return made;
  }

  object(members: Record<string, unknown>): Record<string, unknown> {
    return Object.assign(new this.made.Object(), members);
  }
}

/** The code ran longer than its realm allows. */
export function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

/** The text is the beginning of a program: the console waits for more. */
export function isUnfinished(text: string): boolean {
  try {
    new vm.Script(text);
    return false;
  } catch (error) {
    return /Unexpected end of input|Unterminated template|missing \) after argument list/.test(
      String(error),
    );
  }
}
