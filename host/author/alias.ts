/**
 * Names of properties that a text uses over and over are written once: `x.length` becomes `x[l]`, with
 * `l` holding "length". On a board every byte of a text costs flash in both slots, and a text has a
 * hundred of them. It runs between the two passes of the minifier: behind the one that compresses,
 * which would undo it, and before the one that gives out short names.
 *
 * The engine's own objects are taken in the same way, however seldom they are used: at the start of a
 * bundle, before an app can put something else in the place of `Math` or `atob`.
 */
import { parse } from "acorn";
import type { Plugin } from "rollup";

interface Place {
  start: number;
  end: number;
}

type Node = Place & { type: string; [key: string]: unknown };

/** What a bundle begins with. */
const FRAME = /^\((\(\)=>|function\(\))\{/;

/** Bytes of a use: `[l]` or `[ab]`, and of `l="",` around a name. */
const USE = 3.5;
const DECLARATION = 6;

function* nodes(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value])
      if (each && typeof each === "object" && typeof (each as Node).type === "string")
        yield* nodes(each as Node);
  }
}

const BUILT_IN =
  /^(Array|ArrayBuffer|RegExp|Float(32|64)Array|U?[Ii]nt(8|16|32)Array|atob|btoa|require)$/;

const STATIC = /^(Array|Math|Object|String)$/;

/** Where the name of a built-in object stands, by name; nothing of ours has such a name. */
function builtIns(program: Node): Map<string, Place[]> {
  const found = new Map<string, Place[]>();
  const members = new Set<Node>();
  for (const node of nodes(program)) {
    const object = node.object as Node | undefined;
    let name = node.type === "Identifier" && !members.has(node) ? (node.name as string) : "";
    if (!node.computed && /^(MemberExpression|Property)$/.test(node.type)) {
      const member = (node.property ?? node.key) as Node;
      members.add(member);
      if (object && STATIC.test(object.name as string)) {
        // Their functions need no object.
        name = `${object.name}.${member.name}`;
        members.add(object);
      }
    }
    if (BUILT_IN.test(name) || name.includes("."))
      found.set(name, [...(found.get(name) ?? []), { start: node.start, end: node.end }]);
  }
  return found;
}

/** Where `.name` stands, by name. */
function uses(program: Node): Map<string, Place[]> {
  const found = new Map<string, Place[]>();
  for (const node of nodes(program)) {
    if (node.type !== "MemberExpression" || node.computed) continue;
    const property = node.property as Node;
    const name = property.name as string;
    if (STATIC.test((node.object as Node).name as string)) continue;
    // From its dot on: the object may stand in parentheses.
    const place = { start: property.start - 1, end: property.end };
    found.set(name, [...(found.get(name) ?? []), place]);
  }
  return found;
}

/** Writes property names that pay for it as variables, which the minifier shortens afterwards. */
export function aliasProperties(code: string): string {
  const program = parse(code, { ecmaVersion: 2015 }) as unknown as Node;
  const chosen = [...uses(program)].filter(
    ([name, places]) => places.length * (name.length + 1 - USE) > name.length + DECLARATION,
  );
  const objects = [...builtIns(program)];
  const edits = [
    ...chosen.flatMap(([name, places]) =>
      places.map((place) => ({ ...place, text: `[$alias_${name}]` })),
    ),
    ...objects.flatMap(([name, places]) =>
      places.map((place) => ({ ...place, text: `$object_${name.replace(".", "_")}` })),
    ),
  ];
  let result = code;
  for (const { start, end, text } of edits.sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + text + result.slice(end);
  const names = [
    ...chosen.map(([name]) => `$alias_${name}=${JSON.stringify(name)}`),
    ...objects.map(([name]) => `$object_${name.replace(".", "_")}=${name}`),
  ];
  // Only what has a function around it has a place to declare them in.
  const isBundle = FRAME.test(result);
  return names.length && isBundle ? result.replace(FRAME, `$&const ${names};`) : code;
}

export const aliasPlugin = (): Plugin => ({
  name: "alias",
  renderChunk: (code) => ({ code: aliasProperties(code), map: null }),
});
