/** Severable elements, texts, the reference URI and integrated payloads. */
import type { Pair } from "../../../support/cbor.js";
import { digestOf } from "../../../support/envelopes.js";
import { no, ok, open, rows } from "../define.js";
import {
  APP,
  AUX,
  bstr,
  CFG,
  encode,
  fetch,
  hex,
  INSTALL,
  MATCH,
  map,
  one,
  PAYLOAD,
  sequence,
  two,
} from "../release.js";

const INSTALLED = ok({ app: APP });
const SECTION = sequence(...INSTALL);
const OTHER = sequence(...MATCH);
/** The section under a key of the manifest is the digest of `named`; the envelope holds `outside`. */
const severed = (key: number, named: Uint8Array, ...outside: Pair[]) =>
  one({ install: null, manifest: { [key]: digestOf(named) }, outside: [...outside, PAYLOAD] });
const TEXT = bstr(
  map([
    "en",
    map(
      [1, "An update"],
      [[bstr(Buffer.from("app"))], map([1, "Example"], [2, "Board"], [6, "7.0.0"])],
    ),
  ]),
);
const HOSTILE = bstr(map(["en", map([1, `</script><img src=x onerror="alert(1)">`])]));
const texts = (inside: Parameters<typeof encode>[0], ...outside: Pair[]) =>
  one({ manifest: { 23: inside }, outside: [...outside, PAYLOAD] });

const REFERENCE = "of no effect on a device; a URI is printable ASCII wherever it stands";
export const SEVERABLE = rows([
  [
    "sev-install",
    "C24 install is severed and in the envelope",
    "8.6",
    INSTALLED,
    severed(20, SECTION, [20, SECTION]),
  ],
  [
    "sev-fetch",
    "C24 payload-fetch is severed and in the envelope",
    "8.6",
    INSTALLED,
    severed(16, SECTION, [16, SECTION]),
  ],
  [
    "sev-both",
    "Both, and the text",
    "8.6",
    INSTALLED,
    one({
      install: null,
      manifest: { 16: digestOf(SECTION), 20: digestOf(OTHER), 23: digestOf(TEXT) },
      outside: [[16, SECTION], [20, OTHER], [23, TEXT], PAYLOAD],
    }),
  ],
  [
    "sev-missing",
    "C24 install is severed and was discarded",
    "8.6",
    no("SEVERED_MISSING"),
    severed(20, SECTION),
  ],
  [
    "sev-fetch-missing",
    "C24 payload-fetch is severed and was discarded",
    "8.6",
    open(no("SEVERED_MISSING"), "it was needed; what was fetched before may be there"),
    severed(16, SECTION),
  ],
  [
    "sev-other-key",
    "C24 In the envelope under another key",
    "8.4.12",
    no("SEVERED_MISSING"),
    severed(20, SECTION, [16, SECTION]),
  ],
  [
    "sev-changed",
    "C24 Other commands are in the envelope",
    "8.4.12",
    no("SEVERED_DIGEST"),
    severed(20, SECTION, [20, OTHER]),
  ],
  [
    "sev-emptied",
    "C24 Nothing is in the envelope's string",
    "8.4.12",
    no("SEVERED_DIGEST"),
    severed(20, SECTION, [20, hex("40")]),
  ],
  [
    "sev-digest-of-content",
    "C24 The digest leaves out the head of the string",
    "8.4.12",
    no("SEVERED_DIGEST"),
    severed(20, encode(INSTALL), [20, SECTION]),
  ],
  [
    "sev-digest-truncated",
    "C24 A digest of 31 bytes",
    "8.4.12",
    no("DIGEST_UNSUPPORTED"),
    one({
      install: null,
      manifest: { 20: [-16, bstr(digestOf(SECTION).subarray(4, 35))] },
      outside: [[20, SECTION], PAYLOAD],
    }),
  ],
  [
    "sev-validate",
    "C24 validate must not be severed",
    "8.4",
    no("CBOR_TYPE"),
    one({ manifest: { 7: digestOf(OTHER) } }),
  ],
  [
    "sev-load",
    "C24 load must not be severed",
    "8.4",
    no("CBOR_TYPE"),
    one({ manifest: { 8: digestOf(OTHER) } }),
  ],
  [
    "sev-invoke",
    "C24 invoke must not be severed",
    "8.4",
    no("CBOR_TYPE"),
    one({ manifest: { 9: digestOf(OTHER) } }),
  ],
  [
    "sev-not-wanted",
    "C40 In the envelope and in the manifest",
    "8.4.12",
    open(no("ENVELOPE_KEY"), "the signed manifest does not ask for it"),
    one({ outside: [[20, SECTION], PAYLOAD] }),
  ],
  [
    "sev-not-asked",
    "C40 In the envelope, and the manifest has no such section",
    "8.4.12",
    open(no("ENVELOPE_KEY"), "the signed manifest does not ask for it"),
    one({ outside: [[16, SECTION], PAYLOAD] }),
  ],
  [
    "sev-not-bytes",
    "C24 In the envelope as an array",
    "8.1",
    no("CBOR_TYPE"),
    severed(20, SECTION, [20, encode(INSTALL)]),
  ],
  ["txt-inside", "C37 Texts in the manifest", "8.4.4", INSTALLED, texts(TEXT)],
  [
    "txt-severed",
    "Texts are severed and in the envelope",
    "8.4.4",
    INSTALLED,
    texts(digestOf(TEXT), [23, TEXT]),
  ],
  [
    "txt-discarded",
    "Texts are severed and were discarded: no device misses them",
    "8.6",
    INSTALLED,
    texts(digestOf(TEXT)),
  ],
  [
    "txt-changed",
    "C24 Other texts than those that were signed",
    "8.4.12",
    open(
      no("SEVERED_DIGEST"),
      "a device may discard texts unread; one that looks finds that they are not the signed ones",
    ),
    texts(digestOf(TEXT), [23, HOSTILE]),
  ],
  ["txt-hostile", "C37 Texts with markup change nothing", "8.4.4", INSTALLED, texts(HOSTILE)],
  [
    "txt-not-asked",
    "C40 Texts in the envelope that nobody signed",
    "8.4.12",
    open(no("ENVELOPE_KEY"), "the signed manifest does not ask for them"),
    one({ outside: [[23, TEXT], PAYLOAD] }),
  ],
  ["txt-not-bytes", "Texts that are no byte string", "8.1", no("CBOR_TYPE"), texts(map())],
  [
    "ref-uri",
    "A reference URI is of no effect",
    "8.4.3",
    INSTALLED,
    one({ manifest: { 4: "https://example.com/app.suit" } }),
  ],
  [
    "ref-bytes",
    "C11 A reference URI that is a byte string",
    "8.4.3",
    no("CBOR_TYPE"),
    one({ manifest: { 4: bstr(APP) } }),
  ],
  [
    "ref-space",
    "C37 A reference URI with a space",
    "8.4.3",
    open(no("PARAMETER_VALUE"), REFERENCE),
    one({ manifest: { 4: "https://example.com/a b" } }),
  ],
  [
    "ref-unicode",
    "C37 A reference URI beyond ASCII",
    "8.4.3",
    open(no("PARAMETER_VALUE"), REFERENCE),
    one({ manifest: { 4: "https://ex\u00e4mple.com/" } }),
  ],
  [
    "int-unused",
    "C40 A payload that nobody asks for",
    "5.1.2",
    INSTALLED,
    one({ outside: [PAYLOAD, ["#aux", bstr(AUX)]] }),
  ],
  [
    "int-uri-name",
    "A payload whose name is a whole URI",
    "7.6",
    INSTALLED,
    one({
      install: [...fetch("https://example.com/app.bin"), ...MATCH],
      outside: [["https://example.com/app.bin", bstr(APP)]],
    }),
  ],
  ["int-two", "Two payloads", "7.6", ok({ app: APP, cfg: CFG }), two()],
  [
    "int-changed",
    "C2 E9 A byte behind the image in the envelope",
    "7.6",
    no("IMAGE_SIZE"),
    one({ outside: [["#app", bstr(Buffer.concat([APP, hex("00")]))]] }),
  ],
  [
    "int-not-bytes",
    "C11 A payload that is a text",
    "8.2",
    no("CBOR_TYPE"),
    one({ outside: [["#app", "LED1.set()"]] }),
  ],
  [
    "int-discarded",
    "A payload that was taken out of the envelope is behind its name",
    "7.6",
    INSTALLED,
    one({ install: [...fetch("coap://h/app"), ...MATCH], outside: [] }),
    { payloads: { "coap://h/app": APP } },
  ],
]);
