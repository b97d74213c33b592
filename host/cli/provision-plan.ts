/** What is laid on a board: as the flags of `provision` and the project's settings say. */
import { loadConfig, resolveIdentity } from "../author/config.js";
import { readInput } from "../author/files.js";
import { loadTrust, refuseTestKey } from "../author/keys.js";
import { formatUuid } from "../author/uuid.js";
import { agentBundle, readBundle } from "../board/bundles.js";
import { hashSeconds, needsHashBlock } from "../board/no-native.js";
import { profileOf } from "../board/open.js";
import { randomDevice } from "../board/provision.js";
import type { DeviceKey } from "../device-state.js";
import { SuitcaseError } from "../errors.js";
import { stripIntegrated } from "../link/strip.js";
import { manifestUri } from "../storage/manifest-uri.js";
import { note } from "./report.js";
import { payloadBeside } from "./verify.js";

export interface ProvisionFlags {
  config?: string;
  profile?: string;
  trust: string[];
  device?: string;
  vendorDomain?: string;
  className?: string;
  firmware?: string;
  keepConsole?: boolean;
  bond?: boolean;
  bleUart?: boolean;
  manifestUri?: string;
  native?: boolean;
  deadline: string;
  trials: string;
  watchdog: string;
  allowTestKey?: boolean;
  yes?: boolean;
  json?: boolean;
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new SuitcaseError("BAD_USAGE", `--${name} ${text} is not ${min} to ${max}`);
  return value;
}

/** Everything that is laid on a board, as the flags and the project's settings say. */
export function planOf(flags: ProvisionFlags) {
  const { config, file: configFile } = loadConfig(flags.config);
  const named = flags.vendorDomain !== undefined && flags.className !== undefined;
  if (configFile === null && !named)
    note(`note: no suitcase.json: vendor "${config.vendor}", class "${config.class}" are assumed`);
  const identity = resolveIdentity({
    ...config,
    vendor: flags.vendorDomain ?? config.vendor,
    class: flags.className ?? config.class,
    device: flags.device ?? config.device,
  });
  const native = flags.native !== false && config.native !== false;
  const profile = profileOf(flags.profile ?? config.board, native);
  const keys = trustedKeys(flags, flags.trust.length > 0 ? flags.trust : (config.trust ?? []));
  const board = {
    profile,
    vendor: identity.vendor,
    class: identity.class,
    device: identity.device ?? randomDevice(),
    keys,
    keepConsole: flags.keepConsole === true,
    bond: flags.bond === true,
    bleUart: flags.bleUart,
    manifestUri: flags.manifestUri === undefined ? undefined : manifestUri(flags.manifestUri),
    deadline: whole("deadline", flags.deadline, 1, 65535),
    trials: whole("trials", flags.trials, 1, 255),
    watchdog: whole("watchdog", flags.watchdog, 0, 255),
  };
  const firmware = flags.firmware === undefined ? undefined : loadFirmware(flags.firmware);
  const parts = { boot: readBundle("boot.js"), agent: readBundle(agentBundle(profile)), firmware };
  if (needsHashBlock(profile))
    note(
      `note: ${profile.name} has no SHA-256 of its own. Without native code it hashes in JavaScript: ` +
        `about ${hashSeconds(parts.agent.length)} s at each boot for the agent alone (an estimate)`,
    );
  return { board, parts };
}

function trustedKeys(flags: ProvisionFlags, trust: string[]): DeviceKey[] {
  const keys = trust.map((key) => {
    const publicKey = loadTrust(key);
    refuseTestKey(publicKey, flags.allowTestKey);
    return { public: publicKey, kid: new Uint8Array(0), roles: ["author"] };
  });
  if (keys.length === 0) throw new SuitcaseError("KEY_COUNT", "No --trust was given");
  const different = new Set(keys.map((key) => Buffer.from(key.public).toString("hex")));
  if (different.size < keys.length)
    throw new SuitcaseError("KEY_COUNT", "The same key was given twice");
  return keys;
}

/** What `provision` says when it is done. */
export function resultOf(
  name: string,
  { board }: ReturnType<typeof planOf>,
  { sequence, digest }: { sequence: number; digest: string },
) {
  return {
    board: name,
    profile: board.profile.name,
    native: board.profile.nativeModule,
    sequence,
    digest,
    vendor: formatUuid(board.vendor),
    class: formatUuid(board.class),
    device: formatUuid(board.device),
    keys: board.keys.map((key) => Buffer.from(key.public).toString("hex")),
    doors: board.keepConsole ? ["the console is open"] : [],
  };
}

function loadFirmware(file: string) {
  const { members } = stripIntegrated(new Uint8Array(readInput(file, "the first firmware")));
  return {
    envelope: new Uint8Array(readInput(file, "the first firmware")),
    payload: (uri: string) => members.get(uri) ?? payloadBeside(file, uri),
  };
}
