/**
 * Decode, then encode: everything that is accepted has one form only. A second decoder (cborg) and a
 * second encoder (test/support/cbor.ts) have to give back the bytes of every layer.
 */
import { parse, type Tree, write } from "./tree.js";

/** Sections that are command sequences, by key of the manifest or of the envelope. */
const SEQUENCES = [7, 8, 9, 15, 16, 18, 20];
const COMMON = 3;
const SET_VERSION = 6;
const TRY_EACH = 15;
const SET_PARAMETERS = [19, 20];
const RUN_SEQUENCE = 32;
/** Parameters that are CBOR in a byte string: digest, version match, wait-info. */
const WRAPPED = [3, 28, 29];

export class NotCanonical extends Error {}

/** The tree of a layer whose bytes are what it is written as again. */
function layer(bytes: Uint8Array): Tree {
  const tree = parse(bytes, false);
  if (Buffer.compare(write(tree), bytes))
    throw new NotCanonical(`${Buffer.from(bytes).toString("hex")} has another form`);
  checkKeys(tree);
  return tree;
}

/** Keys of all maps of one layer ascend. What looks like CBOR in a byte string need not be. */
function checkKeys(tree: Tree): void {
  if (tree.kind === "array") tree.items.forEach(checkKeys);
  if (tree.kind === "tag") checkKeys(tree.item);
  if (tree.kind !== "map") return;
  const keys = tree.pairs.map(([key]) => Buffer.from(write(key)));
  if (keys.some((key, i) => i && Buffer.compare(keys[i - 1], key) >= 0))
    throw new NotCanonical("keys do not ascend");
  for (const [, value] of tree.pairs) checkKeys(value);
}

/** The layer in a byte string. */
function inside(tree: Tree | undefined): Tree {
  if (tree?.kind === "bytes") return layer(tree.value);
  throw new NotCanonical(`${tree?.kind} in place of a byte string`);
}

function pairs(tree: Tree): [number | string | undefined, Tree][] {
  if (tree.kind !== "map") throw new NotCanonical(`${tree.kind} in place of a map`);
  return tree.pairs.map(([key, value]) => [
    key.kind === "int" ? Number(key.value) : key.kind === "text" ? key.value : undefined,
    value,
  ]);
}

function items(tree: Tree): Tree[] {
  if (tree.kind !== "array") throw new NotCanonical(`${tree.kind} in place of an array`);
  return tree.items;
}

function checkSequence(tree: Tree): void {
  const list = items(tree);
  for (let i = 0; i < list.length; i += 2) {
    const code = list[i].kind === "int" ? Number((list[i] as { value: number }).value) : -1;
    const argument = list[i + 1];
    if (code === TRY_EACH) {
      for (const each of items(argument)) if (each.kind !== "simple") checkSequence(inside(each));
    } else if (code === RUN_SEQUENCE) checkSequence(inside(argument));
    else if (SET_PARAMETERS.includes(code))
      for (const [key, value] of pairs(argument))
        if (WRAPPED.includes(key as number)) inside(value);
  }
}

function checkManifest(tree: Tree): void {
  const members = pairs(tree);
  // Without any section nothing is executed, and then the shared sequence is not looked at.
  const isRun = members.some(([key]) => SEQUENCES.includes(key as number));
  for (const [key, value] of members) {
    if (key === COMMON) {
      for (const [member, content] of pairs(inside(value)))
        if (member === 4 && isRun) checkSequence(inside(content));
    } else if (key === SET_VERSION) inside(value);
    // A section, or the digest of a severed one.
    else if (SEQUENCES.includes(key as number) && value.kind !== "array")
      checkSequence(inside(value));
  }
}

/** One block in its canonical form is enough: others may be of a kind that is not looked into. */
function checkBlock(blocks: Tree[]): void {
  const reasons: unknown[] = [];
  for (const block of blocks)
    try {
      const sign1 = inside(block);
      if (sign1.kind !== "tag") throw new NotCanonical("no tag");
      inside(items(sign1.item)[0]);
      return;
    } catch (reason) {
      reasons.push(reason);
    }
  throw reasons[0];
}

/** Throws {@link NotCanonical} for an accepted envelope that could be written in another way. */
export function checkRoundTrip(envelope: Uint8Array): void {
  const top = layer(envelope);
  if (top.kind !== "tag" || top.item.kind !== "map") throw new NotCanonical("no envelope");
  // Keys are in bytewise order: the wrapper is in front of the manifest.
  for (const [key, value] of pairs(top.item))
    if (key === 2) {
      const [digest, ...blocks] = items(inside(value));
      inside(digest);
      checkBlock(blocks);
    } else if (key === 3) checkManifest(inside(value));
    else if (SEQUENCES.includes(key as number)) checkSequence(inside(value));
}
