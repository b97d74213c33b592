/**
 * A device that holds its components in memory: what `suitcase verify` and the engine tests run the
 * processor against. It is in no board's bundle, and like all of device/ it runs on every engine.
 */
import { chars, same } from "../bytes.js";
import {
  fail,
  IMAGE_DIGEST,
  IMAGE_SIZE,
  PAYLOAD_ABSENT,
  ROLLBACK,
  SEQUENCE_RANGE,
  SEQUENCE_REUSED,
  SLOT_TOO_SMALL,
} from "../errors.js";
import { at, input, load, seek, string, TEXT } from "./cbor.js";
import { IMAGE_MATCH, PARAM_SIZE, PARAM_SOURCE, PARAM_URI } from "./codes.js";
import { authenticate, members, type Trust } from "./envelope.js";
import { components, readManifest, sequence } from "./manifest.js";
import { type Parameters, run, type Target } from "./processor.js";

/** The largest sequence number that a board accepts. */
export const MAX_SEQUENCE = 4294967294;

/** A device's state before an update. */
export interface Memory {
  trust: Trust;
  /** Vendor, class and device identifier, 16 bytes each. */
  identity: Uint8Array[];
  /** The slot that the update would go to. */
  slot: number;
  /** Bytes that all fetched and copied components together may take; 0 for no limit. */
  slotSize: number;
  /** The highest sequence number that was ever accepted. */
  floor: number;
  maxComponents: number;
  /** Contents by component identifier (its CBOR as a byte string). Changed by an accepted update. */
  contents: { [id: string]: Uint8Array };
  /** The payload of a URI, or undefined when it cannot be had. */
  payload(uri: string): Uint8Array | undefined;
}

/** Reads the text whose head is at `from` in the envelope; leaves the reader where it was. */
export const textAt = (from: number): string => {
  const back = at;
  const outer = seek(from, input.length);
  const start = string(TEXT);
  const text = chars(input, start, at - start);
  seek(back, outer);
  return text;
};

/**
 * Authenticates and executes an envelope. Returns only when it is accepted, with its sequence number;
 * throws the refusal otherwise, and then `memory.contents` is as it was.
 */
export const judge = (envelope: Uint8Array, memory: Memory): number => {
  const hash = memory.trust.hash;
  const staged: { [id: string]: Uint8Array } = {};
  let used = 0;

  authenticate(envelope, memory.trust);
  readManifest(hash, memory.maxComponents);
  if (sequence > MAX_SEQUENCE) fail(SEQUENCE_RANGE, 0);
  if (sequence < memory.floor) fail(ROLLBACK, memory.floor);
  if (sequence === memory.floor) fail(SEQUENCE_REUSED, memory.floor);

  const idOf = (index: number): string =>
    chars(input, components[index][0], components[index][1] - components[index][0]);
  const contentOf = (index: number): Uint8Array | undefined =>
    staged[idOf(index)] || memory.contents[idOf(index)];
  const match = (index: number, parameters: Parameters): number => {
    const content = contentOf(index);
    const size = parameters[PARAM_SIZE];
    if (!content) return IMAGE_DIGEST;
    if (size !== undefined && size !== content.length) return IMAGE_SIZE;
    return same(hash(content), 0, input, parameters[IMAGE_MATCH], 32) ? 0 : IMAGE_DIGEST;
  };
  const put = (index: number, parameters: Parameters, content: Uint8Array): void => {
    staged[idOf(index)] = content;
    const reason = match(index, parameters);
    if (reason) fail(reason, index);
    used += (content.length + 3) & ~3;
    if (memory.slotSize && used > memory.slotSize) fail(SLOT_TOO_SMALL, used - memory.slotSize);
  };
  const integrated = (uri: string): Uint8Array | undefined => {
    for (let i = 0; i < members.length; i++)
      if (input[members[i][0]] > 0x5f && textAt(members[i][0]) === uri)
        return input.subarray(members[i][2], members[i][3]);
    return undefined;
  };
  const target: Target = {
    targetSlot: memory.slot,
    identity: (code) => memory.identity[code > 2 ? 2 : code - 1],
    matches: match,
    fetch: (index, parameters) => {
      const uri = textAt(parameters[PARAM_URI]);
      // What cannot fit is refused before it is asked for.
      if (memory.slotSize && used + parameters[PARAM_SIZE] > memory.slotSize)
        fail(SLOT_TOO_SMALL, used + parameters[PARAM_SIZE] - memory.slotSize);
      put(index, parameters, integrated(uri) || memory.payload(uri) || fail(PAYLOAD_ABSENT, index));
    },
    copy: (index, parameters) =>
      put(index, parameters, contentOf(parameters[PARAM_SOURCE] - 1) || fail(IMAGE_DIGEST, index)),
    invoke: () => {},
  };
  run(undefined);
  load(envelope);
  run(target);
  for (const id in staged) memory.contents[id] = staged[id];
  return sequence;
};
