/** Envelopes of the suite and of the derived vectors, taken apart so that they can be signed again. */
import { bstr, type Pair } from "../support/cbor.js";
import { PLAIN } from "../support/derived-cases.js";
import { KEY } from "../support/envelopes.js";
import { LIMITS, type ReferenceDevice } from "../support/reference/device.js";
import { authenticate } from "../support/reference/envelope.js";
import { envelopeOf, payloadsOf, referenceDeviceOf, SUITE } from "../support/suite-cases.js";
import { type FuzzDevice, fuzzDevice } from "./devices.js";
import { type Draft, ordered } from "./envelope.js";

export interface Base extends Draft {
  envelope: Uint8Array;
  /** For the envelope as it is. */
  device: FuzzDevice;
  /** The same, but it trusts the key that we sign with. */
  ours: FuzzDevice;
}

function baseOf(envelope: Uint8Array, device: FuzzDevice): Base[] {
  try {
    const { manifest, severed, integrated } = authenticate(envelope, device);
    const members: Pair[] = [...severed, ...integrated].map(([key, content]) => [
      key,
      bstr(content),
    ]);
    const ours = { ...device, keys: [{ public: KEY.publicKey, kid: new Uint8Array(0) }] };
    return [{ manifest, outside: ordered(members), envelope, device, ours }];
  } catch {
    // Not authentic: there is nothing to sign again.
    return [];
  }
}

const URIS = ["coap://upd.example/fw.bin"];

function derivedDevice({ device }: (typeof PLAIN)[number]): ReferenceDevice {
  return {
    ...device,
    keys: [{ public: device.publicKey, kid: new Uint8Array(0) }],
    now: device.now ?? null,
    battery: null,
    version: null,
    authorize: null,
    limits: LIMITS,
    envelopeLimit: 0,
    features: ["dependencies"],
  };
}

/** Every authentic envelope there is. */
export const BASES: Base[] = [
  ...SUITE.flatMap((each) =>
    baseOf(
      envelopeOf(each),
      fuzzDevice(each.id, { ...referenceDeviceOf(each), payloads: new Map(payloadsOf(each)) }),
    ),
  ),
  ...PLAIN.flatMap((each) => {
    const device = derivedDevice(each);
    const payloads = new Map(
      URIS.flatMap((uri): [string, Uint8Array][] => {
        const content = device.payload(uri);
        return content ? [[uri, content]] : [];
      }),
    );
    return baseOf(each.envelope, fuzzDevice(each.id, { ...device, payloads }));
  }),
];
