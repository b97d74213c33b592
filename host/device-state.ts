/** A device as the host plays it (host/verdict.ts). */
import { KEY_ID, KEY_ID_LENGTH, KEY_SIZE } from "../device/flash/layout.js";

export interface DeviceKey {
  /** 32 bytes. */
  public: Uint8Array;
  /** At most 14 bytes; empty when the key has none. */
  kid: Uint8Array;
  roles: string[];
}

export interface DeviceState {
  /** 16 bytes each. */
  vendor: Uint8Array;
  class: Uint8Array;
  device: Uint8Array;
  keys: DeviceKey[];
  sequence: number;
  slot: number;
  /** Bytes; 0 for no limit. */
  slotSize: number;
  /** Component identifier (CBOR, hex) to content. */
  components: Map<string, Uint8Array>;
  /** Seconds since 1970; absent: the clock was never set. */
  now?: number;
  /** mWh in the battery; absent: it cannot tell, and refuses manifests that ask. */
  battery?: number;
  /** Updates of this priority and of smaller numbers are authorised; absent: none is. */
  authorize?: number;
  /** What is installed says that it is this version (set-version). */
  version?: number[];
  /** Largest envelope it takes, bytes; absent or 0: any. */
  envelopeLimit?: number;
  /** Dependencies are processed; default true. Small boards do not. */
  dependencies?: boolean;
}

/** Public keys in the form of the board's configuration (device/flash/layout.ts, KEY_SIZE). */
export function keyRecords(keys: DeviceKey[]): Uint8Array {
  const records = new Uint8Array(keys.length * KEY_SIZE);
  keys.forEach(({ public: publicKey, kid }, i) => {
    records.set(publicKey, i * KEY_SIZE);
    records[i * KEY_SIZE + KEY_ID_LENGTH] = kid.length;
    records.set(kid, i * KEY_SIZE + KEY_ID);
  });
  return records;
}
