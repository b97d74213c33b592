/** Makes `releases.json` of a folder (release-index.ts). */
import { readdir, stat } from "node:fs/promises";
import { insidePath } from "./inside.js";
import { MOST_RELEASES, type ReleaseEntry, type ReleaseIndex } from "./release-index.js";

/** Folders in folders that are looked into. */
const DEPTH = 4;

/**
 * The newest envelopes of a folder and those below it, by the age of their files.
 *
 * @param root the folder's real path
 * @param keys public keys of the authors, hex
 */
export async function listReleases(root: string, keys: string[]): Promise<ReleaseIndex> {
  const releases = await collect(root, []);
  releases.sort((a, b) => b.modified - a.modified || (a.envelope < b.envelope ? -1 : 1));
  return { version: 1, keys, releases: releases.slice(0, MOST_RELEASES) };
}

async function collect(root: string, segments: string[]): Promise<ReleaseEntry[]> {
  const found: ReleaseEntry[] = [];
  const folder = await insidePath(root, segments);
  if (folder === null) return found;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = [...segments, entry.name];
    // A link to a folder might lead around in a circle.
    if (entry.isDirectory()) {
      if (path.length <= DEPTH) found.push(...(await collect(root, path)));
    } else if (/\.suit$/i.test(entry.name)) {
      const inside = await insidePath(root, path);
      const info = inside === null ? null : await stat(inside).catch(() => null);
      if (info?.isFile()) found.push(entryOf(path, info.size, info.mtimeMs));
    }
  }
  return found;
}

const entryOf = (path: string[], bytes: number, modified: number): ReleaseEntry => ({
  envelope: path.map(encodeURIComponent).join("/"),
  bytes,
  modified: Math.floor(modified / 1000),
});
