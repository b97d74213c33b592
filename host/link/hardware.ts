/** Packages that only a real board needs. They are optional: without them all else works. */
import { SuitcaseError } from "../errors.js";

/**
 * Loads a package.
 *
 * @throws LINK_NOT_AVAILABLE when it is not installed, or not for this system
 */
export async function loadHardware<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    const message = `The package "${name}" cannot be loaded: ${(error as Error).message}`;
    const hint = `Install it: npm install ${name}.`;
    throw new SuitcaseError("LINK_NOT_AVAILABLE", message, { cause: error, hint });
  }
}
