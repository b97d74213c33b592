/** The devices that envelopes are offered to, and what can be fetched. */
import { hex } from "../support/cbor.js";
import { CLASS, DEVICE, KEY, STRANGER, VENDOR } from "../support/envelopes.js";
import { LIMITS, type ReferenceDevice } from "../support/reference/device.js";

/** A device of the reference whose payloads can be counted. */
export interface FuzzDevice extends ReferenceDevice {
  name: string;
  payloads: Map<string, Uint8Array>;
}

export function fuzzDevice(name: string, device: Omit<FuzzDevice, "name" | "payload">): FuzzDevice {
  return { ...device, name, payload: (uri) => device.payloads.get(uri) };
}

const text = (content: string) => new Uint8Array(Buffer.from(content));

/** What components are filled with. The last one is in the device already. */
export const CONTENTS: Uint8Array[] = [
  text("LED1.set()"),
  text("first"),
  text("a second component that is longer than all the others"),
  text("[1,2]"),
  text("what was there before"),
];
export const OLD = CONTENTS.length - 1;
export const REMOTE = CONTENTS.map((_, i) => `/${i}`);

export const idOf = (name: string) =>
  `81${(0x40 + name.length).toString(16)}${Buffer.from(name).toString("hex")}`;

const KID = hex("aa01");
const PLAIN: Omit<FuzzDevice, "name" | "payload"> = {
  vendor: VENDOR,
  class: CLASS,
  device: DEVICE,
  keys: [{ public: KEY.publicKey, kid: new Uint8Array(0) }],
  sequence: 6,
  slot: 1,
  components: new Map([[idOf("old"), CONTENTS[OLD]]]),
  payloads: new Map([...REMOTE.entries()].map(([i, uri]) => [uri, CONTENTS[i]])),
  now: 1790000000,
  battery: 500,
  version: [1, 2, 3],
  authorize: 5,
  limits: LIMITS,
  envelopeLimit: 0,
  features: ["dependencies"],
};

/** The first one can do everything. */
export const DEVICES: FuzzDevice[] = [
  fuzzDevice("full", PLAIN),
  fuzzDevice("plain", { ...PLAIN, features: [], battery: null }),
  fuzzDevice("ignorant", { ...PLAIN, now: null, version: null, authorize: null }),
  fuzzDevice("small", { ...PLAIN, limits: { ...LIMITS, slot: 64 } }),
  fuzzDevice("two keys", {
    ...PLAIN,
    keys: [
      { public: STRANGER.publicKey, kid: hex("bb") },
      { public: KEY.publicKey, kid: KID },
    ],
  }),
  fuzzDevice("empty", { ...PLAIN, components: new Map(), payloads: new Map(), features: [] }),
];
