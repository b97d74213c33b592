/**
 * A board that runs in the real Espruino interpreter for Linux. Its flash file is the interpreter's
 * own `espruino.flash`; a reboot of the board ends the process, and the next one is started.
 *
 * The link is the process's standard input and output. The interpreter ends when it reads byte 4,
 * which starts every further line of UART framing: such lines are joined to the one before them, which
 * the board takes (docs/wire-format.md).
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SuitcaseError } from "../errors.js";
import { claim } from "./open.js";
import type { BoardProcess } from "./serve-board.js";

/** A board that starts this often in this many milliseconds will not come up. */
const MAX_STARTS = 5;
const START_WINDOW = 2000;

/** What the interpreter prints beside frames (its banner) goes to the client, which ignores it. */
export class EngineBoard implements BoardProcess {
  readonly #engine: string;
  readonly #folder: string;
  readonly #release: () => void;
  readonly #listeners: ((bytes: Uint8Array) => void)[] = [];
  readonly #starts: number[] = [];
  readonly #failed: ((error: SuitcaseError) => void)[] = [];
  #failure: SuitcaseError | undefined;
  #child: ChildProcess | undefined;
  #isClosed = false;
  #held = Buffer.alloc(0);
  /** How often the board has started. */
  boots = 0;

  /**
   * The version that an interpreter names, `process.version`.
   *
   * @throws ENGINE_UNUSABLE also for a program that is no Espruino
   */
  static version(engine: string): string {
    requireProgram(engine);
    const folder = mkdtempSync(path.join(tmpdir(), "suitcase-engine-"));
    const { stdout, error } = spawnSync(
      path.resolve(engine),
      ["-e", 'print("<"+process.version+">")'],
      // It ignores SIGTERM.
      {
        cwd: folder,
        encoding: "latin1",
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 5000,
        killSignal: "SIGKILL",
        maxBuffer: 65536,
      },
    );
    rmSync(folder, { recursive: true, force: true });
    const version = /<([\w.]+)>/.exec(stdout ?? "")?.[1];
    if (version === undefined)
      throw new SuitcaseError(
        "ENGINE_UNUSABLE",
        `${engine} is no Espruino${error ? ` (${(error as NodeJS.ErrnoException).code})` : ""}`,
      );
    return version;
  }

  /**
   * @param engine path of the interpreter
   * @param flash path of the flash file, provisioned for the profile `linux`
   * @throws ENGINE_UNUSABLE, FLASH_BUSY
   */
  constructor(engine: string, flash: string) {
    requireProgram(engine);
    this.#engine = path.resolve(engine);
    this.#release = claim(flash);
    this.#folder = mkdtempSync(path.join(tmpdir(), "suitcase-engine-"));
    // The interpreter opens a file of this name in its working directory.
    symlinkSync(path.resolve(flash), path.join(this.#folder, "espruino.flash"));
    process.once("exit", this.#killNow);
    this.#start();
  }

  /** The process that runs the board now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  #start(): void {
    this.boots++;
    this.#starts.push(Date.now());
    const child = spawn(this.#engine, [], { cwd: this.#folder, stdio: ["pipe", "pipe", "ignore"] });
    this.#child = child;
    child.stdin?.on("error", () => {});
    child.stdout?.on("data", (bytes: Buffer) => {
      for (const listener of this.#listeners) listener(bytes);
    });
    child.once("error", ({ code }: NodeJS.ErrnoException) =>
      this.#fail(`${this.#engine} cannot be run (${code})`),
    );
    child.once("exit", (code, signal) => {
      if (this.#isClosed) return;
      const since = Date.now() - (this.#starts.at(-MAX_STARTS) ?? Number.NEGATIVE_INFINITY);
      if (since < START_WINDOW)
        this.#fail(
          `${this.#engine} ended ${MAX_STARTS} times within ${START_WINDOW / 1000} s, ` +
            `the last time with ${signal ?? `code ${code}`}`,
        );
      else this.#start();
    });
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#failure = new SuitcaseError("ENGINE_UNUSABLE", reason);
    for (const callback of this.#failed) callback(this.#failure);
  }

  /** Called once when the board cannot be kept running, with ENGINE_UNUSABLE. */
  onFailure(callback: (error: SuitcaseError) => void): void {
    if (this.#failure) callback(this.#failure);
    else this.#failed.push(callback);
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

  /** The interpreter ignores SIGTERM. */
  readonly #killNow = (): void => {
    this.#child?.kill("SIGKILL");
  };

  /** Cuts the power: the process is killed, nothing is restarted. */
  async kill(): Promise<void> {
    this.#isClosed = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null)
      await new Promise((done) => {
        child.once("exit", done);
        this.#killNow();
      });
  }

  async close(): Promise<void> {
    await this.kill();
    process.off("exit", this.#killNow);
    rmSync(this.#folder, { recursive: true, force: true });
    this.#release();
  }
}

function requireProgram(engine: string): void {
  const unusable = (reason: string) => new SuitcaseError("ENGINE_UNUSABLE", `${engine} ${reason}`);
  if (!statSync(engine, { throwIfNoEntry: false })) throw unusable("does not exist");
  if (!statSync(engine).isFile()) throw unusable("is not a file");
  try {
    accessSync(engine, constants.X_OK);
  } catch {
    throw unusable("is not executable");
  }
}
