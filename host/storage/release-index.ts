/**
 * `releases.json`: which files of a storage folder are releases, for pages that cannot list a folder.
 * It is not signed, and nothing is believed because it stands there: what a release is stands in the
 * envelope, and whom a board trusts in the board.
 */
export interface ReleaseIndex {
  version: 1;
  /** Public keys of the authors, 64 hex digits each: with them a page checks before it sends. */
  keys: string[];
  releases: ReleaseEntry[];
}

export interface ReleaseEntry {
  /** Address of the envelope, relative to that of the index. */
  envelope: string;
  bytes: number;
  /** Seconds since 1970; 0 when it is not known. */
  modified: number;
}

export const INDEX_FILE = "releases.json";
/** More are not listed: a page is for choosing one of a few. */
export const MOST_RELEASES = 50;

/** What of an index can be used; entries that are none are left out. */
export function parseIndex(value: unknown): ReleaseIndex {
  const { keys, releases } = (value ?? {}) as Record<string, unknown>;
  const list = (items: unknown): unknown[] => (Array.isArray(items) ? items : []);
  return {
    version: 1,
    keys: list(keys).filter((key): key is string => isKey(key)),
    releases: list(releases)
      .filter((entry): entry is ReleaseEntry => isName((entry as ReleaseEntry)?.envelope))
      .map(({ envelope, bytes, modified }) => {
        return { envelope, bytes: count(bytes), modified: count(modified) };
      })
      .slice(0, MOST_RELEASES),
  };
}

const isKey = (key: unknown): boolean => typeof key === "string" && /^[0-9a-f]{64}$/i.test(key);
const isName = (name: unknown): boolean =>
  typeof name === "string" && name.length > 0 && name.length < 500;
const count = (value: unknown): number => (Number.isSafeInteger(value) ? Number(value) : 0);
