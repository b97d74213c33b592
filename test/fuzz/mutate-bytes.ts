/** Changes of bytes that know nothing of what they mean. */
import { concat, hex } from "../support/cbor.js";
import type { Choices } from "./choices.js";

/** Bytes at which a CBOR reader has to make up its mind. */
const EDGES = hex(
  "00 01 17 18 19 1a 1b 1c 1f 20 38 3f 40 41 58 5a 5b 5f 60 78 7f 80 81 82 84 98 9b 9f a0 a1 " +
    "a2 b8 bb bf c0 d2 d8 f4 f5 f6 f7 f8 f9 fb ff",
);
const INSERTED = ["00", "0c00", "0cf5", "0e0f", "0f82", "140d", "1bffffffffffffffff"]
  .concat(["5affffffff", "9bffffffffffffffff", "81818181", "d86b", "f93c00", "1a00010000", "a0"])
  .map(hex);

/** One change; `other` is what parts are taken from. */
function change(bytes: Uint8Array, other: Uint8Array, choices: Choices): Uint8Array {
  const at = choices.below(bytes.length + 1);
  const size = 1 + choices.below(choices.pick([1, 4, 32]));
  const before = bytes.subarray(0, at);
  const behind = bytes.subarray(at + size);
  switch (choices.below(8)) {
    case 0: // flip
      return bytes.map((byte, i) => (i === at ? byte ^ (1 << choices.below(8)) : byte));
    case 1: // set
      return bytes.map((byte, i) => (i === at ? choices.pick([...EDGES]) : byte));
    case 2: // insert
      return concat(before, choices.pick(INSERTED), bytes.subarray(at));
    case 3: // delete
      return concat(before, behind);
    case 4: {
      // splice: a part of another one
      const from = choices.below(other.length + 1);
      return concat(before, other.subarray(from, from + size), behind);
    }
    case 5: // replace
      return concat(before, choices.pick(INSERTED), behind);
    case 6: // double
      return concat(bytes.subarray(0, at + size), bytes.subarray(at));
    default: // truncate
      return before;
  }
}

/** One change, rarely several. */
export function changed(bytes: Uint8Array, other: Uint8Array, choices: Choices): Uint8Array {
  let result = bytes;
  for (let left = choices.rarely(4) ? 1 + choices.below(4) : 1; left; left--)
    result = change(result, other, choices);
  return result;
}
