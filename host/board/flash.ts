/**
 * NOR flash: erasing a page sets all bits, programming only clears them. It counts what is done to
 * it, refuses what would wear or confuse the real chip, and can lose its power at any operation.
 *
 * With a file behind it every operation is written through before it returns, so that a killed
 * process loses nothing. The counters live in RAM only.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { type EraseTear, type ProgramTear, tearErase, tearProgram } from "./tears.js";

/** The program did what the real chip forbids or what the simulator cannot know. */
export class SimulatorError extends Error {
  override name = "SimulatorError";
}

/** The supply failed during this operation. */
export class PowerCut extends Error {
  override name = "PowerCut";
  constructor(readonly operation: Operation) {
    super(`power cut at operation ${operation.index} (${operation.kind} at ${operation.at})`);
  }
}

export interface Operation {
  kind: "program" | "erase";
  /** First byte, from the start of the flash. */
  at: number;
  /** Bytes. */
  length: number;
  /** Operations before this one since the flash was made or opened. */
  index: number;
}

/** When the supply fails. `inside` leaves a torn operation: `program` or `erase` says how it looks. */
export interface Cut {
  when: "before" | "inside" | "after";
  program?: ProgramTear;
  erase?: EraseTear;
  seed?: number;
}

/** Called before each operation; demands a power cut by returning one. */
export type Hook = (operation: Operation) => Cut | undefined;

export interface FlashOptions {
  /** Bytes. */
  size: number;
  /** Unit of erasure, bytes (default 4096). */
  pageSize?: number;
  /** Writes a word takes between erases; 0 (default): any number. */
  writesPerWord?: number;
  /** Word writes a 512-byte block takes between erases; 0 (default): any number. */
  writesPerBlock?: number;
}

export interface Snapshot {
  image: Uint8Array;
  wordWrites: Uint16Array;
}

const WORDS_PER_BLOCK = 128;

export class NorFlash {
  readonly size: number;
  readonly pageSize: number;
  /** Per page, since the flash was made or opened. */
  readonly erasesOfPage: Uint32Array;
  readonly wordsWrittenInPage: Uint32Array;
  /** Totals since the flash was made or opened; `operations` counts programs and erases. */
  readonly totals = { operations: 0, programs: 0, erases: 0, words: 0 };

  private readonly image: Uint8Array;
  private readonly wordWrites: Uint16Array;
  private readonly limits: { word: number; block: number };
  private file = -1;
  private hook: Hook | undefined;
  private failing: { program: boolean; erase: boolean } = { program: false, erase: false };

  constructor(options: FlashOptions) {
    this.size = options.size;
    this.pageSize = options.pageSize ?? 4096;
    if (this.size % this.pageSize !== 0) throw new SimulatorError("size is not a number of pages");
    this.limits = { word: options.writesPerWord ?? 0, block: options.writesPerBlock ?? 0 };
    this.image = new Uint8Array(this.size).fill(0xff);
    this.wordWrites = new Uint16Array(this.size / 4);
    this.erasesOfPage = new Uint32Array(this.size / this.pageSize);
    this.wordsWrittenInPage = new Uint32Array(this.size / this.pageSize);
  }

  /** Flash that lives in a file; a missing file is made, all 0xFF. */
  static open(path: string, options: FlashOptions): NorFlash {
    const flash = new NorFlash(options);
    if (!existsSync(path)) writeFileSync(path, flash.image);
    flash.file = openSync(path, "r+");
    const length = fstatSync(flash.file).size;
    if (length !== flash.size) {
      flash.close();
      throw new Error(`${path} holds ${length} bytes, this board's flash has ${flash.size}`);
    }
    readSync(flash.file, flash.image, 0, flash.size, 0);
    return flash;
  }

  close(): void {
    if (this.file >= 0) closeSync(this.file);
    this.file = -1;
  }

  /** A copy of `length` bytes. */
  read(at: number, length: number): Uint8Array {
    this.inside(at, length);
    return this.image.slice(at, at + length);
  }

  /** Do these bytes lie there? */
  holds(at: number, bytes: Uint8Array): boolean {
    this.inside(at, bytes.length);
    return Buffer.compare(this.image.subarray(at, at + bytes.length), bytes) === 0;
  }

  /** Programs whole words: `at` and `bytes.length` are multiples of 4. Bits only go from 1 to 0. */
  program(at: number, bytes: Uint8Array): void {
    this.inside(at, bytes.length);
    if (at % 4 || bytes.length % 4) {
      throw new SimulatorError(`program of ${bytes.length} bytes at ${at} is not whole words`);
    }
    const old = this.read(at, bytes.length);
    const operation = this.next("program", at, bytes.length);
    const cut = this.hook?.(operation);
    if (cut?.when === "before") throw new PowerCut(operation);
    this.countWords(at, bytes.length);
    this.totals.programs++;
    const lost = this.take("program");
    const torn = cut?.when === "inside" && !lost;
    const tear = torn ? (cut.program ?? "half") : undefined;
    const whole = old.map((byte, i) => byte & bytes[i]);
    if (!lost) this.store(at, tear ? tearProgram(old, bytes, tear, cut?.seed) : whole);
    if (cut) throw new PowerCut(operation);
  }

  /** Erases the page in which `at` lies. */
  erasePage(at: number): void {
    this.inside(at, 1);
    const page = Math.floor(at / this.pageSize);
    const start = page * this.pageSize;
    const operation = this.next("erase", start, this.pageSize);
    const cut = this.hook?.(operation);
    if (cut?.when === "before") throw new PowerCut(operation);
    this.erasesOfPage[page]++;
    this.totals.erases++;
    const lost = this.take("erase");
    if (cut?.when === "inside" && !lost) {
      const old = this.read(start, this.pageSize);
      this.store(start, tearErase(old, cut.erase ?? "prefix", cut.seed));
      throw new PowerCut(operation);
    }
    if (!lost) {
      this.wordWrites.fill(0, start / 4, (start + this.pageSize) / 4);
      this.store(start, new Uint8Array(this.pageSize).fill(0xff));
    }
    if (cut) throw new PowerCut(operation);
  }

  /** Sets, or with undefined removes, the hook that is asked before each operation. */
  onOperation(hook: Hook | undefined): void {
    this.hook = hook;
  }

  /** The next operation of this kind reports success and stores nothing. */
  failNext(kind: "write" | "erase"): void {
    this.failing[kind === "write" ? "program" : "erase"] = true;
  }

  snapshot(): Snapshot {
    return { image: this.image.slice(), wordWrites: this.wordWrites.slice() };
  }

  restore(snapshot: Snapshot): void {
    this.wordWrites.set(snapshot.wordWrites);
    this.store(0, snapshot.image);
  }

  /** SHA-256 of a range, hexadecimal: equal when the bytes are. */
  digest(at = 0, length = this.size - at): string {
    return createHash("sha256").update(this.read(at, length)).digest("hex");
  }

  private next(kind: Operation["kind"], at: number, length: number): Operation {
    return { kind, at, length, index: this.totals.operations++ };
  }

  private take(kind: "program" | "erase"): boolean {
    const failing = this.failing[kind];
    this.failing[kind] = false;
    return failing;
  }

  private inside(at: number, length: number): void {
    if (!Number.isInteger(at) || at < 0 || length < 0 || at + length > this.size) {
      throw new SimulatorError(
        `${length} bytes at ${at} do not lie in ${this.size} bytes of flash`,
      );
    }
  }

  private countWords(at: number, length: number): void {
    for (let word = at / 4; word < (at + length) / 4; word++) {
      this.wordWrites[word]++;
      if (this.limits.word && this.wordWrites[word] > this.limits.word) {
        throw new SimulatorError(
          `word at ${word * 4} written ${this.wordWrites[word]} times since its erase, ` +
            `the chip allows ${this.limits.word}`,
        );
      }
      this.wordsWrittenInPage[Math.floor((word * 4) / this.pageSize)]++;
      this.totals.words++;
    }
    if (this.limits.block) this.countBlocks(at, length);
  }

  private countBlocks(at: number, length: number): void {
    const last = Math.ceil((at + length) / 4 / WORDS_PER_BLOCK);
    for (let block = Math.floor(at / 4 / WORDS_PER_BLOCK); block < last; block++) {
      const words = this.wordWrites.subarray(
        block * WORDS_PER_BLOCK,
        (block + 1) * WORDS_PER_BLOCK,
      );
      const writes = words.reduce((sum, count) => sum + count, 0);
      if (writes > this.limits.block) {
        throw new SimulatorError(
          `${writes} word writes in the 512 bytes at ${block * WORDS_PER_BLOCK * 4} since their ` +
            `erase, the chip allows ${this.limits.block}`,
        );
      }
    }
  }

  private store(at: number, bytes: Uint8Array): void {
    this.image.set(bytes, at);
    if (this.file >= 0) writeSync(this.file, bytes, 0, bytes.length, at);
  }
}
