/**
 * Dependencies on a board (suit-trust-domains-12), with an agent that is built with them: an operator's
 * manifest that wraps an author's, and what the bootloader makes of it.
 */
import assert from "node:assert/strict";
import {
  DEPENDENCY_ABSENT,
  DEPENDENCY_UNCHECKED,
  MANIFEST_KEY,
  SIGNATURE_INVALID,
} from "../../device/errors.js";
import { readBundle } from "../../host/board/bundles.js";
import { bstr, map, type Node } from "../support/cbor.js";
import {
  type Changes,
  commands,
  componentId,
  digestOf,
  manifest,
  override,
  patched,
  seal,
  sha256,
  testKey,
} from "../support/envelopes.js";
import {
  agentOf,
  CLASS,
  type Made,
  profileOf,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  VENDOR,
} from "../support/sim-board.js";

/** The key that the boards of sim-board.ts trust. */
const OPERATOR = testKey(7);
const CHECK: Node[] = [7, 15, 11, 15];

/** An operator's release that wraps an author's. */
function wrap(author: Made, sequence: number, changes: Changes = {}, key = OPERATOR): Made {
  const digest = digestOf(bstr(author.manifest));
  const identity = { 1: bstr(VENDOR), 2: bstr(CLASS), 3: bstr(digest) };
  const content = manifest(
    {
      2: sequence,
      7: commands(...CHECK),
      9: commands(...CHECK),
      15: commands(...override({ 21: "#dep" }), 21, 2, ...CHECK),
      20: commands(...CHECK),
      ...changes,
    },
    {
      1: map([0, map()]),
      2: [componentId("dep.suit")],
      4: commands(...override(identity), 1, 15, 2, 15),
    },
  );
  const envelope = seal(content, {
    blocks: [{ key }],
    outside: [["#dep", bstr(author.envelope)]],
  });
  return { ...author, envelope, manifest: content, digest: sha256(bstr(content)) };
}

describe("dependencies on a board", () => {
  const profile = profileOf("joltjs", 20);
  const agent = readBundle("test/agent.img");
  const v1 = release(profile, 1, "one", { agent });
  const author = release(profile, 1, "two", { agent });
  const wrapped = wrap(author, 2);
  const board = () => new SimBoard(profile, { firmware: v1 });

  it("an operator's manifest installs what the author's describes", () => {
    const sim = board();
    assert.deepEqual(sim.update(wrapped), { state: STAGED, error: 0, at: 0, fetched: ["app"] });
    sim.powerCycle();
    assert.ok(sim.runs(wrapped));
    // What the running firmware holds is found by the digests of the author's manifest.
    const next = wrap(release(profile, 1, "three", { agent }), 3);
    assert.deepEqual(sim.update(next), { state: STAGED, error: 0, at: 0, fetched: ["app"] });
    assert.ok(sim.runs(next));
    assert.deepEqual(sim.lines, ["one", "two", "two", "three"]);
  });

  it("A22: a bit of the author's manifest that changes in the slot is found at the next boot", () => {
    const sim = board();
    sim.update(wrapped);
    const slot = sim.flash.snapshot().image.subarray(sim.slotAt(1), sim.slotAt(2));
    const at = Buffer.from(slot).indexOf(Buffer.from(author.manifest));
    assert.ok(at > 0);
    for (const offset of [0, 30, author.manifest.length - 1]) {
      sim.flip(sim.slotAt(1) + at + offset, 1);
      sim.powerCycle();
      assert.ok(sim.runs(v1), String(offset));
      sim.flip(sim.slotAt(1) + at + offset, 1);
    }
    sim.powerCycle();
    assert.ok(sim.runs(wrapped));
  });

  const refused = (made: Made, error: number, trusts = agent) => {
    const sim = new SimBoard(profile, { firmware: release(profile, 1, "one", { agent: trusts }) });
    const before = sim.flash.digest();
    const { state, error: found } = sim.stage(made);
    assert.deepEqual([state, found], [REFUSED, error]);
    assert.equal(sim.flash.digest(), before);
  };

  it("C31: an agent that is built without them refuses the release", () =>
    refused(wrapped, MANIFEST_KEY, agentOf(profile)));

  it("E6: another author's manifest than the one that was meant is refused", () => {
    const other = release(profile, 1, "other", { agent });
    refused(
      { ...wrapped, envelope: wrap({ ...author, envelope: other.envelope }, 2).envelope },
      DEPENDENCY_ABSENT,
    );
  });

  it("D1: a signature of the author that does not fit is refused", () => {
    const at = Buffer.from(author.envelope).indexOf(Buffer.from(author.manifest)) - 20;
    refused(wrap({ ...author, envelope: patched(author.envelope, at, 1) }, 2), SIGNATURE_INVALID);
  });

  it("a section of the author's manifest that is left out is missed", () =>
    refused(wrap(author, 2, { 20: undefined }), DEPENDENCY_UNCHECKED));

  it("D7: the operator's own signature is needed", () =>
    refused(wrap(author, 2, {}, testKey(8)), SIGNATURE_INVALID));
});
