/**
 * Gives out the names of a text again: the shortest to what is named most often. The minifier goes by
 * the order of declarations; on a board, where names are a fifth of an agent, that is not good enough.
 *
 * Two variables may share a name unless one is used where the other is visible. Takes what the boards'
 * language and the minifier leave: `let`, `const`, parameters and `catch`, no patterns, nothing hoisted.
 */
import { parse } from "acorn";
import type { Plugin } from "rollup";

type Node = { type: string; start: number; end: number; [key: string]: unknown };

interface Variable {
  scope: Scope;
  /** Where its name stands. */
  places: number[];
  size: number;
  name: string;
}

interface Scope {
  start: number;
  end: number;
  outer?: Scope;
  names: Map<string, Variable>;
}

const FIRST = "etnriosalcfudhpmgvybwkxjqzTROSAIELCNDPMFUBHVGWYKJXQZ$_";
const MORE = `${FIRST}0123456789`;
const KEYWORDS = new Set(["do", "if", "in", "of", "as", "is"]);
const BLOCKS = /^(BlockStatement|For(In|Of)?Statement|CatchClause)$/;
/** What declares names in front of its body. */
const HEADED = /Function|CatchClause/;

function* shortNames(): Generator<string> {
  yield* FIRST;
  for (const a of FIRST) for (const b of MORE) if (!KEYWORDS.has(a + b)) yield a + b;
}

/** All variables of a program, and the names that it takes from outside. */
class Program {
  readonly variables: Variable[] = [];
  readonly free = new Set<string>();
  /** Where `{name}` stands. */
  readonly shorthands = new Set<number>();
  readonly #uses: [name: string, at: number, scope: Scope][] = [];

  constructor(code: string) {
    const root = parse(code, { ecmaVersion: 2015 }) as unknown as Node;
    this.#visit(root, { start: 0, end: code.length, names: new Map() });
    for (const [name, at, from] of this.#uses) {
      let scope: Scope | undefined = from;
      while (scope && !scope.names.has(name)) scope = scope.outer;
      const variable = scope?.names.get(name);
      if (variable) variable.places.push(at);
      else this.free.add(name);
    }
  }

  #declare(id: Node, scope: Scope): void {
    const name = id.name as string;
    if (id.type !== "Identifier") throw new Error(`a pattern at ${id.start} has no short names`);
    if (scope.names.has(name)) return;
    const variable = { scope, places: [], size: name.length, name };
    scope.names.set(name, variable);
    this.variables.push(variable);
  }

  /** @param isBody a block that has its scope already: in the same one names are declared once. */
  #visit(node: Node, outer: Scope, isBody = false): void {
    let scope = outer;
    const inner = () => ({ start: node.start, end: node.end, outer, names: new Map() });
    // `{a}` stands for `{a:a}`, whose member keeps its name.
    if (node.shorthand) this.shorthands.add(node.start);
    if (node.type === "Identifier") this.#uses.push([node.name as string, node.start, scope]);
    if (/^(Function|Class)Declaration$/.test(node.type)) this.#declare(node.id as Node, outer);
    if (/Function/.test(node.type)) {
      scope = inner();
      // Seen from inside of an expression only; a parameter of the same name hides it.
      if (node.type === "FunctionExpression" && node.id) this.#declare(node.id as Node, scope);
      for (const parameter of node.params as Node[]) this.#declare(parameter, scope);
    } else if (BLOCKS.test(node.type) && !isBody) scope = inner();
    if (node.type === "CatchClause" && node.param) this.#declare(node.param as Node, scope);
    if (node.type === "VariableDeclaration")
      for (const { id } of node.declarations as { id: Node }[]) this.#declare(id, scope);
    for (const [key, value] of Object.entries(node)) {
      const isName = (key === "property" || key === "key") && !node.computed;
      if (isName) continue;
      for (const each of Array.isArray(value) ? value : [value])
        if (each && typeof (each as Node).type === "string") {
          // The name of a declared function stands outside of it.
          const isOutside = key === "id" && node.type === "FunctionDeclaration";
          const isBody = key === "body" && HEADED.test(node.type);
          this.#visit(each as Node, isOutside ? outer : scope, isBody);
        }
    }
  }
}

const isWithin = (at: number, { start, end }: Scope) => at >= start && at < end;

/** Is one of them used where the other hides it, or are they declared in the same place? */
const collide = (a: Variable, b: Variable) =>
  a.scope === b.scope ||
  (isWithin(b.scope.start, a.scope) && a.places.some((at) => isWithin(at, b.scope))) ||
  (isWithin(a.scope.start, b.scope) && b.places.some((at) => isWithin(at, a.scope)));

export function shortenNames(code: string): string {
  const program = new Program(code);
  const given: [Variable, string][] = [];
  const byUse = [...program.variables].sort((a, b) => b.places.length - a.places.length);
  for (const variable of byUse) {
    const taken = new Set(program.free);
    for (const [other, name] of given) if (collide(variable, other)) taken.add(name);
    for (const name of shortNames()) {
      if (taken.has(name)) continue;
      given.push([variable, name]);
      break;
    }
  }
  let result = code;
  const edits = given.flatMap(([{ places, size }, name]) =>
    places.map((at) => ({ at, size, name })),
  );
  for (const { at, size, name } of edits.sort((a, b) => b.at - a.at)) {
    const end = at + size;
    const member = program.shorthands.has(at) ? `${code.slice(at, end)}:` : "";
    result = result.slice(0, at) + member + name + result.slice(end);
  }
  // Two names in one place would only be noticed on the board.
  parse(result, { ecmaVersion: 2015 });
  return result;
}

export const shortNamesPlugin = (): Plugin => ({
  name: "short-names",
  renderChunk: (code) => ({ code: shortenNames(code), map: null }),
});
