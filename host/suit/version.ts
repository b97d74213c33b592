/**
 * Versions of suit-update-management-14: whole numbers, the most significant first. A pre-release
 * follows its release as a negative number, so that it sorts before it: -3 alpha, -2 beta, -1 rc.
 */
const STAGES = ["rc", "beta", "alpha"];
const PATTERN = /^(\d{1,9})((?:\.\d{1,9})*)(?:-(rc|beta|alpha)(?:\.(\d{1,9}))?)?$/;

/** `1.2.0-rc.1` as [1, 2, 0, -1, 1]; undefined for what is no version. */
export function parseVersion(text: string): number[] | undefined {
  const found = PATTERN.exec(text);
  if (!found) return undefined;
  const [, first, rest, stage, build] = found;
  const version = [first, ...rest.split(".").slice(1)].map(Number);
  if (stage !== undefined) version.push(-1 - STAGES.indexOf(stage));
  if (build !== undefined) version.push(Number(build));
  return version;
}

/** The same in words; undefined for numbers that no such text stands for. */
export function versionText(version: unknown): string | undefined {
  if (!Array.isArray(version) || !version.every(Number.isSafeInteger)) return undefined;
  const words = version.map((part: number, i) =>
    part < 0 ? `-${STAGES[-1 - part]}` : `${i ? "." : ""}${part}`,
  );
  const text = words.join("");
  return JSON.stringify(parseVersion(text)) === JSON.stringify(version) ? text : undefined;
}
