/**
 * Releases for simulated boards whose manifest is written by hand: any commands, any sections, signed
 * with the key that the boards trust. What is left out is as `suitcase pack` has it.
 */
import type { Profile } from "../../host/board/profiles.js";
import { bstr, map, type Node } from "./cbor.js";
import {
  type Changes,
  commands,
  componentId,
  digestOf,
  manifestPairs,
  override,
  seal,
  testKey,
} from "./envelopes.js";
import { agentOf, app, CLASS, type Made, VENDOR } from "./sim-board.js";

/** The key of test/support/sim-board.ts. */
const KEY = testKey(7);

export interface Part {
  name: string;
  bytes: Uint8Array;
}

export interface Custom {
  /** Behind agent and app, indices 2 and on. */
  parts?: Part[];
  agent?: Uint8Array;
  app?: Uint8Array;
  /** Behind the checks of the shared sequence, all components selected. */
  shared?: Node[];
  /** Components whose size the shared sequence does not say. */
  sizeless?: number[];
  /** In place of {@link fetches}. */
  install?: Node[];
  /** Members of the manifest in place of those of a usual release. */
  changes?: Changes;
}

/** set-component-index. */
export const select = (index: number | true): Node[] => [12, index];

/** The digest and the size of a component, as parameters. */
export const image = (bytes: Uint8Array): Changes => ({
  3: bstr(digestOf(bytes)),
  14: bytes.length,
});

/** Fetches component `index` under its name and checks it. */
export const fetch = (index: number, name: string): Node[] => [
  ...select(index),
  ...override({ 21: name }),
  ...[21, 2, 3, 15],
];

/** The install section of agent and app. */
export const fetches: Node[] = [...fetch(0, "agent"), ...fetch(1, "app")];

/** A signed release; its digest is at hand, and its payloads by their names. */
export function custom(
  profile: Profile,
  sequence: number,
  name: string,
  { parts = [], agent = agentOf(profile), app: program = app(name), ...rest }: Custom = {},
): Made {
  const all = [{ name: "agent", bytes: agent }, { name: "app", bytes: program }, ...parts];
  const identity = { 1: bstr(VENDOR), 2: bstr(CLASS) };
  const common = {
    2: all.map((part) => componentId(part.name)),
    4: commands(
      ...[...select(true), ...override(identity), 1, 15, 2, 15, ...(rest.shared ?? [])],
      ...all.flatMap(({ bytes }, i) => [
        ...select(i),
        ...override({ ...image(bytes), ...(rest.sizeless?.includes(i) && { 14: undefined }) }),
      ]),
    ),
  };
  const members = {
    2: sequence,
    7: commands(...select(true), 3, 15),
    9: commands(...select(1), 23, 2),
    20: commands(...(rest.install ?? fetches)),
    ...rest.changes,
  };
  const content = map(...manifestPairs(members, common));
  return {
    name,
    envelope: seal(content, { blocks: [{ key: KEY }], outside: [] }),
    digest: digestOf(bstr(content)).subarray(4),
    manifest: content,
    payloads: all.map((part) => ({ uri: part.name, ...part })),
    components: [],
    slotUse: 0,
    payload: (uri) => {
      const found = all.find((part) => part.name === uri);
      if (!found) throw new Error(`the board asks for ${uri}`);
      return found.bytes;
    },
  };
}
