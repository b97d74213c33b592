/** How far the closure is taken, and what is printed of it. */
import { Explorer, type Limits, type Report } from "./explore.js";
import type { SafetyStep } from "./safety-steps.js";
import { World, type WorldOptions } from "./world.js";

/** For `npm test`: a board with undecided cells is only used once, not cut again. */
export const SHORT: Limits = {
  ...{ repeats: 1, sampleEvery: 1000, withRooms: true, maxStates: 1e9, maxBad: 5 },
  readings: ["ones", "zeros"],
  cutUnstable: false,
};

/** For `npm run test:faults`. */
export const LONG: Limits = {
  ...SHORT,
  repeats: 2,
  readings: ["ones", "zeros", "mixed"],
  cutUnstable: true,
};

export function close(name: string, limits: Limits, options: WorldOptions = {}): Report {
  return new Explorer(new World(name, options), limits).explore();
}

/** The first bad state of a board whose code lacks a safety step. */
export function firstBad(name: string, step: SafetyStep, options: WorldOptions) {
  const withRooms = step.needsRooms === true;
  return close(name, { ...SHORT, withRooms, maxBad: 1 }, options).bad.at(0);
}

/** One line of figures, and one for each bad state: its seed is for `npm run replay`. */
export function describeReport(name: string, report: Report): string {
  const { classes, states, runs, cuts, tears, compared, bad } = report;
  const torn = cuts - (tears.get("before") ?? 0);
  const lines = [
    `closure of ${name}: ${classes} kinds of flash image, ${states} explored, ${runs} runs, ` +
      `${cuts} cuts, ${torn} of them torn in ${tears.size - 1} ways, ` +
      `${compared} images compared, ${bad.length} bad states`,
    ...bad.map(({ seed, why }) => `  ${why}\n    npm run replay -- '${seed}'`),
  ];
  return lines.join("\n");
}
