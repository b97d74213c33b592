/** Versions (draft-ietf-suit-update-management, suit-parameter-version): `[+ int]`. */
import { asArray, asInteger, asUint } from "./cbor.js";
import { refuse } from "./errors.js";

/** A release of non-negative integers; -1 rc, -2 beta, -3 alpha may follow, never as element 0. */
export function checkVersion(item: unknown): number[] {
  const version = asArray(item).map(asInteger);
  if (!version.length || version[0] < 0) return refuse("PARAMETER_VALUE");
  return version;
}

export interface Match {
  /** 1 >, 2 >=, 3 =, 4 <=, 5 <. */
  comparison: number;
  version: number[];
}

export function checkMatch(item: unknown): Match {
  const [comparison, version, ...more] = asArray(item);
  if (version === undefined || more.length) return refuse("PARAMETER_VALUE");
  const type = asUint(comparison);
  if (type < 1 || type > 5) return refuse("PARAMETER_VALUE");
  return { comparison: type, version: checkVersion(version) };
}

/**
 * Compares element by element until they differ or the manifest's list ends. The draft does not say
 * what a device's shorter version has in the missing places: 0, as [2] and [2, 0, 0] are one release.
 */
export function fits(installed: number[], { comparison, version }: Match): boolean {
  let order = 0;
  for (let i = 0; i < version.length && !order; i++)
    order = Math.sign((installed[i] ?? 0) - version[i]);
  return [order > 0, order >= 0, order === 0, order <= 0, order < 0][comparison - 1];
}
