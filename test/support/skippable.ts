/**
 * Source text in which any one statement can be left out: each asks a global `SKIP` for its number. What
 * is left out of a declaration or of an arrow function is its value.
 */
import { type Node, parse } from "acorn";

export interface Statement {
  id: number;
  module: string;
  line: number;
  text: string;
}

type Tree = Node & { [key: string]: unknown };

const isNode = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && typeof (value as Tree).type === "string";

/** Kinds of statements that are left out as a whole. */
const WHOLE =
  /^(Expression|If|For|While|DoWhile|ForOf|ForIn|Return|Throw|Try|Switch|Break|Continue)Statement$/;

/**
 * Prepares a module; its statements are added to `statements`, whose length gives their numbers. Those at
 * its top with `isProgram` only: elsewhere they are tables and functions.
 */
export function skippable(
  code: string,
  module: string,
  statements: Statement[],
  isProgram = false,
): string {
  const inserts: [number, string][] = [];
  const take = ({ start, end }: Node): number => {
    const id = statements.length;
    const line = code.slice(0, start).split("\n").length;
    const text = code.slice(start, end).replace(/\s+/g, " ").slice(0, 70);
    statements.push({ id, module, line, text });
    return id;
  };
  const value = (node: Node) => {
    inserts.push([node.start, `(SKIP===${take(node)}?undefined:(`], [node.end, "))"]);
  };
  const visit = (node: Tree, isInside: boolean): void => {
    const isFunction = /Function/.test(node.type);
    if (isInside && WHOLE.test(node.type)) {
      inserts.push([node.start, `{if(SKIP!==${take(node)})`], [node.end, "}"]);
    }
    if (isInside && node.type === "VariableDeclaration")
      for (const { init } of node.declarations as { init: Tree | null }[]) if (init) value(init);
    if (node.type === "ArrowFunctionExpression" && (node.body as Tree).type !== "BlockStatement")
      value(node.body as Tree);
    for (const [key, child] of Object.entries(node)) {
      // The head of a loop is part of it.
      const isHead = /^For/.test(node.type) && key !== "body";
      for (const each of Array.isArray(child) ? child : [child])
        if (isNode(each)) visit(each, !isHead && (isInside || isFunction));
    }
  };
  visit(parse(code, { ecmaVersion: 2022, sourceType: "module" }) as unknown as Tree, isProgram);
  // Where one ends and the next begins, the end comes first; of two beginnings the outer one.
  const ordered = inserts.map(([at, text], i) => ({ at, text, i }));
  ordered.sort((a, b) => a.at - b.at || rank(a.text) - rank(b.text) || order(a, b));
  let result = "";
  let from = 0;
  for (const { at, text } of ordered) {
    result += code.slice(from, at) + text;
    from = at;
  }
  return result + code.slice(from);
}

const isEnd = (text: string) => text === "}" || text === "))";
const rank = (text: string) => (isEnd(text) ? 0 : 1);
/** Beginnings in the order in which they were met, ends the other way round. */
const order = (a: { text: string; i: number }, b: { text: string; i: number }) =>
  isEnd(a.text) ? b.i - a.i : a.i - b.i;
