/**
 * A device that holds its components in memory: what `suitcase verify` and the engine tests run the
 * processor against. It is in no board's bundle, and like all of device/ it runs on every engine.
 *
 * As on a board the whole manifest is executed on promises before the first payload is asked for.
 */
import { chars, same } from "../bytes.js";
import {
  BATTERY_LOW,
  CLASS_MISMATCH,
  CLOCK_UNSET,
  COMPONENT_ID,
  CONTENT_MISMATCH,
  DEVICE_MISMATCH,
  EXPIRED,
  fail,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  NOT_AUTHORIZED,
  PAYLOAD_ABSENT,
  ROLLBACK,
  SEQUENCE_RANGE,
  SEQUENCE_REUSED,
  SLOT_MISMATCH,
  SLOT_TOO_SMALL,
  VENDOR_MISMATCH,
} from "../errors.js";
import { at, BYTES, end, extend, input, seek, string, TEXT } from "./cbor.js";
import {
  COMPONENT_SLOT,
  COPY,
  FETCH,
  IMAGE_MATCH,
  MINIMUM_BATTERY,
  PARAM_CONTENT,
  PARAM_SIZE,
  PARAM_SOURCE,
  PARAM_URI,
  SHARED,
  SWAP,
  UPDATE_AUTHORIZED,
  USE_BEFORE,
  VENDOR_IDENTIFIER,
  WRITE,
} from "./codes.js";
import { findManifest } from "./dependency.js";
import { authenticate, members } from "./envelope.js";
import { components, dependencies, readManifest, sequence } from "./manifest.js";
import { run } from "./processor.js";
import { type Parameters, type Target, useTarget } from "./target.js";
import { type Trust, useTrust } from "./trust.js";

/** The largest sequence number that a board accepts. */
export const MAX_SEQUENCE = 4294967294;

/** A device's state before an update. */
export interface Memory {
  trust: Trust;
  /** Vendor, class and device identifier, 16 bytes each. */
  identity: Uint8Array[];
  /** The slot that the update would go to. */
  slot: number;
  /** Bytes that all components which were written may take together; 0 for no limit. */
  slotSize: number;
  /** The highest sequence number that was ever accepted. */
  floor: number;
  /** Contents by component identifier (its CBOR as a byte string). Changed by an accepted update. */
  contents: { [id: string]: Uint8Array };
  /** The payload of a URI, or undefined when it cannot be had. */
  payload(uri: string): Uint8Array | undefined;
  /** Seconds since 1970; undefined without a clock that was set. */
  now?: number;
  /** mWh in the battery. */
  battery?: number;
  /** Priorities up to this one are authorised; undefined: none is. */
  authorize?: number;
  /** Of what is installed (set-version). */
  version?: number[];
  trace?: Target["trace"];
}

/** What a component holds: bytes, or the promise of the bytes that this digest and size are of. */
interface Holding {
  bytes?: Uint8Array;
  digestAt: number;
  size: number;
  uri: number;
  /** The component that it was fetched for. */
  index: number;
  /** Where the bytes of a dependency were put to be read. */
  range?: number[];
}

/** The content of the string whose head is at `from`; leaves the reader where it was. */
const contentAt = (from: number, type: number): Uint8Array => {
  const back = at;
  const outer = end;
  seek(from, input.length);
  const start = string(type);
  const content = input.subarray(start, at);
  seek(back, outer);
  return content;
};

/** The text whose head is at `from` in the envelope. */
export const textAt = (from: number): string => {
  const text = contentAt(from, TEXT);
  return chars(text, 0, text.length);
};

/** The payload that the envelope itself holds under a URI. */
const integrated = (uri: string): Uint8Array | undefined => {
  for (let i = 0; i < members.length; i++)
    if (input[members[i][0]] > 0x5f && textAt(members[i][0]) === uri)
      return input.subarray(members[i][2], members[i][3]);
  return undefined;
};

/**
 * Authenticates and executes an envelope. Returns only when it is accepted, with its sequence number;
 * throws the refusal otherwise, and then `memory.contents` is as it was.
 */
export const judge = (envelope: Uint8Array, memory: Memory): number => {
  const hash = memory.trust.hash;
  const held: { [id: string]: Holding | undefined } = {};
  const promised: Holding[] = [];
  let used = 0;
  const idOf = (index: number): string =>
    chars(input, components[index][0], components[index][1] - components[index][0]);

  useTrust(memory.trust);
  authenticate(envelope);
  readManifest();
  // Two components of one name would be one.
  components.forEach((range, i) => {
    for (let j = 0; j < i; j++) if (idOf(j) === idOf(i)) fail(COMPONENT_ID, range[0]);
  });
  if (sequence > MAX_SEQUENCE) fail(SEQUENCE_RANGE, 0);
  if (sequence < memory.floor) fail(ROLLBACK, memory.floor);
  if (sequence === memory.floor) fail(SEQUENCE_REUSED, memory.floor);

  const holding = (index: number): Holding | undefined => {
    const id = idOf(index);
    const bytes = memory.contents[id];
    if (id in held) return held[id];
    return bytes && { bytes: bytes, digestAt: 0, size: bytes.length, uri: 0, index: index };
  };
  /** The bytes of a dependency, put behind the envelope. */
  const rangeOf = (item: Holding): number[] => {
    if (!item.range) {
      const from = extend(item.bytes as Uint8Array);
      item.range = [from, from + item.size];
    }
    return item.range;
  };
  const digestOf = (item: Holding, index: number): Uint8Array | undefined => {
    if (!dependencies[index]) return hash(item.bytes as Uint8Array);
    const range = rangeOf(item);
    const manifest = findManifest(range);
    return manifest && hash(input.subarray(manifest[0], manifest[1]));
  };
  const compare = (item: Holding | undefined, values: Parameters, index: number): number => {
    if (!item) return IMAGE_DIGEST;
    if (values[PARAM_SIZE] !== undefined && values[PARAM_SIZE] !== item.size) return IMAGE_SIZE;
    if (values[IMAGE_MATCH] === undefined) return 0;
    const digest = item.bytes
      ? digestOf(item, index)
      : input.subarray(item.digestAt, item.digestAt + 32);
    return digest && same(digest, 0, input, values[IMAGE_MATCH], 32) ? 0 : IMAGE_DIGEST;
  };
  const hasContent = (item: Holding | undefined, content: Uint8Array): boolean => {
    if (!item || item.size !== content.length) return false;
    return item.bytes
      ? same(item.bytes, 0, content, 0, content.length)
      : same(hash(content), 0, input, item.digestAt, 32);
  };
  /** Puts something into a component that is the right thing for it. */
  const place = (index: number, values: Parameters, item: Holding): void => {
    const reason = compare(item, values, index);
    if (reason) fail(reason, index);
    used += item.size + (-item.size & 3);
    if (memory.slotSize && used > memory.slotSize) fail(SLOT_TOO_SMALL, used - memory.slotSize);
    held[idOf(index)] = item;
  };
  const put = (index: number, values: Parameters, bytes: Uint8Array): void =>
    place(index, values, { bytes: bytes, digestAt: 0, size: bytes.length, uri: 0, index: index });

  const target: Target = {
    locate: (index) => {
      const item = holding(index);
      return item && item.bytes && rangeOf(item);
    },
    installed: memory.version,
    // Its readers know the shared sequence as section 0.
    trace: (section, offset, code, index, dependency) => {
      if (memory.trace)
        memory.trace(section === SHARED ? 0 : section, offset, code, index, dependency);
    },
    check: (need, value, index, values) => {
      if (need === IMAGE_MATCH) return compare(holding(index), values, index);
      if (need === COMPONENT_SLOT) return value === memory.slot ? 0 : SLOT_MISMATCH;
      if (need === USE_BEFORE)
        return memory.now === undefined ? CLOCK_UNSET : memory.now < value ? 0 : EXPIRED;
      if (need === MINIMUM_BATTERY) return (memory.battery || 0) < value ? BATTERY_LOW : 0;
      if (need === UPDATE_AUTHORIZED)
        return memory.authorize !== undefined && value <= memory.authorize ? 0 : NOT_AUTHORIZED;
      if (need === PARAM_CONTENT)
        return hasContent(holding(index), contentAt(value, BYTES)) ? 0 : CONTENT_MISMATCH;
      const known = memory.identity[need > 2 ? 2 : need - 1];
      if (same(input, value, known, 0, 16)) return 0;
      return need === VENDOR_IDENTIFIER
        ? VENDOR_MISMATCH
        : need === 2
          ? CLASS_MISMATCH
          : DEVICE_MISMATCH;
    },
    act: (code, index, values) => {
      if (code === WRITE) put(index, values, contentAt(values[PARAM_CONTENT], BYTES));
      if (code === FETCH) {
        const uri = textAt(values[PARAM_URI]);
        let payload = integrated(uri);
        // A dependency has to be there before anything it says can be executed.
        if (!payload && dependencies[index])
          payload = memory.payload(uri) || fail(PAYLOAD_ABSENT, index);
        if (payload) put(index, values, payload);
        else {
          const item: Holding = {
            digestAt: values[IMAGE_MATCH],
            size: values[PARAM_SIZE],
            uri: values[PARAM_URI],
            index: index,
          };
          place(index, values, item);
          promised.push(item);
        }
      }
      if (code === COPY || code === SWAP) {
        const source = values[PARAM_SOURCE] - 1;
        const from = holding(source);
        const to = holding(index);
        if (!from) fail(IMAGE_DIGEST, index);
        if (code === COPY) place(index, values, from as Holding);
        else {
          held[idOf(index)] = from as Holding;
          // Where nothing was, nothing comes from: the source is empty then.
          held[idOf(source)] = to;
        }
      }
    },
  };
  useTarget(target);
  run();
  promised.forEach((item) => {
    item.bytes = memory.payload(textAt(item.uri)) || fail(PAYLOAD_ABSENT, item.index);
    if (item.bytes.length !== item.size) fail(IMAGE_SIZE, item.index);
    if (!same(hash(item.bytes), 0, input, item.digestAt, 32)) fail(IMAGE_DIGEST, item.index);
  });
  for (const id in held) {
    const item = held[id];
    if (item) memory.contents[id] = item.bytes as Uint8Array;
    else delete memory.contents[id];
  }
  return sequence;
};
