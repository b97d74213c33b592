/** Changes of one node: its type, length, key, order, nesting or value. */
import { bstr, concat, encode, head, hex, MAP } from "../support/cbor.js";
import type { Choices } from "./choices.js";
import { sites, type Tree, write } from "./tree.js";

const NUMBERS = [
  ...[0, 1, 2, 15, 16, 23, 24, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1],
  ...[2n ** 53n, 2n ** 64n - 1n, -1, -16, -19, -24, -25, -256, -257, -(2n ** 64n)],
];
/** Every code point that means something somewhere, and one of each kind that does not. */
const CODES = Array.from({ length: 40 }, (_, i) => i);

const RAW = [
  ..."f7 f8ff f90000 f97e00 fb3ff8000000000000 ff 5fff 7fff 9fff bfff c000 d86b a0 80 40 60".split(
    " ",
  ),
  ..."1c 1800 190001 1b0000000000000001 3800 5800 7800 9800 b800 61ff 62c328 8181818181818181".split(
    " ",
  ),
].map(hex);

const int = (value: number | bigint): Tree => ({ kind: "int", value });
const raw = (value: Uint8Array): Tree => ({ kind: "raw", value });

/** A value that has nothing to do with what it replaces. */
function anything(choices: Choices): Tree {
  switch (choices.below(9)) {
    case 0:
      return int(choices.pick(CODES));
    case 1:
      return int(choices.pick(NUMBERS));
    case 2:
      return { kind: "simple", value: choices.pick([null, true, false]) };
    case 3:
      return { kind: "bytes", value: choices.take(choices.pick([0, 1, 16, 32])) };
    case 4:
      return { kind: "text", value: choices.pick(["", "#app", "/one", "é", "a b", "\u0000"]) };
    case 5:
      return { kind: "array", items: [int(choices.below(3)), int(choices.below(3))] };
    case 6:
      return { kind: "map", pairs: [[int(choices.below(40)), int(choices.below(3))]] };
    default:
      return raw(choices.pick(RAW));
  }
}

/** Another of the same kind. */
function edge(tree: Tree, choices: Choices): Tree {
  if (tree.kind === "int") {
    const near = typeof tree.value === "number" ? [tree.value + 1, tree.value - 1] : NUMBERS;
    return int(choices.pick(choices.pick([near, CODES, NUMBERS])));
  }
  if (tree.kind === "simple") return { kind: "simple", value: choices.pick([null, true, false]) };
  if (tree.kind === "bytes" || tree.kind === "text") {
    const bytes = Buffer.from(tree.value as string);
    const changed = choices.pick([
      () => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
      () => bytes.subarray(1),
      () => bytes.subarray(0, choices.below(bytes.length + 1)),
      () => concat(bytes, choices.take(choices.pick([1, 2, 90]))),
    ])();
    return tree.kind === "bytes"
      ? { kind: "bytes", value: Uint8Array.from(changed) }
      : { kind: "text", value: Buffer.from(changed).toString("latin1") };
  }
  return anything(choices);
}

/** The same item with another head: too long, of indefinite length, or with a wrong count. */
function badHead(tree: Tree, choices: Choices): Tree {
  const bytes = write(tree);
  if (!bytes.length) return raw(bytes);
  const type = bytes[0] >> 5;
  const low = bytes[0] & 31;
  if (low < 24 && type < 7)
    return choices.pick([
      () => raw(concat(head(type, low, choices.pick([1, 2, 4, 8])), bytes.subarray(1))),
      () => raw(concat(Uint8Array.of(bytes[0] | 31), bytes.subarray(1), hex("ff"))),
      () => raw(concat(Uint8Array.of(bytes[0] ^ 1), bytes.subarray(1))),
    ])();
  return raw(concat(Uint8Array.of(bytes[0] ^ choices.pick([1, 2, 32])), bytes.subarray(1)));
}

/** Members of an array or map: left out, doubled, changed over, more of them. */
function members<T>(list: T[], more: () => T, choices: Choices): T[] {
  const at = choices.below(list.length + 1);
  const other = choices.below(list.length + 1);
  const copy = [...list];
  switch (choices.below(4)) {
    case 0:
      copy.splice(at, 1);
      break;
    case 1:
      copy.splice(at, 0, ...list.slice(other, other + 1));
      break;
    case 2:
      if (at < list.length && other < list.length)
        [copy[at], copy[other]] = [list[other], list[at]];
      break;
    default:
      copy.splice(at, 0, more());
  }
  return copy;
}

function reshape(tree: Tree, choices: Choices): Tree {
  if (tree.kind === "array")
    return { kind: "array", items: members(tree.items, () => anything(choices), choices) };
  if (tree.kind === "map") {
    const pairs = members<[Tree, Tree]>(
      tree.pairs,
      () => [int(choices.pick(CODES)), anything(choices)],
      choices,
    );
    return { kind: "map", pairs };
  }
  return edge(tree, choices);
}

/** Something around it, or something around it less. */
function nest(tree: Tree, choices: Choices): Tree {
  switch (choices.below(5)) {
    case 0:
      return { kind: "array", items: [tree] };
    case 1:
      return { kind: "wrap", item: tree };
    case 2:
      return { kind: "tag", number: choices.pick([18, 24, 98, 107, 112, 1070]), item: tree };
    case 3:
      return tree.kind === "wrap" || tree.kind === "tag" ? tree.item : { kind: "wrap", item: tree };
    default:
      return raw(concat(head(MAP, 1), encode(choices.below(9)), bstr(write(tree))));
  }
}

const WAYS = [edge, reshape, badHead, nest, (_: Tree, choices: Choices) => anything(choices)];

/** Changes one node of the tree, which is used up; gives the whole. */
export function mutate(tree: Tree, choices: Choices): Tree {
  let result = tree;
  const site = choices.pick(
    sites(tree, (by) => {
      result = by;
    }),
  );
  site.replace(choices.pick(WAYS)(site.tree, choices));
  return result;
}
