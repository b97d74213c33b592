/** Makes a board blank again whose console is open: everything on it is erased. */

import { type Profile, regionSize } from "../board/profiles.js";
import type { OpenConsole } from "./console.js";
import { type BoardFacts, inspectBoard, requireProfile } from "./inspect-board.js";
import { eraseAll, type Waits } from "./provision-board.js";

export interface UnprovisionOptions {
  open: OpenConsole;
  profile: Profile;
  /** Called before the first change; throws when it must not be made. */
  consent: (facts: BoardFacts) => Promise<void>;
  waits?: Partial<Waits>;
}

/** @returns bytes of Storage that are blank now */
export async function unprovisionBoard(options: UnprovisionOptions): Promise<number> {
  const { profile } = options;
  let console = await options.open();
  try {
    const facts = await inspectBoard(console, profile);
    requireProfile(facts, profile, console.name);
    await options.consent(facts);
    console = await eraseAll(console, options, profile);
    return regionSize(profile);
  } finally {
    await console.close().catch(() => {});
  }
}
