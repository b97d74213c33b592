/**
 * Envelopes for tests, written apart from host/author: a valid update for {@link device}, any part of
 * which can be left out, replaced or spoilt, signed or not.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { DeviceState } from "../../host/device-state.js";
import { bstr, concat, encode, hex, map, type Node, type Pair, tag } from "./cbor.js";

export interface TestKey {
  /** 32 bytes. */
  publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** The key pair that belongs to a seed of 32 equal bytes. */
export function testKey(seed: number): TestKey {
  const key = createPrivateKey({
    key: Buffer.concat([hex("302e020100300506032b657004220420"), new Uint8Array(32).fill(seed)]),
    format: "der",
    type: "pkcs8",
  });
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return {
    publicKey: new Uint8Array(Buffer.from(x, "base64url")),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

export const KEY = testKey(0x51);
export const STRANGER = testKey(0x52);
export const VENDOR = new Uint8Array(16).fill(0xa1);
export const CLASS = new Uint8Array(16).fill(0xa2);
export const DEVICE = new Uint8Array(16).fill(0xa3);
export const IMAGE = new Uint8Array(Buffer.from("LED1.set()"));
/** Where the image stands in the envelope. */
export const URI = "#app";
export const SEQUENCE = 7;

/** A small board, without dependencies, that takes what {@link seal} makes by default. */
export function device(changes: Partial<DeviceState> = {}): DeviceState {
  return {
    vendor: VENDOR,
    class: CLASS,
    device: DEVICE,
    keys: [{ public: KEY.publicKey, kid: new Uint8Array(0), roles: ["author"] }],
    sequence: SEQUENCE - 1,
    slot: 0,
    slotSize: 0,
    components: new Map(),
    dependencies: false,
    ...changes,
  };
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** A SUIT_Digest `[-16, SHA-256]`. */
export function digestOf(bytes: Uint8Array): Uint8Array {
  return encode([-16, bstr(sha256(bytes))]);
}

/** The identifier `[h'name']`. */
export function componentId(name: string): Uint8Array {
  return encode([bstr(Buffer.from(name))]);
}

/** Members of a map: those of `changes` take the place of the others; undefined leaves one out. */
export type Changes = Record<number, Node | undefined>;

function pairsOf(members: Changes, changes: Changes): Pair[] {
  return Object.entries({ ...members, ...changes }).flatMap(([key, value]): Pair[] =>
    value === undefined ? [] : [[Number(key), value]],
  );
}

/** A command sequence as it stands in a manifest: a byte string around a flat array. */
export function commands(...items: Node[]): Uint8Array {
  return bstr(items);
}

/** override-parameters (20), its keys ascending. */
export function override(parameters: Changes): Node[] {
  return [20, map(...pairsOf(parameters, {}))];
}

/** The parameters of the shared sequence. */
export function identity(changes: Changes = {}): Node[] {
  const members = {
    1: bstr(VENDOR),
    2: bstr(CLASS),
    3: bstr(digestOf(IMAGE)),
    14: IMAGE.length,
  };
  return [20, map(...pairsOf(members, changes))];
}

/** What a shared sequence begins with, up to the checks of vendor and class. */
export function checked(changes: Changes = {}): Node[] {
  return [...identity(changes), 1, 15, 2, 15];
}

/** The commands of the install section. */
export const INSTALL: Node[] = [...override({ 21: URI }), 21, 2, 3, 15];

/** The members of common: 2 components, 4 shared sequence. */
export function commonPairs(changes: Changes = {}): Pair[] {
  return pairsOf({ 2: [componentId("app")], 4: commands(...checked()) }, changes);
}

/** The members of a manifest, keys ascending. */
export function manifestPairs(changes: Changes = {}, common: Changes = {}): Pair[] {
  const members = {
    1: 1,
    2: SEQUENCE,
    3: bstr(map(...commonPairs(common))),
    7: commands(3, 15),
    9: commands(23, 2),
    20: commands(...INSTALL),
  };
  return pairsOf(members, changes);
}

/** A manifest without the head of its byte string. */
export function manifest(changes: Changes = {}, common: Changes = {}): Uint8Array {
  return map(...manifestPairs(changes, common));
}

/** How a COSE_Sign1 is made; what is left out is as it should be. */
export interface Block {
  key?: TestKey;
  /** The encoded protected header; default h'a10132'. */
  header?: Node;
  unprotected?: Node;
  payload?: Node;
  /** undefined stands for 18, null for no tag. */
  tag?: number | null;
  /** What is signed in place of the Sig_structure. */
  signed?: Uint8Array;
  signature?: (good: Uint8Array) => Uint8Array;
}

export const ED25519_HEADER = bstr(map([1, -19]));

/** RFC 9052 section 4.4. */
export function sigStructure(header: Node, payload: Uint8Array): Uint8Array {
  return encode(["Signature1", header, hex("40"), bstr(payload)]);
}

/** A COSE block over a SUIT_Digest. */
export function sign1(digest: Uint8Array, block: Block = {}): Uint8Array {
  const header = block.header ?? ED25519_HEADER;
  const good = (block.key ?? KEY).sign(block.signed ?? sigStructure(header, digest));
  const signature = block.signature?.(good) ?? good;
  const payload = block.payload === undefined ? null : block.payload;
  const items = encode([header, block.unprotected ?? map(), payload, bstr(signature)]);
  return block.tag === null ? items : tag(block.tag ?? 18, items);
}

/** How an envelope is made; what is left out is as it should be. */
export interface Layers {
  /** The SUIT_Digest in the wrapper, which is what is signed. */
  digest?: Uint8Array;
  /** One entry per signature. */
  blocks?: Block[];
  /** What stands in the wrapper behind the digest, in place of byte strings around blocks. */
  authentication?: Node[];
  /** The content of the wrapper's byte string. */
  wrapper?: Uint8Array;
  /** Members behind the manifest; default the image under {@link URI}. */
  outside?: Pair[];
  /** Rearranges all members of the envelope. */
  members?: (members: Pair[]) => Pair[];
  /** What is made of the envelope's map; default tag 107 around it. */
  frame?: (map: Uint8Array) => Uint8Array;
}

export const PAYLOAD: Pair = [URI, bstr(IMAGE)];

/** Signs a manifest and puts it into an envelope. */
export function seal(content: Uint8Array = manifest(), layers: Layers = {}): Uint8Array {
  const digest = layers.digest ?? digestOf(bstr(content));
  const blocks = layers.blocks ?? [{}];
  const authentication = layers.authentication ?? blocks.map((block) => bstr(sign1(digest, block)));
  const wrapper = layers.wrapper ?? encode([bstr(digest), ...authentication]);
  const members: Pair[] = [
    [2, bstr(wrapper)],
    [3, bstr(content)],
    ...(layers.outside ?? [PAYLOAD]),
  ];
  const frame = layers.frame ?? ((bytes) => tag(107, bytes));
  return frame(map(...(layers.members?.(members) ?? members)));
}

/** An envelope of the valid manifest. */
export function sealed(layers: Layers): Uint8Array {
  return seal(manifest(), layers);
}

/** A signed envelope of a manifest with other members. */
export function update(changes: Changes, common: Changes = {}): Uint8Array {
  return seal(manifest(changes, common));
}

/** A signed envelope with another install section. */
export function install(...items: Node[]): Uint8Array {
  return update({ 20: commands(...items) });
}

/** A signed envelope with another shared sequence. */
export function shared(...items: Node[]): Uint8Array {
  return update({}, { 4: commands(...items) });
}

/** `bytes` with one byte changed. */
export function patched(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] ^= mask;
  return copy;
}

/** Where `part` stands in `whole`. */
export function find(whole: Uint8Array, part: Uint8Array): number {
  const at = Buffer.from(whole).indexOf(part);
  if (at < 0) throw new Error("not in there");
  return at;
}

/** A release of two components, "one" and "two", whose payloads are outside. */
export const ONE = new Uint8Array(Buffer.from("first"));
export const TWO = new Uint8Array(Buffer.from("second component"));

const image = (bytes: Uint8Array): Changes => ({ 3: bstr(digestOf(bytes)), 14: bytes.length });

export function twoComponents(changes: Changes = {}): Uint8Array {
  const common = {
    2: [componentId("one"), componentId("two")],
    4: commands(
      ...[12, true, ...override({ 1: bstr(VENDOR), 2: bstr(CLASS) }), 1, 15, 2, 15],
      ...[12, 0, ...override(image(ONE)), 12, 1, ...override(image(TWO))],
    ),
  };
  const members = {
    7: commands(12, true, 3, 15),
    9: commands(12, 0, 23, 2),
    20: commands(
      ...[12, 0, ...override({ 21: "/one" }), 21, 2, 3, 15],
      ...[12, 1, ...override({ 21: "/two" }), 21, 2, 3, 15],
    ),
  };
  return seal(manifest({ ...members, ...changes }, common), { outside: [] });
}

/** Nested items without the cost of nesting: `depth` heads, made for what they hold, then `core`. */
export function nested(
  depth: number,
  wrap: (inner: number) => Uint8Array,
  core: Uint8Array,
): Uint8Array {
  const heads = [core];
  let size = core.length;
  for (let i = 0; i < depth; i++) {
    const outer = wrap(size);
    heads.push(outer);
    size += outer.length;
  }
  return concat(...heads.reverse());
}
