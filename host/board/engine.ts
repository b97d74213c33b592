/**
 * A board that runs in the real Espruino interpreter for Linux. Its flash file is the interpreter's
 * own `espruino.flash`; a reboot of the board ends the process, and the next one is started.
 *
 * The link is the process's standard input and output. The interpreter ends when it reads byte 4,
 * which starts every further line of UART framing: such lines are joined to the one before them, which
 * the board takes (docs/wire-format.md).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SuitcaseError } from "../errors.js";
import { claim } from "./open.js";
import type { BoardProcess } from "./serve-board.js";

/** Finds frames in what the interpreter prints and drops everything else (its banner, prompts). */
export class EngineBoard implements BoardProcess {
  readonly #engine: string;
  readonly #folder: string;
  readonly #release: () => void;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  #child: ChildProcess | undefined;
  #isClosed = false;
  #held = Buffer.alloc(0);
  /** How often the board has started. */
  boots = 0;

  /**
   * @param engine path of the interpreter
   * @param flash path of the flash file, provisioned for the profile `linux`
   * @throws ENGINE_UNUSABLE, FLASH_BUSY
   */
  constructor(engine: string, flash: string) {
    if (!existsSync(engine)) throw new SuitcaseError("ENGINE_UNUSABLE", `${engine} does not exist`);
    this.#engine = path.resolve(engine);
    this.#release = claim(flash);
    this.#folder = mkdtempSync(path.join(tmpdir(), "suitcase-engine-"));
    // The interpreter opens a file of this name in its working directory.
    symlinkSync(path.resolve(flash), path.join(this.#folder, "espruino.flash"));
    this.#start();
  }

  #start(): void {
    this.boots++;
    const child = spawn(this.#engine, [], { cwd: this.#folder, stdio: ["pipe", "pipe", "ignore"] });
    this.#child = child;
    child.stdin?.on("error", () => {});
    child.stdout?.on("data", (bytes: Buffer) => {
      for (const listener of this.#listeners) listener(bytes);
    });
    child.once("error", () => {
      this.#isClosed = true;
    });
    child.once("exit", () => {
      if (!this.#isClosed) this.#start();
    });
  }

  write(bytes: Uint8Array): void {
    let text = Buffer.concat([this.#held, bytes]);
    // A line end is held back until it is known whether the packet goes on.
    const last = text.subarray(-1)[0];
    this.#held =
      last === 10 || last === 4
        ? text.subarray(text.length - (last === 10 ? 1 : 2))
        : Buffer.alloc(0);
    text = text.subarray(0, text.length - this.#held.length);
    this.#send(text);
    if (this.#held.length > 0) setTimeout(() => this.#flush(), 5);
  }

  #flush(): void {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    this.#send(held);
  }

  #send(bytes: Buffer): void {
    const joined = bytes.toString("latin1").replaceAll("\n\x04\x14", "").replaceAll("\x04", "");
    if (joined !== "") this.#child?.stdin?.write(Buffer.from(joined, "latin1"));
  }

  onData(callback: (bytes: Uint8Array) => void): void {
    this.#listeners.push(callback);
  }

  /** Cuts the power: the process is killed, nothing is restarted. */
  async kill(): Promise<void> {
    this.#isClosed = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null)
      await new Promise((done) => {
        child.once("exit", done);
        // The interpreter ignores SIGTERM.
        child.kill("SIGKILL");
      });
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
    this.#release();
  }
}
