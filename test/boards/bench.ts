/** What the acceptance suite needs of a board, and that of a board at an address. */
import { spawnSync } from "node:child_process";
import type { SigningKey } from "../../host/author/keys.js";
import { openSimulated } from "../../host/board/open.js";
import { loadProfile, type Profile } from "../../host/board/profiles.js";
import { parseAddress } from "../../host/link/address.js";
import { openDuplex, openLink } from "../../host/link/open.js";
import type { Transport } from "../../host/link/transport.js";
import { defaultThrough } from "../../host/provision/open.js";
import { provisionAt } from "../support/provision-at.js";

export interface Bench {
  name: string;
  profile: Profile;
  /** What signs its releases. */
  key: SigningKey;
  connect(): Promise<Transport>;
  /** Erases and provisions it, for `key`; trials end after so many seconds. */
  provision?(deadline: number): Promise<void>;
  /** Sends text as a terminal would. */
  type?(text: string): Promise<void>;
  /** Takes the power off and puts it on again. */
  cutPower?(): Promise<void>;
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

export interface AddressOptions {
  address: string;
  profile: string;
  key: SigningKey;
  /** Provisioning erases a board: only when told to. */
  provisions: boolean;
  /** A command that is called with `off` and `on`. */
  relay?: string;
}

/** A board on a wire, a radio, or in a file. */
export function benchAt({ address, profile: name, key, provisions, relay }: AddressOptions): Bench {
  const profile = loadProfile(name);
  const { kind } = parseAddress(address);
  const bench: Bench = {
    name: address,
    profile,
    key,
    connect: () => openLink(address, openSimulated),
  };
  if (provisions && kind !== "sim")
    bench.provision = async (deadline) => {
      await provisionAt(address, profile, { through: defaultThrough(address), deadline, key });
    };
  if (kind === "tcp" || kind === "serial")
    bench.type = async (text) => {
      const duplex = await openDuplex(parseAddress(address));
      await duplex.write(Buffer.from(text, "latin1"));
      await pause(300);
      await duplex.close();
      await pause(100);
    };
  if (relay !== undefined)
    bench.cutPower = async () => {
      for (const state of ["off", "on"]) {
        const { status, stderr } = spawnSync(`${relay} ${state}`, {
          shell: true,
          encoding: "utf8",
        });
        if (status !== 0) throw new Error(`${relay} ${state}: ${stderr}`);
        await pause(500);
      }
    };
  return bench;
}
