/** SMP packets: eight bytes of header and one CBOR map with text keys (docs/wire-format.md). */
import { decode, encode } from "cborg";

export const READ = 0;
export const WRITE = 2;
export const HEADER_SIZE = 8;

export const GROUP_OS = 0;
export const GROUP_SUIT = 66;

export interface Request {
  op: typeof READ | typeof WRITE;
  group: number;
  command: number;
  fields: Record<string, unknown>;
}

export function encodePacket({ op, group, command, fields }: Request, sequence: number) {
  const map = encode(fields);
  const packet = new Uint8Array(HEADER_SIZE + map.length);
  const view = new DataView(packet.buffer);
  view.setUint8(0, op);
  view.setUint16(2, map.length);
  view.setUint16(4, group);
  view.setUint8(6, sequence);
  view.setUint8(7, command);
  packet.set(map, HEADER_SIZE);
  return packet;
}

/** The map of `packet` when it is the well-formed answer to `request`; null for anything else. */
export function decodeAnswer(packet: Uint8Array, request: Uint8Array): Answer | null {
  if (packet.length <= HEADER_SIZE) return null;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  if ((packet[0] as number) !== ((request[0] as number) | 1)) return null;
  if (view.getUint16(2) !== packet.length - HEADER_SIZE) return null;
  for (const at of [4, 5, 6, 7]) if (packet[at] !== request[at]) return null;
  try {
    const map: unknown = decode(packet.subarray(HEADER_SIZE), { useMaps: true });
    return map instanceof Map ? new Answer(map) : null;
  } catch {
    return null;
  }
}

/** The fields of an answer by type: a field of another type than the contract's counts as absent. */
export class Answer {
  readonly #map: ReadonlyMap<unknown, unknown>;

  constructor(map: ReadonlyMap<unknown, unknown>) {
    this.#map = map;
  }

  integer(key: string): number | undefined {
    const value = this.#map.get(key);
    return Number.isSafeInteger(value) ? (value as number) : undefined;
  }

  text(key: string): string | undefined {
    const value = this.#map.get(key);
    return typeof value === "string" ? value : undefined;
  }

  bytes(key: string): Uint8Array | undefined {
    const value = this.#map.get(key);
    return value instanceof Uint8Array ? value : undefined;
  }

  list(key: string): Answer[] {
    const value = this.#map.get(key);
    if (!Array.isArray(value)) return [];
    return value.filter((item) => item instanceof Map).map((item) => new Answer(item));
  }

  has(key: string): boolean {
    return this.#map.has(key);
  }

  /** The result code: 0 when absent. SMP version 2 may wrap it into `err`. */
  get rc(): number {
    const wrapped = this.#map.get("err");
    return (wrapped instanceof Map ? new Answer(wrapped) : this).integer("rc") ?? 0;
  }
}
