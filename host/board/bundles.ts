/** The bundles of this package that go onto boards. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { SuitcaseError } from "../errors.js";
import type { Profile } from "./profiles.js";

/** From build/host/board/ up to the package's folder of bundles. */
export const BUNDLES = fileURLToPath(new URL("../../../dist/", import.meta.url));

/**
 * The file name of a board's agent, in the compact form that slots hold. Boards without the native
 * module carry Ed25519 in JavaScript.
 */
export function agentBundle(profile: Pick<Profile, "nativeModule">): string {
  return profile.nativeModule ? "agent.img" : "agent-js.img";
}

/** Reads a bundle; throws AGENT_BUNDLE when the package is not built. */
export function readBundle(name: string, folder = BUNDLES): Uint8Array {
  const file = path.join(folder, name);
  if (!existsSync(file)) throw new SuitcaseError("AGENT_BUNDLE", `${file} is not built`);
  return new Uint8Array(readFileSync(file));
}
