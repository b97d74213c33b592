/** What of a folder may be shown: nothing outside it, nothing hidden, no private keys. */
import { open, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/** Firmware for microcontrollers: more than this is a mistake, and is not read into memory. */
const MAX_FILE = 64 * 1024 * 1024;

/** The decoded segments of a path; null when it is malformed or tries to leave. */
export function pathSegments(url: string): string[] | null {
  const path = url.split("?", 1)[0] as string;
  if (!path.startsWith("/")) return null;
  try {
    const segments = path.slice(1).split("/").map(decodeURIComponent);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused here
    const isForeign = (name: string) => /[/\\\x00-\x1f]/.test(name) || name === "..";
    return segments.some(isForeign) ? null : segments;
  } catch {
    return null;
  }
}

/** The real path when it exists, lies in `root` and may be shown; null otherwise. */
export async function insidePath(root: string, segments: string[]): Promise<string | null> {
  if (segments.some(isHidden)) return null;
  const path = await realpath(join(root, ...segments)).catch(() => null);
  const isInside = path === root || path?.startsWith(root.endsWith(sep) ? root : root + sep);
  // a link may point at a name that is hidden under its own
  if (path === null || !isInside || path.slice(root.length).split(sep).some(isHidden)) return null;
  return path;
}

function isHidden(name: string): boolean {
  return name.startsWith(".") || /\.(key|pem)$/i.test(name);
}

/** The bytes of a file; null for what is none, or too large. */
export async function readWhole(path: string): Promise<Buffer | null> {
  // asked before opening: a pipe would never open
  const isFile = await stat(path)
    .then((info) => info.isFile())
    .catch(() => false);
  const file = isFile ? await open(path).catch(() => null) : null;
  if (file === null) return null;
  try {
    const info = await file.stat();
    return info.isFile() && info.size <= MAX_FILE ? await file.readFile() : null;
  } finally {
    await file.close();
  }
}
