/**
 * Whole updates, in the real interpreter, of a board whose owner wants no native code and whose firmware
 * has no SHA-256: everything is hashed and verified by JavaScript from the flash.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as layout from "../../device/flash/layout.js";
import { generateKey } from "../../host/author/keys.js";
import { readBundle } from "../../host/board/bundles.js";
import { needsHashBlock, withoutNative } from "../../host/board/no-native.js";
import { loadProfile } from "../../host/board/profiles.js";
import { SmpClient } from "../../host/link/smp.js";
import { ROLE_RUNNING } from "../../host/link/state.js";
import { describeEngine, ENGINE, EngineRig, type Offer } from "../support/engine-rig.js";

/** The interpreter's own geometry; nothing of its crypto library is used. */
const PROFILE = withoutNative({ ...loadProfile("linux"), nativeModule: true, crypto: [] });
const QUICK = { first: 4000, longest: 4000, attempts: 2 };
const APP = "suitcase.trial()&&suitcase.confirm();";

describeEngine("a board without native code", function () {
  this.slow(60_000);
  let rig: EngineRig;
  beforeEach(() => {
    rig = new EngineRig(ENGINE, PROFILE);
    rig.provision();
  });
  afterEach(() => rig.remove());

  const outcome = async (offer: Offer) => {
    const { outcome, error } = await rig.push(offer);
    return [outcome, error?.code];
  };

  it("takes two releases, refuses others, and hashes with the program in block 1", async () => {
    assert.ok(needsHashBlock(PROFILE));
    const block = readFileSync(rig.flash).subarray(layout.NATIVE_AT, 2 * layout.NATIVE_AT);
    assert.equal(block.toString("latin1").trimEnd(), Buffer.from(readBundle("hash.js")).toString());
    rig.powerOn();
    const start = Date.now();
    for (const sequence of [1, 2]) {
      assert.deepEqual(await outcome(rig.release(sequence, APP)), ["confirmed", undefined]);
      const { sequence: running, trial } = await rig.state();
      assert.deepEqual([running, trial], [sequence, 0]);
    }
    console.log(`      two updates in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    const { envelope, payloads } = rig.release(3, APP);
    const tampered = envelope.slice();
    tampered[Buffer.from(envelope).indexOf("agent")] ^= 1;
    assert.deepEqual(await outcome({ envelope: tampered, payloads }), ["refused", 205]);
    const other = new EngineRig(ENGINE, PROFILE);
    (other as { key: EngineRig["key"] }).key = generateKey();
    assert.deepEqual(await outcome(other.release(3, APP)), ["refused", 203]);
    await other.remove();
    assert.deepEqual(await outcome(rig.release(1, APP)), ["refused", 401]);
  });

  it("does not come up with another program in block 1: it is this one that hashes", async () => {
    const image = readFileSync(rig.flash);
    const text = "global.suitcase=function(){return new Uint8Array(32)}";
    image.fill(32, layout.NATIVE_AT, 2 * layout.NATIVE_AT);
    image.write(text, layout.NATIVE_AT);
    writeFileSync(rig.flash, image);
    rig.powerOn();
    const client = new SmpClient(await rig.connect(), { timing: QUICK });
    await assert.rejects(client.state(ROLE_RUNNING), { name: "link-silent" });
    await client.close();
  });
});
