/** Runs many cases through all oracles, by fast-check, with the heap measured on the way. */
import v8 from "node:v8";
import vm from "node:vm";
import fc from "fast-check";
import { caseOf, type Kind } from "./cases.js";
import { examine, type FuzzCase } from "./oracles.js";

/** Choices of one case; a longer string makes no case larger. */
const SIZE = 320;
const choices = fc.noBias(fc.uint8Array({ minLength: SIZE, maxLength: SIZE }));

/** The same cases for the same seed. */
export function sample(size: number, seed: number): Uint8Array[] {
  return fc.sample(choices, { numRuns: size, seed });
}

/** Cases between two looks at the heap. */
export const STRIDE = 10_000;

v8.setFlagsFromString("--expose-gc");
const gc = vm.runInNewContext("gc") as () => void;

/** Bytes of the heap that are in use after everything that can be freed was. */
export function heap(): number {
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export interface Figures {
  cases: number;
  accepted: number;
  /** Refused with the very number of the reference. */
  exact: number;
  /** By error number. */
  numbers: Map<number, number>;
  /** Of expected-differences.ts, by id. */
  expected: Map<string, number>;
  /** Bytes after each stride. */
  heaps: number[];
  milliseconds: number;
}

function count<T>(counts: Map<T, number>, what: T): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** The options that make one case again. */
export const again = (kind: Kind, bytes: Uint8Array): string =>
  `--case ${kind}:${hex(bytes).replace(/(00)+$/, "")}`;

/** What is printed about a case that failed. */
function report(kind: Kind, bytes: Uint8Array, seed: number, reason: unknown): Error {
  const { envelope, device }: FuzzCase = caseOf(kind, bytes);
  const error = new Error(
    [
      (reason as Error).message,
      `again: npm run fuzz -- ${again(kind, bytes)}`,
      `seed: ${seed}`,
      `device: ${device.name}`,
      `envelope: ${hex(envelope)}`,
    ].join("\n"),
  );
  error.stack = `${error.message}\n${(reason as Error).stack}`;
  return error;
}

/** One line about a run. */
export function summary(figures: Figures): string {
  const { cases, accepted, exact, numbers, expected, milliseconds, heaps } = figures;
  const known = [...expected].map(([id, times]) => `${id} ${times}`).join(", ");
  return [
    `${cases} cases in ${(milliseconds / 1000).toFixed(1)} s`,
    `${accepted} accepted, ${exact} refused with one number, ${numbers.size} different ends`,
    `heap ${heaps.map((bytes) => (bytes / 1e6).toFixed(1)).join(" ")} MB`,
    ...(known ? [`expected differences: ${known}`] : []),
  ].join("; ");
}

/** Throws for the first case, made small, on which not all agree. */
export function run(kind: Kind, cases: number, seed: number): Figures {
  const figures: Figures = {
    ...{ cases: 0, accepted: 0, exact: 0, milliseconds: 0 },
    numbers: new Map(),
    expected: new Map(),
    heaps: [],
  };
  const start = Date.now();
  for (let done = 0; done < cases; done += STRIDE) {
    const size = Math.min(STRIDE, cases - done);
    const property = fc.property(choices, (bytes) => {
      const { number, isExact, expected } = examine(caseOf(kind, bytes));
      figures.cases++;
      if (expected) count(figures.expected, expected);
      else if (!number) figures.accepted++;
      else if (isExact) figures.exact++;
      count(figures.numbers, number);
    });
    const result = fc.check(property, { numRuns: size, seed: seed + done });
    if (result.failed)
      throw report(kind, result.counterexample?.[0] as Uint8Array, seed, result.errorInstance);
    figures.heaps.push(heap());
  }
  figures.milliseconds = Date.now() - start;
  return figures;
}
