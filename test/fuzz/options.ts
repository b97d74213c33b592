/** What main.ts was told, as the tests that it starts find it in their environment. */

export const VARIABLE = "SUITCASE_FUZZ";

export interface Options {
  /** In Node, all kinds together. */
  cases: number;
  seed: number;
  /** In the real interpreter; 0: none. */
  engine: number;
  /** `KIND:HEX`: only this case, as a failure prints it. */
  one?: string;
}

const DEFAULTS: Options = { cases: 100_000, seed: 20_261_127, engine: 6000 };

/** Reads `--cases N --seed S --engine N --case KIND:HEX`; gives what is left for mocha, too. */
export function parse(args: string[]): { options: Options; rest: string[] } {
  const options = { ...DEFAULTS };
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const name = args[i].replace(/^--/, "");
    if (args[i] === "--case") options.one = args[++i];
    else if (name === "cases" || name === "seed" || name === "engine") {
      const value = Number(args[++i]);
      if (!Number.isSafeInteger(value) || value < 0)
        throw new Error(`--${name} takes a whole number`);
      options[name] = value;
    } else rest.push(args[i]);
  }
  return { options, rest };
}

export function options(): Options {
  const given = process.env[VARIABLE];
  return given ? JSON.parse(given) : DEFAULTS;
}
