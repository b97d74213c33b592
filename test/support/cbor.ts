/**
 * A CBOR writer that writes whatever it is told to, ill-formed things included. Every function gives
 * encoded bytes, and encoded bytes stand for themselves wherever a node is taken: any part of a tree
 * can be replaced by anything.
 */

/** A `Uint8Array` is CBOR that is encoded already; byte strings are made by {@link bstr}. */
export type Node = number | bigint | string | boolean | null | Uint8Array | Node[];
export type Pair = [key: Node, value: Node];
/** Bytes of argument behind the initial byte. */
export type Width = 0 | 1 | 2 | 4 | 8;

export const UINT = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;

const shortest = (value: bigint): Width => {
  if (value < 24n) return 0;
  if (value < 0x100n) return 1;
  if (value < 0x10000n) return 2;
  return value < 0x100000000n ? 4 : 8;
};

/** A head; `width` takes another form than the shortest one. */
export function head(type: number, value: number | bigint, width?: Width): Uint8Array {
  let rest = BigInt(value);
  const size = width ?? shortest(rest);
  if (!size) return Uint8Array.of((type << 5) | Number(rest));
  const bytes = new Uint8Array(1 + size);
  bytes[0] = (type << 5) | (24 + Math.log2(size));
  for (let i = size; i; i--) {
    bytes[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function encode(node: Node): Uint8Array {
  if (node instanceof Uint8Array) return node;
  if (Array.isArray(node)) return concat(head(ARRAY, node.length), ...node.map(encode));
  if (typeof node === "string") {
    const utf8 = Buffer.from(node, "utf8");
    return concat(head(TEXT, utf8.length), utf8);
  }
  if (typeof node === "number" || typeof node === "bigint")
    return node < 0 ? head(NEGATIVE, -1n - BigInt(node)) : head(UINT, node);
  return Uint8Array.of(node === null ? 0xf6 : node ? 0xf5 : 0xf4);
}

/** A byte string around bytes, or around encoded CBOR. */
export function bstr(content: Node, width?: Width): Uint8Array {
  const bytes = encode(content);
  return concat(head(BYTES, bytes.length, width), bytes);
}

/** A map with its pairs in the given order, duplicates and all. */
export function map(...pairs: Pair[]): Uint8Array {
  return concat(head(MAP, pairs.length), ...pairs.flat().map(encode));
}

export function tag(number: number, node: Node): Uint8Array {
  return concat(head(TAG, number), encode(node));
}

/** An item of indefinite length. */
export function indefinite(type: number, ...parts: Node[]): Uint8Array {
  return concat(Uint8Array.of((type << 5) | 31), ...parts.map(encode), Uint8Array.of(0xff));
}

export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
}
