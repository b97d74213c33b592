/** What must not work: each refusal has its number, and the flash stays as it is. */

import type { Release } from "../author/pack.js";
import { describeError } from "../errors.js";
import { push } from "../push.js";
import type { PushResult } from "../push-types.js";
import { type Bench, timed } from "./bench.js";
import { type DemoBoard, inWords, LIMITS } from "./board.js";
import type { Project } from "./project.js";
import type { Published } from "./publish.js";
import { head } from "./terminal.js";

const ROLLBACK = 401;
const MANIFEST_DIGEST = 205;
const SIGNATURE_INVALID = 203;
const VENDOR_MISMATCH = 320;
const IMAGE_DIGEST = 323;
const ALREADY_REVERTED = 404;
const REVERT_APP_THREW = 802;

export interface Given {
  v1: Release;
  v2: Published;
}

type Fetch = (uri: string) => Promise<Uint8Array>;

const nothing: Fetch = async (uri) => {
  throw new Error(`the board asked for ${uri}`);
};

const offer = (board: DemoBoard, envelope: Uint8Array, fetchPayload: Fetch) =>
  timed(() => push({ connect: () => board.connect(), envelope, fetchPayload, limits: LIMITS }));

/** Prints a refusal and checks that it is the one expected. */
function refused(bench: Bench, { outcome, error }: PushResult, expected: string, code: number) {
  const { name, message } = describeError(error?.code ?? 0);
  bench.terminal.figure(`error ${error?.code}`, `${name}: ${message}`);
  bench.expect(outcome === expected && error?.code === code, `error ${code}, ${expected}`);
}

/** Envelopes that a board must turn down before it touches its flash. */
export async function refuseEnvelopes(
  bench: Bench,
  board: DemoBoard,
  project: Project,
  { v1, v2 }: Given,
): Promise<void> {
  const flipped = v2.release.envelope.slice();
  flipped[flipped.length - 9] ^= 1;
  const forged = v2.release.envelope.slice();
  forged[70] ^= 1;
  const foreign = project.pack(v2.firmware, { sequence: 9, vendor: "other.example" });
  const cases: [name: string, envelope: Uint8Array, code: number][] = [
    ["One bit of the manifest is flipped", flipped, MANIFEST_DIGEST],
    ["One bit of the signature is flipped", forged, SIGNATURE_INVALID],
    ["Rollback to version 1, rightly signed", v1.envelope, ROLLBACK],
    ["A release for another vendor: safe to broadcast", foreign.envelope, VENDOR_MISMATCH],
  ];
  for (const [name, envelope, code] of cases) {
    const before = board.digest();
    const [result, time] = await offer(board, envelope, nothing);
    const after = board.digest();
    bench.terminal.step(null, name, "board refuses", time);
    refused(bench, result, "refused", code);
    bench.terminal.figure("flash", `SHA-256 ${head(before)} before, ${head(after)} after`);
    bench.expect(before === after, "the flash is byte for byte as it was");
  }
}

/** A swapped payload is refused when it has arrived; what runs is not touched by it. */
export async function refusePayload(
  bench: Bench,
  board: DemoBoard,
  project: Project,
): Promise<void> {
  const firmware = await project.build(3);
  const release = project.pack(firmware);
  const app = firmware.components[1].bytes.slice();
  app[0] ^= 1;
  const slot = (await board.states()).running?.slot ?? 0;
  const before = board.stored(slot);
  const [result, time] = await offer(board, release.envelope, async () => app);
  const after = board.stored(slot);
  bench.terminal.step(null, "The storage swaps the app of a signed release", "board refuses", time);
  refused(bench, result, "refused", IMAGE_DIGEST);
  bench.terminal.figure("running", `app ${head(before[1])} before, ${head(after[1])} after`);
  bench.expect(
    before.every((digest, i) => Buffer.compare(digest, after[i]) === 0),
    "what runs is byte for byte as it was",
  );
}

/** A rightly signed release with a bug: tried, taken back, and not tried again. */
export async function revertBadRelease(
  bench: Bench,
  board: DemoBoard,
  project: Project,
): Promise<void> {
  const firmware = await project.build(3);
  const release = project.pack(firmware);
  const wanted: string[] = [];
  const get: Fetch = async (uri) => {
    wanted.push(uri);
    return firmware.components[uri.includes(".agent.") ? 0 : 1].bytes;
  };
  const mark = board.mark();
  const [result, time] = await offer(board, release.envelope, get);
  const work = mark();
  bench.terminal.step(
    null,
    "Version 3, rightly signed, throws when it starts",
    "board reverts",
    time,
  );
  bench.terminal.figure("sent", `${wanted.join(", ")}; the agent is copied from the running slot`);
  refused(bench, result, "reverted", REVERT_APP_THREW);
  bench.terminal.figure("flash", inWords(work));
  bench.expect(wanted.join() === "lamp-3.app.bin", "only the app was sent");
  const { running } = await board.states();
  bench.expect(running?.sequence === 2 && running.trial === 0, "version 2 runs again");

  const [again, againTime] = await offer(board, release.envelope, nothing);
  bench.terminal.step(null, "Version 3 once more", "board refuses", againTime);
  refused(bench, again, "refused", ALREADY_REVERTED);
}
