/**
 * Instructions that an interpreter retires, counted by a plugin of qemu (count.c) that is compiled when
 * it is needed. Debian has what this takes as qemu-user and gcc.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../../../test/bench/count.c", import.meta.url));

/** Where the count lies in the memory of an emulated 32-bit program. */
export const ADDRESS = 0x60000000;

export class Counter {
  readonly folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  readonly #plugin = path.join(this.folder, "count.so");
  readonly #file = path.join(this.folder, "count");

  /** Undefined when something is missing; `note` is told what. */
  static open(note: (text: string) => void): Counter | undefined {
    for (const tool of ["qemu-arm", "gcc"])
      if (spawnSync(tool, ["--version"]).error) {
        note(`no instructions are counted: there is no ${tool}`);
        return undefined;
      }
    const counter = new Counter();
    const flags = ["-shared", "-fPIC", "-O2", SOURCE, "-o", counter.#plugin];
    const { status, stderr } = spawnSync("gcc", flags, { encoding: "utf8" });
    if (status === 0) return counter;
    note(`no instructions are counted: ${stderr.trim().split("\n")[0]}`);
    counter.remove();
    return undefined;
  }

  private constructor() {
    this.reset();
  }

  reset(): void {
    writeFileSync(this.#file, Buffer.alloc(4096));
  }

  /** What qemu for ARM loads; its emulators read it from QEMU_PLUGIN. */
  get plugin(): string {
    return `${this.#plugin},count=${this.#file},at=${ADDRESS}`;
  }

  /** The same for a 64-bit program, which reads the file. */
  get pluginWide(): string {
    return `${this.#plugin},count=${this.#file}`;
  }

  get count(): number {
    return Number(readFileSync(this.#file).readBigUInt64LE(0));
  }

  /** JavaScript of a function `count` for Espruino, by memory or by the file. */
  script(byMemory: boolean): string {
    return byMemory
      ? `function count(){return peek32(${ADDRESS})+4294967296*peek32(${ADDRESS + 4})}`
      : `function count(){var s=require("fs").readFileSync(${JSON.stringify(this.#file)}),r=0;` +
          "for(var i=7;i>=0;i--)r=r*256+s.charCodeAt(i);return r}";
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
