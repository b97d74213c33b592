/** Provisions whatever is at an address, with the bundles that are shipped and a key for tests. */
import { agentBundle, readBundle } from "../../host/board/bundles.js";
import type { Profile } from "../../host/board/profiles.js";
import { openConsole, type Through } from "../../host/provision/open.js";
import {
  type ProvisionBoardOptions,
  type ProvisionedBoard,
  provisionBoard,
} from "../../host/provision/provision-board.js";
import { CLASS, DEVICE, KEY, VENDOR } from "./sim-board.js";

export interface At extends Partial<ProvisionBoardOptions> {
  through?: Through;
  keepConsole?: boolean;
  /** The trusted key; by default that of the tests. */
  key?: { publicKey: Uint8Array };
  /** Seconds that a trial may run unconfirmed. */
  deadline?: number;
  /** Milliseconds that the board may take to come back. */
  patience?: number;
}

export function provisionAt(
  address: string,
  profile: Profile,
  { through = "own", keepConsole = false, deadline = 60, key = KEY, patience, ...options }: At,
): Promise<ProvisionedBoard> {
  return provisionBoard({
    open: () => openConsole(address, through),
    config: {
      profile,
      vendor: VENDOR,
      class: CLASS,
      device: DEVICE,
      keys: [{ public: key.publicKey, kid: new Uint8Array(0), roles: ["author"] }],
      keepConsole,
      deadline,
      trials: 3,
      watchdog: 30,
    },
    parts: { boot: readBundle("boot.js"), agent: readBundle(agentBundle(profile)) },
    consent: async () => {},
    ...(patience !== undefined && { waits: { patience, perBlock: 0 } }),
    ...options,
  });
}
