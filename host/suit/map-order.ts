/**
 * Which maps of an envelope are out of canonical order. Tools such as Nordic's generator write maps
 * in the order of their source; the signature holds all the same, since it is over the bytes.
 *
 * "All CBOR maps in the Manifest and manifest envelope" must be in order (draft -37, section 8.1). COSE
 * structures are not counted among them: RFC 9052 leaves the order of headers free, and an example of
 * the firmware encryption draft uses that.
 */
import type { Layout } from "./layouts.js";
import { unorderedMaps } from "./order.js";
import { mapOf, memberContent, nestedSequences, opened } from "./sections.js";

const COMMON = 3;
const SHARED = 4;
const NOTHING = new Uint8Array(0);

/** Never throws: what cannot be read has no order. */
function look(value: unknown, path: string): string[] {
  try {
    return unorderedMaps(value, path);
  } catch {
    return [];
  }
}

/**
 * The maps of an envelope that are out of order, as paths from the part that holds them, such as
 * `manifest`, `shared[1]` (the argument of the first command) or `text.en`.
 *
 * @param members the decoded envelope without its tag
 */
export function mapsOutOfOrder(members: Map<unknown, unknown>, layout: Layout): string[] {
  const manifest = mapOf(opened(members.get(3)));
  const common = mapOf(opened(manifest.get(COMMON)));
  const shared = common.get(SHARED);
  const sections = layout.sequences.map((key) => ({
    name: layout.names[key],
    content: memberContent(key, manifest, members),
  }));
  if (shared instanceof Uint8Array) sections.unshift({ name: "shared", content: shared });
  return [
    ...look(members, "envelope"),
    ...look(manifest, "manifest"),
    ...look(common, "common"),
    ...sections.flatMap(({ name, content }) =>
      nestedSequences({ name, content: content ?? NOTHING }).flatMap(({ path, items }) =>
        look(items, path),
      ),
    ),
    ...look(opened(memberContent(layout.text, manifest, members)), "text"),
  ];
}
