import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import { SuitcaseError } from "../errors.js";

/** One file to be written by {@link writeAll}. */
export interface Output {
  path: string;
  bytes: Uint8Array;
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/**
 * Reads a whole file. `what` names it in the error, for example "component app".
 *
 * @throws FILE_MISSING, FILE_UNREADABLE
 */
export function readInput(file: string, what: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR")
      throw new SuitcaseError("FILE_MISSING", `The file of ${what} does not exist: ${file}`);
    const why = codeOf(error) === "EISDIR" ? "it is a directory" : codeOf(error);
    throw new SuitcaseError("FILE_UNREADABLE", `Cannot read ${what}: ${file} (${why})`);
  }
}

/**
 * Checks that an output may be written: its folder exists and it is not itself a directory.
 *
 * @throws OUTPUT_IS_DIRECTORY, OUTPUT_UNWRITABLE
 */
export function checkOutput(file: string): void {
  const status = fs.statSync(file, { throwIfNoEntry: false });
  if (status?.isDirectory())
    throw new SuitcaseError("OUTPUT_IS_DIRECTORY", `The output is an existing directory: ${file}`);
  const folder = path.dirname(path.resolve(file));
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new SuitcaseError("OUTPUT_UNWRITABLE", `The output's folder does not exist: ${folder}`);
}

/** A name beside `file` that nobody else uses. */
function temporaryName(file: string): string {
  const suffix = `${process.pid}-${randomBytes(6).toString("hex")}`;
  return path.join(path.dirname(file), `.${path.basename(file)}.${suffix}.tmp`);
}

/** Creates the file and writes it through to the disk; removes it again when that fails. */
function writeDurably(file: string, bytes: Uint8Array, mode: number): void {
  const handle = fs.openSync(file, "wx", mode);
  try {
    fs.writeFileSync(handle, bytes);
    fs.fsyncSync(handle);
  } catch (error) {
    fs.rmSync(file, { force: true });
    throw error;
  } finally {
    fs.closeSync(handle);
  }
}

/**
 * Writes several files: all of them completely under temporary names in their own folders, and only
 * then each under its name, in the order given. A reader never sees half a file, and a failure
 * before the first rename leaves everything as it was.
 *
 * @throws OUTPUT_IS_DIRECTORY, OUTPUT_UNWRITABLE
 */
export function writeAll(outputs: Output[]): void {
  for (const { path: file } of outputs) checkOutput(file);
  const staged: [temporary: string, file: string][] = [];
  try {
    for (const { path: file, bytes } of outputs) {
      const temporary = temporaryName(file);
      staged.push([temporary, file]);
      writeDurably(temporary, bytes, 0o666);
    }
    for (const [temporary, file] of staged) fs.renameSync(temporary, file);
  } catch (error) {
    for (const [temporary] of staged) fs.rmSync(temporary, { force: true });
    const why = codeOf(error) ?? String(error);
    throw new SuitcaseError("OUTPUT_UNWRITABLE", `The output cannot be written: ${why}`);
  }
}

/**
 * Creates one file that must not exist yet (O_EXCL), completely or not at all.
 *
 * @param mode permission bits from the first moment on, such as 0o600
 * @returns false when the name is taken; nothing is changed then
 * @throws OUTPUT_UNWRITABLE
 */
export function createOnce(file: string, bytes: Uint8Array, mode: number): boolean {
  try {
    writeDurably(file, bytes, mode);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw new SuitcaseError("OUTPUT_UNWRITABLE", `Cannot create ${file} (${codeOf(error)})`);
  }
}
