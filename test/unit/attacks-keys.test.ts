/** Attacks C5, C6 and C12: map keys twice or out of order, and tags. */
import {
  CBOR_DUPLICATE_KEY,
  CBOR_KEY_ORDER,
  CBOR_TYPE,
  COMMAND_UNSUPPORTED,
  COSE_MALFORMED,
  COSE_PAYLOAD_ATTACHED,
  MANIFEST_KEY,
  NOT_AN_ENVELOPE,
  PARAMETER_UNSUPPORTED,
} from "../../device/errors.js";
import { bstr, hex, map, type Pair, tag } from "../support/cbor.js";
import {
  type Block,
  CLASS,
  checked,
  commands,
  commonPairs,
  componentId,
  digestOf,
  ED25519_HEADER,
  IMAGE,
  INSTALL,
  install,
  manifest,
  manifestPairs,
  override,
  PAYLOAD,
  SEQUENCE,
  seal,
  sealed,
  shared,
  sign1,
  URI,
  update,
  VENDOR,
} from "../support/envelopes.js";
import { refusals } from "../support/verdicts.js";

/** One pair twice. */
const twice = (pairs: Pair[], at: number) => [...pairs.slice(0, at + 1), ...pairs.slice(at)];
/** A pair changes places with the next one. */
const swapped = (pairs: Pair[], at: number) => [
  ...pairs.slice(0, at),
  pairs[at + 1],
  pairs[at],
  ...pairs.slice(at + 2),
];
const NUMBERS: Pair[] = [
  [1, bstr(VENDOR)],
  [2, bstr(CLASS)],
  [3, bstr(digestOf(IMAGE))],
  [14, IMAGE.length],
];
const SEVERED: Pair[] = [16, 20, 23].map((key) => [key, commands(3, 15)]);
const NAMES: Pair[] = [URI, "#apq", "#longer"].map((name) => [name, bstr(IMAGE)]);
const LABELS: Pair[] = [
  [1, -19],
  [4, bstr(hex("01"))],
];
const DIGEST = digestOf(bstr(manifest()));
const withBlock = (block: Block) => sealed({ blocks: [block] });
const withHeader = (pairs: Pair[]) => withBlock({ header: bstr(map(...pairs)) });
const withMember = (key: number, value: Uint8Array) =>
  sealed({ members: (all) => all.map(([k, v]): Pair => [k, k === key ? value : v]) });

/** Every map of an envelope, and how it is put back. */
const MAPS: [string, Pair[], (pairs: Pair[]) => Uint8Array][] = [
  ["manifest", manifestPairs(), (pairs) => seal(map(...pairs))],
  ["common", commonPairs(), (pairs) => update({ 3: bstr(map(...pairs)) })],
  ["parameters", NUMBERS, (pairs) => shared(20, map(...pairs), 1, 15, 2, 15)],
  ["severed members", SEVERED, (outside) => sealed({ outside })],
  ["names of payloads", NAMES, (outside) => sealed({ outside })],
  ["protected header", LABELS, withHeader],
];

describe("attacks: keys and tags", () => {
  for (const [name, pairs, put] of MAPS) {
    for (let i = 0; i < pairs.length; i++)
      refusals("C5 duplicate map key", CBOR_DUPLICATE_KEY, {
        [`${name}, pair ${i}`]: () => put(twice(pairs, i)),
        [`${name}, key ${i} with another value`]: () =>
          put([...pairs.slice(0, i + 1), [pairs[i][0], null], ...pairs.slice(i + 1)]),
      });
    for (let i = 0; i < pairs.length - 1; i++)
      refusals("C6 keys out of order", CBOR_KEY_ORDER, {
        [`${name}, pairs ${i} and ${i + 1}`]: () => put(swapped(pairs, i)),
      });
  }
  refusals("C5 duplicate map key", CBOR_DUPLICATE_KEY, {
    "the manifest twice": () => sealed({ members: (all) => twice(all, 1) }),
    "another manifest": () => sealed({ outside: [[3, bstr(manifest({ 2: 99 }))]] }),
    "unprotected header": () => withBlock({ unprotected: map(LABELS[1], LABELS[1]) }),
  });
  refusals("C6 keys out of order", CBOR_KEY_ORDER, {
    "a second wrapper behind the manifest": () => sealed({ outside: [[2, bstr(DIGEST)]] }),
    "a severed member behind a payload": () => sealed({ outside: [PAYLOAD, SEVERED[0]] }),
    "key 0 behind the manifest": () => sealed({ outside: [[0, bstr(DIGEST)]] }),
  });

  refusals("C12 tag where none belongs", CBOR_TYPE, {
    "wrapper's string": () => withMember(2, tag(24, bstr([bstr(DIGEST), bstr(sign1(DIGEST))]))),
    digest: () => sealed({ digest: tag(24, DIGEST) }),
    "COSE block's string": () => sealed({ authentication: [tag(24, bstr(sign1(DIGEST)))] }),
    "wrapper's array": () => sealed({ wrapper: tag(1, [bstr(DIGEST), bstr(sign1(DIGEST))]) }),
    "protected header": () => withBlock({ header: tag(24, ED25519_HEADER) }),
    "unprotected header": () => withBlock({ unprotected: tag(1, map()) }),
    "COSE algorithm": () => withHeader([[1, tag(1, -19)]]),
    "manifest's string": () => withMember(3, tag(24, bstr(manifest()))),
    "manifest's map (1070)": () => seal(tag(1070, manifest())),
    version: () => update({ 1: tag(1, 1) }),
    "sequence number": () => update({ 2: tag(1, SEQUENCE) }),
    common: () => update({ 3: tag(24, bstr(map(...commonPairs()))) }),
    components: () => update({}, { 2: tag(1, [componentId("app")]) }),
    "component identifier": () => update({}, { 2: [tag(1, componentId("app"))] }),
    "part of a component identifier": () => update({}, { 2: [[tag(37, bstr(IMAGE))]] }),
    section: () => update({ 20: tag(24, commands(...INSTALL)) }),
    "command sequence": () => update({ 20: bstr(tag(1, INSTALL)) }),
    parameters: () => install(20, tag(259, map([21, URI]))),
    "report policy": () => update({ 7: commands(3, tag(1, 15)) }),
    "vendor as private enterprise number (112)": () =>
      shared(...checked({ 1: tag(112, bstr(hex("86d20d"))) })),
    "class as UUID (37)": () => shared(...checked({ 2: tag(37, bstr(CLASS)) })),
    "image digest": () => shared(...checked({ 3: tag(24, bstr(digestOf(IMAGE))) })),
    "image digest's array": () => shared(...checked({ 3: bstr(tag(1, digestOf(IMAGE))) })),
    "image size": () => shared(...checked({ 14: tag(1, IMAGE.length) })),
    "URI (32)": () => install(...override({ 21: tag(32, URI) }), 21, 2),
    alternatives: () => install(15, tag(1, [commands(3, 15), null])),
    payload: () => sealed({ outside: [[URI, tag(24, bstr(IMAGE))]] }),
    "name of a payload": () => sealed({ outside: [[tag(32, URI), bstr(IMAGE)]] }),
  });
  refusals("C12 tag where none belongs", NOT_AN_ENVELOPE, {
    "self-described CBOR": () => sealed({ frame: (all) => tag(55799, tag(107, all)) }),
    "tag 107 twice": () => sealed({ frame: (all) => tag(107, tag(107, all)) }),
    "another tag": () => sealed({ frame: (all) => tag(108, all) }),
    "no tag": () => sealed({ frame: (all) => all }),
    "a bare manifest (1070)": () => tag(1070, manifest()),
  });
  refusals("C12 tag where none belongs", COSE_MALFORMED, {
    "tag 18 twice": () => sealed({ authentication: [bstr(tag(18, sign1(DIGEST)))] }),
  });
  refusals("C12 tag where none belongs", COSE_PAYLOAD_ATTACHED, {
    "payload of the signature": () => withBlock({ payload: tag(1, null) }),
  });
  refusals("C12 tag where none belongs", COMMAND_UNSUPPORTED, {
    "command code": () => install(tag(1, 3), 15),
  });
  refusals("C12 tag where none belongs", PARAMETER_UNSUPPORTED, {
    "parameter code": () => install(20, map([tag(1, 21), URI])),
  });
  refusals("C12 tag where none belongs", MANIFEST_KEY, {
    "key of the manifest": () => seal(map([tag(1, 1), 1])),
  });
});
