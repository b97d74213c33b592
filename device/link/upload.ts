/** Uploads in pieces (docs/wire-format.md, "Offsets"). */
import { fail, LINK_LENGTH, LINK_REQUEST } from "../errors.js";
import type { Request, Value } from "./cbor-map.js";

/** Takes a piece of an upload of `size` bytes, of which `next` is wanted; answers what is wanted then. */
export const upload = (
  request: Request,
  size: number,
  next: number,
  put: (data: Uint8Array) => number,
): Value => {
  const data = request.data as Uint8Array;
  if (!data.buffer) fail(LINK_REQUEST, 0);
  if (request.off === 0 && request.len !== size) fail(LINK_LENGTH, size);
  if (request.off === next) {
    if (next + data.length > size) fail(LINK_LENGTH, size);
    next = put(data);
  }
  return { off: next };
};
