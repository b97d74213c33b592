/**
 * CBOR as a tree that can be changed at any place. A byte string whose content is CBOR itself is a
 * node with a child ("wrap"): manifests are made of them.
 */
import { decode, type TagDecoder, Tagged } from "cborg";
import { ARRAY, BYTES, concat, encode, head, MAP, TAG } from "../support/cbor.js";

export type Tree =
  | { kind: "int"; value: number | bigint }
  | { kind: "bytes"; value: Uint8Array }
  | { kind: "text"; value: string }
  | { kind: "simple"; value: boolean | null }
  | { kind: "array"; items: Tree[] }
  | { kind: "map"; pairs: [Tree, Tree][] }
  | { kind: "tag"; number: number; item: Tree }
  | { kind: "wrap"; item: Tree }
  /** Whatever it is, well formed or not. */
  | { kind: "raw"; value: Uint8Array };

const TAGS = new Proxy<Record<number, TagDecoder>>(
  {},
  { get: (_, number) => (content: () => unknown) => new Tagged(Number(number), content()) },
);

function treeOf(item: unknown, deep: boolean): Tree {
  const inner = (each: unknown) => treeOf(each, deep);
  if (item instanceof Uint8Array) {
    // Whatever is an array, a map or a tag from end to end is taken for CBOR; texts rarely are.
    const tree = deep && item.length && item[0] >> 5 >= ARRAY ? tryParse(item) : undefined;
    return tree ? { kind: "wrap", item: tree } : { kind: "bytes", value: item };
  }
  if (Array.isArray(item)) return { kind: "array", items: item.map(inner) };
  if (item instanceof Map)
    return { kind: "map", pairs: [...item].map(([key, value]) => [inner(key), inner(value)]) };
  if (item instanceof Tagged)
    return { kind: "tag", number: item.tag, item: inner(item.value as unknown) };
  if (typeof item === "string") return { kind: "text", value: item };
  if (item === null || typeof item === "boolean") return { kind: "simple", value: item };
  if (typeof item === "bigint" || Number.isInteger(item))
    return { kind: "int", value: item as number | bigint };
  throw new Error(`${item} does not belong into an envelope`);
}

/** The tree of one item; throws for what cborg does not decode. `deep`: in byte strings, too. */
export function parse(bytes: Uint8Array, deep = true): Tree {
  return treeOf(decode(bytes, { tags: TAGS, useMaps: true }), deep);
}

/** Only if the tree is written as the same bytes again. */
export function tryParse(bytes: Uint8Array): Tree | undefined {
  try {
    const tree = parse(bytes);
    return Buffer.compare(write(tree), bytes) ? undefined : tree;
  } catch {
    return undefined;
  }
}

export function write(tree: Tree): Uint8Array {
  if (tree.kind === "array")
    return concat(head(ARRAY, tree.items.length), ...tree.items.map(write));
  if (tree.kind === "map")
    return concat(head(MAP, tree.pairs.length), ...tree.pairs.flat().map(write));
  if (tree.kind === "tag") return concat(head(TAG, tree.number), write(tree.item));
  if (tree.kind === "raw") return tree.value;
  if (tree.kind === "bytes" || tree.kind === "wrap") {
    const content = tree.kind === "wrap" ? write(tree.item) : tree.value;
    return concat(head(BYTES, content.length), content);
  }
  return encode(tree.value);
}

/** A place in a tree: how to put something else there. */
export interface Site {
  tree: Tree;
  replace(by: Tree): void;
}

/** All places, the root first. `root` receives what replaces the root. */
export function sites(tree: Tree, replace: (by: Tree) => void): Site[] {
  const found: Site[] = [{ tree, replace }];
  const visit = (child: Tree, set: (by: Tree) => void) => found.push(...sites(child, set));
  if (tree.kind === "array")
    tree.items.forEach((child, i) => {
      visit(child, (by) => {
        tree.items[i] = by;
      });
    });
  if (tree.kind === "map")
    for (const pair of tree.pairs)
      for (const side of [0, 1] as const)
        visit(pair[side], (by) => {
          pair[side] = by;
        });
  if (tree.kind === "tag" || tree.kind === "wrap")
    visit(tree.item, (by) => {
      tree.item = by;
    });
  return found;
}
