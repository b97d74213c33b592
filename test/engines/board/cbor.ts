/** What of the CBOR reader the link uses: the manifest needs it anyway, so it is not the link's. */
import {
  at,
  BYTES,
  head,
  input,
  load,
  MAP,
  major,
  peek,
  seek,
  skip,
  string,
  TEXT,
  TRUE,
  UINT,
} from "../../../device/suit/cbor.js";

declare const global: { [name: string]: unknown };

global.link = () => [
  at,
  BYTES,
  head,
  input,
  load,
  MAP,
  major,
  peek,
  seek,
  skip,
  string,
  TEXT,
  TRUE,
  UINT,
];
