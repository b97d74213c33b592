/** fetch (21) with its parameters 21 and 25. */
import { no, ok, open, rows } from "../define.js";
import {
  APP,
  AUX,
  bstr,
  CHECK,
  FAILURES,
  fetch,
  hex,
  IMAGE_FILES,
  INSTALL,
  image,
  MATCH,
  OLD,
  one,
  PAYLOAD,
  sequence,
  set,
  WHO,
} from "../release.js";

const INSTALLED = ok({ app: APP });
const URI = "coap://host/app";
const remote = (...items: Parameters<typeof sequence>) =>
  one({ install: items.length ? items : [...fetch(URI), ...MATCH], outside: [] });
const served = (content: Uint8Array) => ({ payloads: { [URI]: content } });
const unset = (code: number) =>
  one({ shared: [...set({ ...WHO, ...image(APP), [code]: undefined }), ...CHECK] });

export const FETCH = rows([
  ["c21-integrated", "The payload is in the envelope under the URI", "8.4.10.4", INSTALLED, one()],
  ["c21-remote", "The payload is behind the URI", "8.4.10.4", INSTALLED, remote(), served(APP)],
  [
    "c21-both",
    "In the envelope and behind the URI: the envelope's is taken",
    "5.1.2",
    open(ok({ app: APP }), "that an integrated payload comes first is not written down"),
    one({ install: [...fetch(URI), ...MATCH], outside: [[URI, bstr(APP)]] }),
    served(OLD),
  ],
  [
    "c21-other-name",
    "The envelope's payload has another name",
    "8.4.10.4",
    no("PAYLOAD_ABSENT"),
    one({ outside: [["#other", bstr(APP)]] }),
  ],
  ["c21-absent", "E7 Nothing is behind the URI", "8.4.10.4", no("PAYLOAD_ABSENT"), remote()],
  [
    "c21-other-image",
    "E17 Another image of the same size",
    "8.4.10.4",
    no("IMAGE_DIGEST"),
    remote(),
    served(OLD),
  ],
  [
    "c21-trailing",
    "E9 A byte behind the image",
    "8.4.10.4",
    no("IMAGE_SIZE"),
    remote(),
    served(IMAGE_FILES["app-and-a-byte.bin"]),
  ],
  [
    "c21-short",
    "E9 A byte less than the image",
    "8.4.10.4",
    no("IMAGE_SIZE"),
    remote(),
    served(IMAGE_FILES["app-less-a-byte.bin"]),
  ],
  [
    "c21-empty",
    "E9 No bytes",
    "8.4.10.4",
    no("IMAGE_SIZE"),
    remote(),
    served(IMAGE_FILES["empty.bin"]),
  ],
  [
    "c21-no-uri",
    "C35 Fetch without a URI",
    "8.4.10.4",
    no("PARAMETER_MISSING"),
    remote(21, FAILURES, ...MATCH),
    served(APP),
  ],
  [
    "c21-no-digest",
    "C34 Fetch without a digest",
    "8.4.10.4",
    open(
      no("PARAMETER_MISSING"),
      "they are typically set; a device that does not know what comes does not begin",
    ),
    one({
      shared: [...set({ ...WHO, 14: APP.length }), ...CHECK],
      validate: null,
      install: fetch("#app"),
    }),
  ],
  [
    "c21-no-size",
    "C33 Fetch without a size",
    "8.4.10.4",
    open(
      no("PARAMETER_MISSING"),
      "they are typically set; a device that does not know how much comes does not begin",
    ),
    unset(14),
  ],
  [
    "c21-unchecked-image",
    "Fetched, no image condition anywhere, and it is another one",
    "8.4.10.4",
    open(
      no("IMAGE_DIGEST"),
      "the draft leaves the check to a condition; here a fetch has to bring what digest and size say",
    ),
    one({ install: fetch(URI), validate: null, outside: [] }),
    served(OLD),
  ],
  [
    "c21-twice",
    "The same component fetched twice",
    "8.4.10.4",
    INSTALLED,
    one({ install: [...fetch("#app"), 21, FAILURES, ...MATCH] }),
  ],
  [
    "c21-replaces",
    "A new image takes the place of the old one",
    "8.4.10.4",
    ok({ app: APP, other: AUX }),
    one(),
    { components: { app: OLD, other: AUX } },
  ],
  [
    "p21-ascii",
    "A URI of all kinds of characters",
    "8.4.8.10",
    INSTALLED,
    remote(...fetch("coap://h/!$&'()*+,;=:@%20~-._?q#f"), ...MATCH),
    { payloads: { "coap://h/!$&'()*+,;=:@%20~-._?q#f": APP } },
  ],
  [
    "p21-empty",
    "C35 An empty URI, behind which nothing is",
    "8.4.8.10",
    no("PAYLOAD_ABSENT"),
    remote(...fetch(""), ...MATCH),
  ],
  [
    "p21-space",
    "C35 A URI with a space",
    "8.4.8.10",
    no("PARAMETER_VALUE"),
    remote(...fetch("coap://a b"), ...MATCH),
  ],
  [
    "p21-newline",
    "C35 A URI with a line feed",
    "8.4.8.10",
    no("PARAMETER_VALUE"),
    remote(...fetch("coap://a\nb"), ...MATCH),
  ],
  [
    "p21-unicode",
    "C35 A URI beyond ASCII",
    "8.4.8.10",
    no("PARAMETER_VALUE"),
    remote(...fetch("coap://\u00e9"), ...MATCH),
  ],
  [
    "p21-bytes",
    "C11 A URI that is a byte string",
    "8.4.8.10",
    no("CBOR_TYPE"),
    one({ install: [...set({ 21: bstr(APP) }), 21, FAILURES] }),
  ],
  [
    "p25-arguments",
    "fetch-arguments: taken, and of no effect here",
    "8.4.8.13",
    open(ok({ app: APP }), "implementation-defined; our device has no use for them"),
    one({ install: [...set({ 25: bstr(hex("01")) }), ...INSTALL] }),
  ],
  [
    "p25-number",
    "C10 fetch-arguments that are a number",
    "8.4.8.13",
    no("CBOR_TYPE"),
    one({ install: [...set({ 25: 1 }), ...INSTALL] }),
  ],
  [
    "c21-in-alternative",
    "A fetch that fails in an alternative ends everything",
    "6.4",
    no("PAYLOAD_ABSENT"),
    one({
      install: [15, [sequence(...fetch("#none")), sequence(...fetch("#app"))]],
      outside: [PAYLOAD],
    }),
  ],
]);
