/**
 * Pull: where the board's next manifest may be found. It is the reference URI of the manifest that
 * runs, so it is signed with each release, and a host without an envelope can ask for it.
 */
import { chars } from "../bytes.js";
import { TABLE_ENVELOPE, TABLE_MANIFEST, TABLE_MANIFEST_END } from "../flash/layout.js";
import { api, port } from "../shared.js";
import { REFERENCE_URI } from "../suit/codes.js";
import { argument, begin, next, string } from "./cbor-map.js";

/** The reference URI of the manifest in the running slot, undefined when it has none. */
export const manifestUri = (): string | undefined => {
  const table = api.readTable(api.running);
  const from = table[TABLE_MANIFEST / 4];
  begin(
    port.read(
      api.slotAt(api.running) + table[TABLE_ENVELOPE / 4] + from,
      table[TABLE_MANIFEST_END / 4] - from,
    ),
    0,
  );
  // Its byte string, the map, and in it version, sequence number and the common part, which are
  // always there, in this order.
  for (let heads = 0; heads < 7; heads++) argument(next());
  string(next());
  if (next() !== REFERENCE_URI) return;
  const uri = string(next());
  return chars(uri, 0, uri.length);
};
