/**
 * Uploads by offset. The board always answers the offset it wants next and the host always follows:
 * ahead (it has the beginning already), short (it took less), or back (it restarted).
 */
import { encode } from "cborg";
import { SuitcaseError } from "../errors.js";
import { type Answer, HEADER_SIZE } from "./packet.js";

/** Answers that ask for the same offset, without anything new arriving, before the host gives up. */
const MAX_REPEATS = 8;

export type Progress = (done: number, total: number) => void;

export interface Upload {
  bytes: Uint8Array;
  /** Fields of every request beside `off`, `data` and `len`. */
  fields: Record<string, unknown>;
  /** Fields of the request with `off` 0 alone. */
  first: Record<string, unknown>;
  /** The board's `buf_size`. */
  bufferSize: number;
  /** Chunks but the last end at multiples of this: what the board programs at once. */
  align: 1 | 4;
  send: (fields: Record<string, unknown>) => Promise<Answer>;
  onProgress?: Progress | undefined;
}

export async function upload(options: Upload) {
  const { bytes, fields, first, bufferSize, align, send, onProgress } = options;
  const total = bytes.length;
  const repeats = new Map<number, number>();
  let highest = 0;
  let off = 0;
  for (;;) {
    const request = { ...fields, off, ...(off === 0 ? { ...first, len: total } : {}) };
    const size = Math.min(total - off, chunkSize(request, bufferSize, align));
    const answer = await send({ ...request, data: bytes.subarray(off, off + size) });
    const wanted = answer.integer("off");
    if (wanted === undefined || wanted < 0 || wanted > total) {
      throw new SuitcaseError(
        "LINK_ANSWER",
        `The board asks for offset ${wanted} of ${total} bytes.`,
      );
    }
    onProgress?.(wanted, total);
    if (wanted === total) return;
    if (wanted > highest) {
      highest = wanted;
      repeats.clear();
    }
    const count = (repeats.get(wanted) ?? 0) + 1;
    if (count > MAX_REPEATS) {
      throw new SuitcaseError(
        "LINK_NO_PROGRESS",
        `The board asks for offset ${wanted} again and again.`,
      );
    }
    repeats.set(wanted, count);
    off = wanted;
  }
}

/** How many bytes of `data` fit beside `fields` into one packet of `bufferSize`. */
export function chunkSize(
  fields: Record<string, unknown> & { off: number },
  bufferSize: number,
  align: 1 | 4,
): number {
  const rest = encode({ ...fields, data: new Uint8Array(0) }).length - 1;
  const room = bufferSize - HEADER_SIZE - rest;
  let size = room - headSize(room);
  if (size + 1 + headSize(size + 1) <= room) size++;
  size -= (fields.off + size) % align;
  if (size < 1) {
    throw new SuitcaseError("LINK_ANSWER", `A packet of ${bufferSize} bytes has no room for data.`);
  }
  return size;
}

/** Bytes in front of a CBOR byte string of this length. */
function headSize(length: number): number {
  if (length < 24) return 1;
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : 5;
}
