import * as fs from "node:fs";
import path from "node:path";
import { SuitcaseError } from "../errors.js";
import { type HealthRule, ruleFault } from "../suit/health-rule.js";
import { parseVersion } from "../suit/version.js";
import { readInput } from "./files.js";
import { classId, parseUuid, vendorId } from "./uuid.js";

/** The file that is looked for in the working directory. */
export const CONFIG_FILE = "suitcase.json";

/** What suitcase.json may hold. Paths are relative to the file's folder. */
export interface Config {
  /** A domain, or 32 hex digits. */
  vendor: string;
  /** Any text, or 32 hex digits. */
  class: string;
  board: string;
  /** False for boards that were provisioned without native code. */
  native?: boolean;
  /** 32 hex digits: releases are for this single device. */
  device?: string;
  sequence?: number;
  /** Such as `1.2.0` or `1.2.0-rc.1`. */
  version?: string;
  /** Name of a component and its file, in the order of the release. */
  components: Record<string, string>;
  /** The component to start; "app" when not given. */
  invoke?: string;
  uriBase?: string;
  /** What the trial of a release must show before it is confirmed. */
  confirmWhen?: HealthRule;
  /** The author's private key, for `pack`. */
  key?: string;
  /** Public keys that boards are given, files or 64 hex digits: for `provision` and `sim`. */
  trust?: string[];
  /** Where releases are served: `push` without an envelope takes `app.suit` from there. */
  storage?: string;
  /** Settings of `suitcase provision`, passed through as they are. */
  provision?: Record<string, unknown>;
}

/** A configuration and where it came from. */
export interface LoadedConfig {
  config: Config;
  /** The file, or null when the defaults are used. */
  file: string | null;
}

/** What a project without suitcase.json gets. */
export const DEFAULTS: Readonly<Config> = {
  vendor: "example.com",
  class: "espruino-demo",
  board: "puckjs",
  components: {},
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === "string" && value !== "";

const MEMBERS: Record<keyof Config, { valid: (value: unknown) => boolean; is: string }> = {
  vendor: { valid: isText, is: "a domain or 32 hex digits" },
  class: { valid: isText, is: "a text or 32 hex digits" },
  board: { valid: isText, is: "the name of a board" },
  native: { valid: (value) => typeof value === "boolean", is: "true or false" },
  device: { valid: isText, is: "32 hex digits" },
  sequence: { valid: Number.isInteger, is: "a whole number" },
  version: {
    valid: (value) => typeof value === "string" && parseVersion(value) !== undefined,
    is: 'a version, such as "1.2.0" or "1.2.0-rc.1"',
  },
  components: {
    valid: (value) => isObject(value) && Object.values(value).every(isText),
    is: 'an object of files, such as {"app":"dist/app.js"}',
  },
  invoke: { valid: isText, is: "the name of a component" },
  uriBase: { valid: isText, is: "an address" },
  confirmWhen: {
    valid: (value) => isObject(value) && ruleFault(value) === undefined,
    is: 'an object of conditions, such as {"link":30,"free":500,"seconds":20,"app":false}',
  },
  key: { valid: isText, is: "the file of a private key" },
  trust: {
    valid: (value) => Array.isArray(value) && value.every(isText),
    is: "a list of public keys",
  },
  storage: {
    valid: (value) => isText(value) && URL.canParse(value as string),
    is: "an address, such as http://127.0.0.1:8080/",
  },
  provision: { valid: isObject, is: "an object" },
};

/**
 * Checks the text of a configuration. Vendor and class must be in it; a member that does not exist
 * is an error, so that a slip of the pen does not go unnoticed.
 *
 * @param where names the file in errors
 * @throws CONFIG_INVALID
 */
export function parseConfig(text: string, where: string): Config {
  const wrong = (why: string) => new SuitcaseError("CONFIG_INVALID", `${where}: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("this is not JSON");
  }
  if (!isObject(value)) throw wrong("this is not a JSON object");
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(MEMBERS, name)) throw wrong(`there is no setting "${name}"`);
    const { valid, is } = MEMBERS[name as keyof Config];
    if (!valid(value[name])) throw wrong(`"${name}" must be ${is}`);
  }
  for (const name of ["vendor", "class"])
    if (!Object.hasOwn(value, name)) throw wrong(`"${name}" is missing`);
  return { ...DEFAULTS, ...value };
}

/**
 * Loads the configuration: the file given, or ./suitcase.json when there is one, or the defaults.
 * Component and key files come back as paths relative to the working directory.
 *
 * @throws FILE_MISSING, FILE_UNREADABLE, CONFIG_INVALID
 */
export function loadConfig(given?: string): LoadedConfig {
  if (given === undefined && !fs.existsSync(CONFIG_FILE)) return { config: DEFAULTS, file: null };
  const file = given ?? CONFIG_FILE;
  const config = parseConfig(readInput(file, "the configuration").toString("utf8"), file);
  const from = (target: string) =>
    path.isAbsolute(target) ? target : path.join(path.dirname(file), target);
  const components = Object.fromEntries(
    Object.entries(config.components).map(([name, target]) => [name, from(target)]),
  );
  const isHex = (key: string) => /^[0-9a-fA-F]{64}$/.test(key);
  const keys = {
    ...(config.key !== undefined && { key: from(config.key) }),
    ...(config.trust && { trust: config.trust.map((key) => (isHex(key) ? key : from(key))) }),
  };
  return { config: { ...config, components, ...keys }, file };
}

/** The three identifiers of a release or board, 16 bytes each. */
export interface Identity {
  vendor: Uint8Array;
  class: Uint8Array;
  device?: Uint8Array;
}

/**
 * Turns vendor, class and device of a configuration into identifiers.
 *
 * @throws IDENTITY_INVALID
 */
export function resolveIdentity(config: Pick<Config, "vendor" | "class" | "device">): Identity {
  const invalid = (detail: string) => new SuitcaseError("IDENTITY_INVALID", detail);
  if (!/^[^\s\p{Cc}]{1,253}$/u.test(config.vendor))
    throw invalid(`The vendor ${JSON.stringify(config.vendor)} is not a domain`);
  if (config.class.trim() === "") throw invalid("The class is empty");
  const vendor = vendorId(config.vendor);
  const identity: Identity = { vendor, class: classId(vendor, config.class) };
  if (config.device === undefined) return identity;
  const device = parseUuid(config.device);
  if (!device) throw invalid(`The device ${JSON.stringify(config.device)} is not 32 hex digits`);
  return { ...identity, device };
}
