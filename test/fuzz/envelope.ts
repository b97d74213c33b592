/** Whole envelopes: manifests with all sections there are, severed and integrated, signed. */
import { bstr, encode, hex, map, type Node, type Pair, tag } from "../support/cbor.js";
import { type Block, digestOf, KEY, STRANGER, seal, sign1 } from "../support/envelopes.js";
import type { Choices } from "./choices.js";
import { type Dependency, Writer } from "./commands.js";
import { CONTENTS, type FuzzDevice, idOf } from "./devices.js";
import { INTEGRATED } from "./parameters.js";
import { State } from "./state.js";

const ORDER = [15, 16, 18, 20, 7, 8, 9];
const ONLY_WITH_DEPENDENCIES = [15, 18];
const SEVERABLE = [15, 16, 18, 20, 23];
const TEXT = 23;

/** A manifest before it is signed. */
export interface Draft {
  manifest: Uint8Array;
  /** Members of the envelope behind the manifest, in order. */
  outside: Pair[];
}

/** Members in the order of their keys, byte by byte. */
export function ordered(pairs: Pair[]): Pair[] {
  return [...pairs].sort(([a], [b]) => Buffer.compare(encode(a), encode(b)));
}

const NAMES = ["app", "cfg", "stage", "old"];
const TEXTS = bstr(map(["en", map([1, "a release"])]));

interface Shape {
  choices: Choices;
  device: FuzzDevice;
  wild: boolean;
  names: string[];
  sections: number[];
  dependency?: Dependency;
}

/** The command sequences by section, 0 the shared one. */
function sequences({ sections, ...shape }: Shape): Map<number, Uint8Array> {
  const { choices, device, dependency } = shape;
  const made = new Map<number, Uint8Array>();
  const writer = new Writer({ ...shape, state: new State(device) });
  const hasShared = !choices.rarely(16);
  if (hasShared)
    made.set(
      0,
      writer.write(0, choices.below(2), () => writer.introduce()),
    );
  let isFirst = true;
  for (const section of sections) {
    if (hasShared && made.size > 1) for (const effect of writer.effects) effect();
    const first = (): Node[] => {
      const items: Node[] = [];
      if (dependency && (!isFirst || [15, 16, 20].includes(section))) {
        if (isFirst || dependency.sections.includes(section))
          items.push(...writer.depend(dependency, isFirst));
        isFirst = false;
      }
      return items;
    };
    made.set(section, writer.write(section, 1 + choices.below(4), first));
  }
  return made;
}

/** Makes a manifest; severed sections stand outside. */
function draft(shape: Shape, sequenceNumber: number): Draft {
  const { choices, device, names, dependency } = shape;
  const listed = names.map((name) => hex(idOf(name)));
  const made = sequences(shape);
  const common: Pair[] = [[2, listed]];
  if (dependency) {
    const at = names.indexOf(dependency.name);
    // By the text it is one of the list; the draft's examples have it behind the list.
    const isBehind = choices.rarely(2);
    if (isBehind) listed.splice(at, 1);
    common.unshift([1, map([at, isBehind ? map([1, hex(idOf(dependency.name))]) : map()])]);
  }
  const shared = made.get(0);
  if (shared) common.push([4, shared]);
  const members: Pair[] = [
    [1, 1],
    [2, sequenceNumber],
    [3, bstr(map(...common))],
  ];
  const outside: Pair[] = [];
  if (choices.rarely(6)) members.push([4, "coap://example"]);
  if (choices.rarely(8) && device.features.length) members.push([5, hex(idOf("me"))]);
  if (choices.rarely(6)) members.push([6, bstr([1, choices.below(30), -1])]);
  const add = (key: number, value: Node) => {
    if (!SEVERABLE.includes(key) || !choices.rarely(4)) members.push([key, value]);
    else {
      members.push([key, digestOf(encode(value))]);
      // The text may be missing: it is for people.
      if (key !== TEXT || choices.rarely(2)) outside.push([key, value]);
    }
  };
  for (const [section, content] of made) if (section) add(section, content);
  if (choices.rarely(6)) add(TEXT, TEXTS);
  INTEGRATED.forEach((uri, i) => {
    if (!choices.rarely(16)) outside.push([uri, bstr(CONTENTS[i])]);
  });
  return { manifest: map(...ordered(members)), outside: ordered(outside) };
}

const OTHER_TAGS = [17, 97, 98];

/** A block that does not count, beside one that does. */
function stray(digest: Uint8Array, choices: Choices): Node {
  return bstr(
    choices.pick([
      () => sign1(digest, { key: STRANGER }),
      () => sign1(digest, { header: bstr(map([1, -7])) }),
      () => tag(choices.pick(OTHER_TAGS), [bstr(map([1, 5])), map(), null, bstr("mac")]),
      () => sign1(digest, { unprotected: map([1, -19]), header: bstr(map()) }),
      () => sign1(digest, { signature: (good) => good.map((byte) => byte ^ 1) }),
    ])(),
  );
}

function goodBlock(device: FuzzDevice, choices: Choices): Block {
  const { kid } = device.keys[device.keys.length - 1];
  const header: Pair[] = [[1, choices.rarely(4) ? -8 : -19]];
  if (kid.length || choices.rarely(6)) {
    if (choices.rarely(2)) return { header: bstr(map(...header, [4, bstr(kid)])) };
    return { header: bstr(map(...header)), unprotected: map([4, bstr(kid)]) };
  }
  return { header: bstr(map(...header)) };
}

/** Signs a manifest for a device that trusts {@link KEY}. */
export function sign({ manifest, outside }: Draft, device: FuzzDevice, choices: Choices) {
  const digest = digestOf(bstr(manifest));
  const blocks: Node[] = [bstr(sign1(digest, { key: KEY, ...goodBlock(device, choices) }))];
  while (choices.rarely(6) && blocks.length < 9)
    blocks.splice(choices.below(blocks.length + 1), 0, stray(digest, choices));
  return seal(manifest, { authentication: blocks, outside });
}

const subset = (list: number[], rarity: number, choices: Choices) =>
  list.filter(() => !choices.rarely(rarity));

/** An envelope that has no dependencies, to be one. */
function makeDependency(device: FuzzDevice, choices: Choices): [Dependency, Draft] {
  const names = [choices.pick(["inner", "app", "cfg"])];
  const sections = subset(ORDER, 2, choices);
  if (!sections.length) sections.push(20);
  const inner = draft({ choices, device, names, sections, wild: false }, 1);
  const uri = "#dep";
  const dependency = { name: "dep", manifest: bstr(inner.manifest), uri, sections, touches: names };
  return [dependency, inner];
}

/** A signed update for one of the devices: mostly one that is accepted. */
export function draftFor(device: FuzzDevice, choices: Choices): Draft {
  const trusts = device.features.includes("dependencies");
  const wild = choices.rarely(4);
  const names = [...NAMES.slice(0, choices.pick([1, 1, 2, 3, 4]))];
  const sections = subset(ORDER, 3, choices).filter(
    (code) => trusts || !ONLY_WITH_DEPENDENCIES.includes(code),
  );
  const number = device.sequence + 1 + choices.below(9);
  if (!trusts || !choices.rarely(5))
    return draft({ choices, device, names, sections, wild }, number);
  const [dependency, inner] = makeDependency(device, choices);
  const first = choices.pick([15, 16, 20]);
  const all = new Set([...sections, first, ...dependency.sections]);
  const from = ORDER.indexOf(first);
  const outer = draft(
    {
      ...{ choices, device, wild, dependency },
      names: [...names, dependency.name],
      sections: ORDER.filter((code) => all.has(code) && ORDER.indexOf(code) >= from),
    },
    number,
  );
  outer.outside.push([dependency.uri, bstr(sign(inner, device, choices))]);
  return { ...outer, outside: ordered(outer.outside) };
}
