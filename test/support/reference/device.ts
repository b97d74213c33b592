/** The device that the reference plays. */
export interface ReferenceDevice {
  /** 16 bytes each. */
  vendor: Uint8Array;
  class: Uint8Array;
  device: Uint8Array;
  /** An empty `kid` fits every signature. */
  keys: { public: Uint8Array; kid: Uint8Array }[];
  /** The highest sequence number that was accepted. */
  sequence: number;
  slot: number;
  /** Content by component identifier (hex of its CBOR). */
  components: Map<string, Uint8Array>;
  payload(uri: string): Uint8Array | undefined;
  /** Seconds since 1970; null: the clock is not set. */
  now: number | null;
  /** mWh; null: this board cannot tell. */
  battery: number | null;
  /** The version that is installed; null: not known. */
  version: number[] | null;
  /** Updates whose priority is at most this are authorized; null: none is. */
  authorize: number | null;
  limits: { commands: number; nesting: number; components: number; uri: number; slot: number };
  /** Bytes of an envelope; 0: no limit. */
  envelopeLimit: number;
  features: "dependencies"[];
}

export const LIMITS = { commands: 256, nesting: 4, components: 8, uri: 96, slot: 0 };
