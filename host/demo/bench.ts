/** The place in which the demonstration works: a temporary folder, and a list of what must hold. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Terminal } from "./terminal.js";

export class Bench {
  readonly folder = mkdtempSync(path.join(tmpdir(), "suitcase-demo-"));
  readonly failed: string[] = [];
  held = 0;

  constructor(readonly terminal: Terminal) {}

  file(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Notes whether an expectation held; says so at once when it did not. */
  expect(holds: boolean, what: string): void {
    if (holds) {
      this.held++;
      return;
    }
    this.failed.push(what);
    this.terminal.failure(what);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** How long something took, with its result. */
export async function timed<T>(work: () => T | Promise<T>): Promise<[T, milliseconds: number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}
