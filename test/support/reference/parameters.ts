/** Parameters (draft section 8.4.8): the values that commands may set, and what they have to look like. */
import { asArray, asBytes, asInteger, asMap, asUint, inside } from "./cbor.js";
import type { ReferenceDevice } from "./device.js";
import { digestIn } from "./digest.js";
import { refuse } from "./errors.js";
import { asUri, type Manifest } from "./manifest.js";
import { checkMatch, type Match } from "./versions.js";

/** What a wait is for: authorization (1) at a priority, or a time (5). */
export type WaitInfo = Map<number, number>;

/** Parameters of one component. */
export interface Parameters {
  vendor?: Uint8Array;
  class?: Uint8Array;
  digest?: Uint8Array;
  useBefore?: number;
  slot?: number;
  size?: number;
  content?: Uint8Array;
  uri?: string;
  /** The source component's identifier. */
  source?: string;
  invokeArguments?: Uint8Array;
  device?: Uint8Array;
  fetchArguments?: Uint8Array;
  battery?: number;
  priority?: number;
  version?: Match;
  wait?: WaitInfo;
}

const asIdentifier = (item: unknown): Uint8Array => {
  const bytes = asBytes(item);
  return bytes.length === 16 ? bytes : refuse("PARAMETER_VALUE");
};

export const asBoolean = (item: unknown): boolean =>
  typeof item === "boolean" ? item : refuse("PARAMETER_VALUE");

/** An index into the manifest's list of components. */
export function asIndex(item: unknown, manifest: Manifest): number {
  const isIndex = typeof item === "number" && Number.isInteger(item) && item >= 0;
  return isIndex && item < manifest.components.length ? item : refuse("COMPONENT_INDEX");
}

const asWaitInfo = (item: unknown): WaitInfo => {
  const events: WaitInfo = new Map();
  for (const [key, value] of asMap(inside(item)))
    if (key === 1) events.set(1, asInteger(value));
    else if (key === 5) events.set(5, asUint(value));
    else refuse("PARAMETER_UNSUPPORTED");
  return events.size ? events : refuse("PARAMETER_VALUE");
};

type Reader = (value: unknown, manifest: Manifest, device: ReferenceDevice) => unknown;

/** Name and reader of each parameter that belongs to a component. */
export const COMPONENT_PARAMETERS: Record<number, [keyof Parameters, Reader]> = {
  1: ["vendor", asIdentifier],
  2: ["class", asIdentifier],
  3: ["digest", (value) => digestIn(inside(value))],
  4: ["useBefore", asUint],
  5: ["slot", asUint],
  14: ["size", asUint],
  18: ["content", asBytes],
  21: [
    "uri",
    (value, _, { limits }) => {
      const uri = asUri(value);
      return uri.length > limits.uri ? refuse("URI_TOO_LONG") : uri;
    },
  ],
  22: ["source", (value, manifest) => manifest.components[asIndex(value, manifest)]],
  23: ["invokeArguments", asBytes],
  24: ["device", asIdentifier],
  25: ["fetchArguments", asBytes],
  26: ["battery", asUint],
  27: ["priority", asInteger],
  28: ["version", (value) => checkMatch(inside(value))],
  29: ["wait", asWaitInfo],
};

/** The selection of set-component-index (6.5): an index, true, or a list of indices. */
export function readSelection(item: unknown, manifest: Manifest): number[] {
  const { components } = manifest;
  if (item === true) return components.map((_, i) => i);
  if (!Array.isArray(item)) return [asIndex(item, manifest)];
  const list = asArray(item);
  if (!list.length || list.length > components.length) return refuse("COMPONENT_INDEX");
  return list.map((index) => asIndex(index, manifest));
}
