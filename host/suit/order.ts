import { encode, Tagged } from "cborg";
import { diagnostic } from "./diagnostic.js";

/** Whether the keys rise bytewise in their encoded form (RFC 8949, section 4.2.1). */
function isOrdered(keys: unknown[]): boolean {
  const encoded = keys.map((key) => encode(key));
  return encoded.every((key, i) => i === 0 || Buffer.compare(encoded[i - 1], key) < 0);
}

/**
 * The paths of the maps in a decoded item whose keys are out of canonical order, such as
 * `manifest`, `install[1]`, `text.en`. Byte strings are not looked into.
 *
 * @param path names the item itself
 */
export function unorderedMaps(value: unknown, path: string): string[] {
  if (value instanceof Tagged) return unorderedMaps(value.value, path);
  if (Array.isArray(value))
    return value.flatMap((item, index) => unorderedMaps(item, `${path}[${index}]`));
  if (!(value instanceof Map)) return [];
  const inner = [...value].flatMap(([key, item]) =>
    unorderedMaps(item, `${path}.${typeof key === "string" ? key : diagnostic(key)}`),
  );
  return isOrdered([...value.keys()]) ? inner : [path, ...inner];
}
