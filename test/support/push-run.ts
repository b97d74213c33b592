/** A push against a stub board over a faulty cable, with limits in milliseconds. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { encode, Tagged } from "cborg";
import { framedTransport } from "../../host/link/stream.js";
import { push } from "../../host/push.js";
import type { PushEvent, PushLimits, PushOptions, PushResult } from "../../host/push-types.js";
import { type Faults, FaultyLink } from "./faulty-link.js";
import { StubBoard, type StubOptions } from "./stub-board.js";

const LIMITS: Partial<PushLimits> = {
  timing: { first: 15, longest: 60, attempts: 6 },
  backoff: { first: 1, longest: 10 },
  poll: { first: 1, longest: 10 },
  reconnect: 2000,
  trial: 5000,
};

export const bytes = (size: number, seed = 1) =>
  Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 17 + (i >> 8)) & 0xff);
const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest();

/** An envelope whose manifest holds the sequence number and some padding. */
export function makeEnvelope(
  sequence: number,
  padding: number,
  members: Record<string, Uint8Array> = {},
) {
  const manifest = encode(
    new Map<number, unknown>([
      [1, 1],
      [2, sequence],
      [3, bytes(padding, sequence)],
    ]),
  );
  const map = new Map<unknown, unknown>([[2, bytes(8)]]).set(3, manifest);
  for (const [name, data] of Object.entries(members)) map.set(name, data);
  const envelope = Uint8Array.from(encode(new Tagged(107, map)));
  const digest = sha256(encode(manifest));
  return { envelope, digest };
}

export const APP = bytes(603, 2);
export const V2 = makeEnvelope(2, 150);

export interface Run {
  board: StubBoard;
  link: FaultyLink;
  events: PushEvent[];
  result: Promise<PushResult>;
}

export function boardFor(digest: Uint8Array, options: StubOptions = {}): StubBoard {
  return new StubBoard({
    bufferSize: 128,
    resources: [{ uri: "app.bin", bytes: APP }],
    trial: { end: "confirm", after: 5 },
    digestOf: () => digest,
    ...options,
  });
}

export function start(
  board = boardFor(V2.digest),
  faults: Faults = {},
  options: Partial<PushOptions> = {},
): Run {
  const link = new FaultyLink(board, faults);
  const events: PushEvent[] = [];
  const result = push({
    connect: async () => framedTransport(link.open(), "stub"),
    envelope: V2.envelope,
    fetchPayload: async () => APP,
    onEvent: (event) => events.push(event),
    ...options,
    limits: { ...LIMITS, ...options.limits },
  });
  return { board, link, events, result };
}

export function assertInstalled(board: StubBoard, app = APP, digest = V2.digest) {
  assert.deepEqual(board.flash.running.digest, digest);
  assert.deepEqual(Buffer.from(board.flash.payload.parts.get("app.bin") ?? []), Buffer.from(app));
}

export const chunks = (board: StubBoard, command: number) =>
  board.requests.filter((request) => request.group === 66 && request.command === command);
