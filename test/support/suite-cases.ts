/** The published suite (test/vectors/suite) as it is committed: index.json and the files it names. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DeviceState } from "../../host/device-state.js";
import { LIMITS, type ReferenceDevice } from "./reference/device.js";
import type { ErrorClass } from "./reference/errors.js";

export type Trace = (number | null)[][];

/** One member of index.json; README.md there says what they mean. */
export interface SuiteCase {
  id: string;
  file: string;
  title: string;
  draft: string;
  device: Partial<DeviceEntry>;
  expect: "accept" | "reject" | "accept-or-reject";
  ours?: "accept" | "reject";
  reason?: string;
  error?: { number: number; name: ErrorClass };
  trace: Trace;
  components?: Record<string, string>;
}

interface DeviceEntry {
  vendor: string;
  class: string;
  device: string;
  keys: { public: string; kid: string }[];
  sequence: number;
  slot: number;
  components: Record<string, string>;
  payloads: Record<string, string>;
  now: number | null;
  battery: number | null;
  version: number[] | null;
  authorize: number | null;
  limits: { slot?: number; envelope?: number };
  features: "dependencies"[];
}

export const SUITE_FOLDER = fileURLToPath(new URL("../../../test/vectors/suite/", import.meta.url));
const read = (file: string) => new Uint8Array(readFileSync(SUITE_FOLDER + file));
const json = (file: string) => JSON.parse(readFileSync(SUITE_FOLDER + file, "utf8"));
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

const DEFAULT: DeviceEntry = json("device.json");
export const SUITE: SuiteCase[] = json("index.json");

export const envelopeOf = ({ file }: SuiteCase): Uint8Array => read(file);

/** 0 when our device accepts. */
export const errorOf = ({ error }: SuiteCase): number => error?.number ?? 0;

/** Contents by URI. */
export function payloadsOf({ device }: SuiteCase): [string, Uint8Array][] {
  return Object.entries(device.payloads ?? {}).map(([uri, file]) => [uri, read(file)]);
}

/** The device that the reference plays. */
export function referenceDeviceOf(each: SuiteCase): ReferenceDevice {
  const entry = { ...DEFAULT, ...each.device };
  const payloads = new Map(payloadsOf(each));
  return {
    vendor: fromHex(entry.vendor),
    class: fromHex(entry.class),
    device: fromHex(entry.device),
    keys: entry.keys.map((key) => ({ public: fromHex(key.public), kid: fromHex(key.kid) })),
    sequence: entry.sequence,
    slot: entry.slot,
    components: new Map(
      Object.entries(entry.components ?? {}).map(([id, file]) => [id, read(file)]),
    ),
    payload: (uri) => payloads.get(uri),
    now: entry.now,
    battery: entry.battery,
    version: entry.version,
    authorize: entry.authorize,
    limits: { ...LIMITS, slot: entry.limits?.slot ?? 0 },
    envelopeLimit: entry.limits?.envelope ?? 0,
    features: entry.features,
  };
}

/** The same device for host/verify.ts. */
export function deviceStateOf(each: SuiteCase): DeviceState {
  const { limits, keys, features, ...rest } = referenceDeviceOf(each);
  return {
    ...rest,
    now: rest.now ?? undefined,
    battery: rest.battery ?? undefined,
    version: rest.version ?? undefined,
    authorize: rest.authorize ?? undefined,
    dependencies: features.includes("dependencies"),
    keys: keys.map((key) => ({ ...key, roles: ["author"] })),
    slotSize: limits.slot,
  };
}
