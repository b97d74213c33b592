/** A small view of an ESTree, as rollup's parser gives it. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

export type Parse = (code: string) => unknown;

/** What a rule reports: the node (or offset) at fault, the rule's name and what to write instead. */
export type Report = (at: Node | number, rule: string, message: string) => void;

const isNode = (value: unknown): value is Node =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as { type?: unknown }).type === "string";

/** The nodes directly below a node, in the order of the text. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const value of Object.values(node)) {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) found.push(...value.filter(isNode));
  }
  return found.sort((a, b) => a.start - b.start);
}

/** A parsed program in which every node knows its parent. */
export class Tree {
  readonly nodes: Node[] = [];
  readonly #parents = new Map<Node, Node>();

  constructor(readonly root: Node) {
    const pending = [root];
    for (let node = pending.pop(); node; node = pending.pop()) {
      this.nodes.push(node);
      for (const child of children(node)) {
        // In `{a}` key and value are one node: the value is what counts.
        if (this.#parents.has(child)) continue;
        this.#parents.set(child, node);
        pending.push(child);
      }
    }
    this.nodes.sort((a, b) => a.start - b.start || b.end - a.end);
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The nearest node around this one for which `test` holds. */
  around(node: Node, test: (node: Node) => boolean): Node | undefined {
    let at = this.parent(node);
    while (at && !test(at)) at = this.parent(at);
    return at;
  }

  /** The function in which a node runs; the program when there is none. */
  frame(node: Node): Node {
    return this.around(node, isFunction) ?? this.root;
  }

  contains(outer: Node, inner: Node): boolean {
    return outer.start <= inner.start && inner.end <= outer.end;
  }
}

export function isFunction(node: Node): boolean {
  return (
    node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression"
  );
}

export function isClass(node: Node): boolean {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

export const child = (node: Node, key: string): Node | undefined =>
  isNode(node[key]) ? node[key] : undefined;

export const list = (node: Node, key: string): Node[] =>
  Array.isArray(node[key]) ? (node[key] as unknown[]).filter(isNode) : [];

/** The name of an identifier, or undefined for every other node. */
export const nameOf = (node: Node | undefined): string | undefined =>
  node?.type === "Identifier" ? (node.name as string) : undefined;

/** The name after the dot, for `a.b` and `a["b"]`. */
export function memberName(node: Node | undefined): string | undefined {
  if (node?.type !== "MemberExpression") return undefined;
  const property = child(node, "property");
  if (!node.computed) return nameOf(property);
  return property && typeof property.value === "string" ? property.value : undefined;
}

/** The name of a property, method or field, for `a: 1`, `"a": 1` and `a() {}`. */
export function keyName(node: Node): string | undefined {
  const key = child(node, "key");
  if (!key || node.computed) return undefined;
  return nameOf(key) ?? (typeof key.value === "string" ? key.value : undefined);
}

/** Offset of the first character at or after `at` that is neither blank nor comment. */
export function skipBlanks(code: string, at: number): number {
  const blank = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  blank.lastIndex = at;
  blank.test(code);
  return blank.lastIndex;
}
