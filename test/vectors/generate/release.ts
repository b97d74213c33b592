/** Releases for the suite: a valid one for the default device, any part of which can be replaced. */
import { createHash } from "node:crypto";
import { bstr, concat, encode, hex, map, type Node, type Pair } from "../../support/cbor.js";
import {
  type Changes,
  commands,
  componentId,
  digestOf,
  type Layers,
  override,
  seal,
} from "../../support/envelopes.js";

/** RFC 9562, version 5. */
export function uuid5(namespace: Uint8Array, name: string): Uint8Array {
  const hash = createHash("sha1").update(namespace).update(name).digest();
  const uuid = new Uint8Array(hash.subarray(0, 16));
  uuid[6] = (uuid[6] & 0x0f) | 0x50;
  uuid[8] = (uuid[8] & 0x3f) | 0x80;
  return uuid;
}

const DNS = hex("6ba7b810 9dad 11d1 80b4 00c04fd430c8");
/** 8.4.8.2: the vendor by its domain, the class and the device in the vendor's name space. */
export const VENDOR = uuid5(DNS, "example.com");
export const CLASS = uuid5(VENDOR, "suite-board");
export const DEVICE = uuid5(VENDOR, "device-0001");
export const OTHER_VENDOR = uuid5(DNS, "example.org");
export const OTHER_CLASS = uuid5(VENDOR, "other-board");
export const OTHER_DEVICE = uuid5(VENDOR, "device-0002");

const text = (content: string) => new Uint8Array(Buffer.from(content));
/** What the default release installs. */
export const APP = text("LED1.set(); // version 7\n");
/** Of the same length as {@link APP}. */
export const OLD = text("LED1.set(); // version 6\n");
export const CFG = text('{"interval":500}\n');
export const AUX = text("exports.on = 1;\n");
/** Images by file. */
export const IMAGE_FILES: Record<string, Uint8Array> = {
  "app.bin": APP,
  "old.bin": OLD,
  "cfg.bin": CFG,
  "aux.bin": AUX,
  "empty.bin": new Uint8Array(0),
  "app-and-a-byte.bin": concat(APP, hex("00")),
  "app-less-a-byte.bin": APP.subarray(0, -1),
};

/** Sequence number of a release. */
export const SEQUENCE = 7;
/** Report policies (8.4.7): all, and failures only. */
export const ALL = 15;
export const FAILURES = 2;

/** The digest parameter of an image. */
export const digest = (image: Uint8Array) => bstr(digestOf(image));
/** Digest and size. */
export const image = (content: Uint8Array): Changes => ({ 3: digest(content), 14: content.length });
export const WHO: Changes = { 1: bstr(VENDOR), 2: bstr(CLASS) };
/** Conditions vendor and class. */
export const CHECK: Node[] = [1, ALL, 2, ALL];
export const MATCH: Node[] = [3, ALL];
export const ABORT: Node[] = [14, ALL];
export const set = override;
/** A nested sequence: a byte string around a flat array. */
export const sequence = commands;
/** fetch from a URI. */
export const fetch = (uri: string): Node[] => [...set({ 21: uri }), 21, FAILURES];

/** Parts of a release. A section that is undefined is left out; null is what the default has. */
export interface Parts {
  shared?: Node[] | null;
  install?: Node[] | null;
  validate?: Node[] | null;
  fetch?: Node[];
  load?: Node[];
  invoke?: Node[];
  /** Other members of the manifest, of common, and of the envelope behind the manifest. */
  manifest?: Changes;
  common?: Changes;
  outside?: Pair[];
  layers?: Layers;
}

interface Defaults {
  components: string[];
  shared: Node[];
  install: Node[];
  validate: Node[];
  outside: Pair[];
}

const pairs = (members: Changes): Pair[] =>
  Object.entries(members).flatMap(([key, value]): Pair[] =>
    value === undefined ? [] : [[Number(key), value]],
  );

const section = (items: Node[] | undefined): Uint8Array | undefined => items && commands(...items);
const or = (items: Node[] | null | undefined, otherwise: Node[]): Node[] | undefined =>
  items === null ? undefined : (items ?? otherwise);

/** The manifest of a release, without the head of its byte string. */
export function content(parts: Parts, defaults: Defaults): Uint8Array {
  const common = {
    2: defaults.components.map(componentId),
    4: section(or(parts.shared, defaults.shared)),
    ...parts.common,
  };
  return map(
    ...pairs({
      1: 1,
      2: SEQUENCE,
      3: bstr(map(...pairs(common))),
      7: section(or(parts.validate, defaults.validate)),
      8: section(parts.load),
      9: section(parts.invoke),
      16: section(parts.fetch),
      20: section(or(parts.install, defaults.install)),
      ...parts.manifest,
    }),
  );
}

const build = (parts: Parts, defaults: Defaults): Uint8Array =>
  seal(content(parts, defaults), {
    outside: parts.outside ?? defaults.outside,
    ...parts.layers,
  });

export const SHARED: Node[] = [...set({ ...WHO, ...image(APP) }), ...CHECK];
export const INSTALL: Node[] = [...fetch("#app"), ...MATCH];
export const PAYLOAD: Pair = ["#app", bstr(APP)];

const ONE: Defaults = {
  components: ["app"],
  shared: SHARED,
  install: INSTALL,
  validate: MATCH,
  outside: [PAYLOAD],
};

/** One component, "app", whose image is in the envelope. */
export const one = (parts: Parts = {}): Uint8Array => build(parts, ONE);
export const oneManifest = (parts: Parts = {}): Uint8Array => content(parts, ONE);

const WHO_ALL: Node[] = [12, true, ...set(WHO), ...CHECK];
export const SHARED_TWO: Node[] = [
  ...WHO_ALL,
  12,
  0,
  ...set(image(APP)),
  12,
  1,
  ...set(image(CFG)),
];
const MATCH_ALL: Node[] = [12, true, ...MATCH];
export const INSTALL_TWO: Node[] = [12, 0, ...fetch("#app"), 12, 1, ...fetch("#cfg")];
const OUTSIDE_TWO: Pair[] = [PAYLOAD, ["#cfg", bstr(CFG)]];

/** Two components, "app" and "cfg", both in the envelope. */
export const two = (parts: Parts = {}): Uint8Array =>
  build(parts, {
    components: ["app", "cfg"],
    shared: SHARED_TWO,
    install: INSTALL_TWO,
    validate: MATCH_ALL,
    outside: OUTSIDE_TWO,
  });

export const SHARED_THREE: Node[] = [...SHARED_TWO, 12, 2, ...set(image(AUX))];
export const INSTALL_THREE: Node[] = [...INSTALL_TWO, 12, 2, ...fetch("#aux")];

/** Three components, "app", "cfg" and "aux". */
export const three = (parts: Parts = {}): Uint8Array =>
  build(parts, {
    components: ["app", "cfg", "aux"],
    shared: SHARED_THREE,
    install: INSTALL_THREE,
    validate: MATCH_ALL,
    outside: [PAYLOAD, ["#aux", bstr(AUX)], ["#cfg", bstr(CFG)]],
  });

/** "app" and "stage": what is in the second one, and is meant to get into the first. */
export const staged = (parts: Parts = {}): Uint8Array =>
  build(parts, {
    components: ["app", "stage"],
    shared: [...WHO_ALL, ...set(image(APP))],
    fetch: undefined,
    install: [12, 1, ...fetch("#app"), 12, 0, ...set({ 22: 1 }), 22, FAILURES],
    validate: MATCH_ALL,
    outside: [PAYLOAD],
  } as Defaults);

/** Hex of the CBOR of a component identifier; a slash parts its byte strings. */
export const idOf = (name: string): string =>
  Buffer.from(encode(name.split("/").map((part) => bstr(text(part))))).toString("hex");

export { bstr, commands, componentId, concat, encode, hex, map, override };
