/** Results of the acceptance suite, for people and for machines. */

export interface Result {
  title: string;
  /** Why it was left out. */
  reason?: string;
  failure?: Error;
  seconds: number;
}

/** A line for each. */
export function table(results: Result[]): string {
  return results
    .map(({ title, reason, failure, seconds }) => {
      const how = failure ? "FAILED" : reason === undefined ? "passed" : "left out";
      const why = failure ? `: ${failure.message.split("\n")[0]}` : reason ? `: ${reason}` : "";
      return `${how.padEnd(9)}${seconds.toFixed(1).padStart(6)} s  ${title}${why}`;
    })
    .join("\n");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as XML takes it: control characters are not allowed in it at all. */
const xml = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "?")
    .replace(/[&<>"]/g, (char) => ENTITIES[char]);

/** JUnit's XML, as build servers read it. */
export function junit(suite: string, results: Result[]): string {
  const count = (which: (result: Result) => unknown) => results.filter(which).length;
  const cases = results.map(({ title, reason, failure, seconds }) => {
    const head = `  <testcase classname="${xml(suite)}" name="${xml(title)}" time="${seconds}"`;
    if (failure)
      return `${head}><failure message="${xml(failure.message)}">${xml(failure.stack ?? "")}</failure></testcase>`;
    return reason === undefined
      ? `${head}/>`
      : `${head}><skipped message="${xml(reason)}"/></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${xml(suite)}" tests="${results.length}" ` +
      `failures="${count(({ failure }) => failure)}" skipped="${count(({ reason }) => reason)}">`,
    ...cases,
    "</testsuite>",
    "",
  ].join("\n");
}
