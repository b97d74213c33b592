/**
 * DEVICE.json: a device as `suitcase verify` plays it.
 *
 *     {"vendor":"<32 hex>","class":"<32 hex>","device":"<32 hex>",
 *      "keys":[{"public":"<64 hex>","kid":"<hex>","roles":["author"]}],
 *      "sequence":0,"slot":0,"slotSize":12288,
 *      "components":{"<hex of the CBOR component id>":"FILE"}}
 *
 * Files are relative to the file's folder. `device`, `kid`, `roles`, `slot`, `slotSize` and
 * `components` may be left out. For conditions of update management there may also be `now` (seconds
 * since 1970), `battery` (mWh), `authorize` (the largest priority number that is authorised), `version`
 * (numbers, of what is installed), and `dependencies` (false: the device knows none).
 */
import path from "node:path";
import { readInput } from "./author/files.js";
import type { DeviceState } from "./device-state.js";
import { SuitcaseError } from "./errors.js";

const MEMBERS = `vendor class device keys sequence slot slotSize components now battery authorize
  version dependencies`.split(/\s+/);

/**
 * Checks the text of a DEVICE.json.
 *
 * @param folder what its files are relative to
 * @throws CONFIG_INVALID, FILE_MISSING
 */
export function parseDevice(text: string, where: string, folder: string): DeviceState {
  const wrong = (why: string) => new SuitcaseError("DEVICE_INVALID", `${where}: ${why}`);
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("this is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong("this is not a JSON object");
  for (const name of Object.keys(value))
    if (!MEMBERS.includes(name)) throw wrong(`there is no member "${name}"`);
  const hex = (member: string, text: unknown, min: number, max: number): Uint8Array => {
    if (
      typeof text !== "string" ||
      !/^([0-9a-fA-F]{2})*$/.test(text) ||
      text.length < 2 * min ||
      text.length > 2 * max
    )
      throw wrong(`"${member}" must be ${min === max ? 2 * min : `up to ${2 * max}`} hex digits`);
    return new Uint8Array(Buffer.from(text, "hex"));
  };
  const whole = (member: string, fallback: number): number => {
    const number = value[member] ?? fallback;
    if (!Number.isSafeInteger(number) || (number as number) < 0)
      throw wrong(`"${member}" must be a whole number`);
    return number as number;
  };
  if (!Array.isArray(value.keys)) throw wrong('"keys" must be an array');
  const keys = value.keys.map((key: Record<string, unknown>) => {
    if (typeof key !== "object" || key === null) throw wrong("a key must be an object");
    const roles = key.roles ?? ["author"];
    if (!Array.isArray(roles) || !roles.every((role) => typeof role === "string"))
      throw wrong('"roles" must be an array of texts');
    return {
      public: hex("public", key.public, 32, 32),
      kid: hex("kid", key.kid ?? "", 0, 14),
      roles,
    };
  });
  const files = value.components ?? {};
  if (typeof files !== "object" || files === null || Array.isArray(files))
    throw wrong('"components" must be an object of files');
  const components = new Map<string, Uint8Array>();
  for (const [id, file] of Object.entries(files)) {
    hex("components", id, 1, 64);
    if (typeof file !== "string") throw wrong('"components" must be an object of files');
    components.set(
      id.toLowerCase(),
      new Uint8Array(readInput(path.resolve(folder, file), `component ${id}`)),
    );
  }
  return {
    vendor: hex("vendor", value.vendor, 16, 16),
    class: hex("class", value.class, 16, 16),
    device: hex("device", value.device ?? "00".repeat(16), 16, 16),
    keys,
    sequence: whole("sequence", 0),
    slot: whole("slot", 0),
    slotSize: whole("slotSize", 0),
    components,
    ...conditions(value, wrong),
  };
}

/** The members that only conditions of update management look at. */
function conditions(
  value: Record<string, unknown>,
  wrong: (why: string) => Error,
): Pick<DeviceState, "now" | "battery" | "authorize" | "version" | "dependencies"> {
  const { now, battery, authorize, version, dependencies } = value;
  const number = (member: string, given: unknown, least: number): number | undefined => {
    if (given === undefined) return undefined;
    if (!Number.isSafeInteger(given) || (given as number) < least)
      throw wrong(`"${member}" must be a whole number${least ? "" : ", not below 0"}`);
    return given as number;
  };
  if (version !== undefined && !(Array.isArray(version) && version.every(Number.isSafeInteger)))
    throw wrong('"version" must be an array of whole numbers');
  if (dependencies !== undefined && typeof dependencies !== "boolean")
    throw wrong('"dependencies" must be true or false');
  return {
    now: number("now", now, 0),
    battery: number("battery", battery, 0),
    authorize: number("authorize", authorize, Number.MIN_SAFE_INTEGER),
    version: version as number[] | undefined,
    dependencies: dependencies as boolean | undefined,
  };
}

/** Loads a DEVICE.json. */
export function loadDevice(file: string): DeviceState {
  return parseDevice(readInput(file, "the device").toString("utf8"), file, path.dirname(file));
}
