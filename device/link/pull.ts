/**
 * Pull: where the board's next manifest may be found. It is the reference URI of the manifest that
 * runs, so it is signed with each release, and a host without an envelope can ask for it.
 */
import { chars } from "../bytes.js";
import { TABLE_ENVELOPE, TABLE_MANIFEST, TABLE_MANIFEST_END } from "../flash/layout.js";
import { api, port } from "../shared.js";
import { at, BYTES, head, input, load, MAP, skip, string, TEXT, UINT } from "../suit/cbor.js";
import { REFERENCE_URI } from "../suit/codes.js";

/** The reference URI of the manifest in the running slot, undefined when it has none. */
export const manifestUri = (): string | undefined => {
  const table = api.readTable(api.running);
  const from = table[TABLE_MANIFEST / 4];
  load(
    port.read(
      api.slotAt(api.running) + table[TABLE_ENVELOPE / 4] + from,
      table[TABLE_MANIFEST_END / 4] - from,
    ),
  );
  head(BYTES);
  head(MAP);
  // Version, sequence number and the common part are always there, in this order.
  for (let key = 0; key < 5; key++) head(UINT);
  string(BYTES);
  if (!skip(REFERENCE_URI)) return;
  const start = string(TEXT);
  return chars(input, start, at - start);
};
