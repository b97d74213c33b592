import assert from "node:assert/strict";
import * as layout from "../../device/flash/layout.js";
import { readBundle } from "../../host/board/bundles.js";
import { hashSeconds, needsHashBlock, withoutNative } from "../../host/board/no-native.js";
import { profileOf, provisionedAs } from "../../host/board/open.js";
import { loadProfile, profileNames, slotBlocks } from "../../host/board/profiles.js";
import { assertError, Workshop } from "../support/cli-run.js";

const SETTINGS = { vendor: "acme.org", class: "lamp", board: "joltjs" };

describe("boards without native code", () => {
  it("leave room for the tables of all keys and for the agent, or are refused", () => {
    const jolt = profileOf("joltjs", false);
    assert.deepEqual([jolt.nativeModule, jolt.tableBlocks, slotBlocks(jolt)], [false, 7, 44]);
    for (const name of ["puckjs", "mdbt42q", "microbit2", "pixljs"])
      assert.throws(() => profileOf(name, false), {
        code: 945,
        message: new RegExp(`takes \\d{5} bytes, .* slot of ${name} has \\d+`),
      });
  });

  it("are the same boards where there is no module anyway", () => {
    assert.deepEqual(profileOf("linux", false), loadProfile("linux"));
  });

  it("hash in JavaScript only where the firmware does not", () => {
    const own = profileNames().filter((name) => !needsHashBlock(withoutNative(loadProfile(name))));
    assert.deepEqual(own, ["linux", "mdbt42q", "puckjs"]);
    for (const name of profileNames()) assert.ok(!needsHashBlock(loadProfile(name)), name);
    assert.ok(hashSeconds(20_000) > 60 && hashSeconds(20_000) < 300);
  });
});

describe("--no-native", function () {
  this.slow(10_000);
  let shop: Workshop;
  before(async () => {
    shop = new Workshop();
    await shop.prepare();
    shop.put("suitcase.json", JSON.stringify(SETTINGS));
  });
  after(() => shop.remove());

  const pack = (...more: string[]) => {
    const files = ["--component", "app=app.js", "--key", "keys/author.key", "--force"];
    return shop.json("pack", "--out", "app.suit", "--sequence", "1", ...files, ...more);
  };

  it("provisions a board that takes a release for such boards, and says what it costs", async () => {
    const options = ["--trust", "keys/author.pub", "--no-native"];
    const { status, stdout, stderr } = await shop.run(
      ...["provision", "--board", "sim:plain.bin", ...options],
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /no native code/);
    assert.match(
      stderr,
      /^note: joltjs has no SHA-256 .* about \d+ s at each boot .*\(an estimate\)/,
    );
    const flash = shop.get("plain.bin");
    const flags = flash[layout.CONFIG_AT + layout.CONFIG_FLAGS];
    assert.equal(flags & layout.FLAG_NATIVE, 0);
    const block = flash.subarray(layout.NATIVE_AT, layout.NATIVE_AT + layout.BLOCK);
    assert.equal(block.toString("latin1").trimEnd(), Buffer.from(readBundle("hash.js")).toString());
    assert.equal(provisionedAs(shop.path("plain.bin"))?.nativeModule, false);

    const packed = await pack("--no-native");
    assert.equal(packed.slot.size, 44 * layout.BLOCK);
    const agent = packed.components.find(({ name }: { name: string }) => name === "agent");
    assert.equal(agent.size, readBundle("agent-js.img").length);
    const pushed = await shop.json("push", "app.suit", "--board", "sim:plain.bin");
    assert.equal(pushed.outcome, "confirmed");
  });

  it("is a setting of the project, too", async () => {
    shop.put("suitcase.json", JSON.stringify({ ...SETTINGS, native: false }));
    const provisioned = await shop.provision("setting.bin");
    assert.equal(provisioned.native, false);
    await pack();
    const pushed = await shop.json("push", "app.suit", "--board", "sim:setting.bin");
    assert.equal(pushed.outcome, "confirmed");
    const built = await shop.json("build", "app.ts", "--out", "again.js");
    assert.ok(built.room < 44 * layout.BLOCK - readBundle("agent-js.img").length);
    shop.put("suitcase.json", JSON.stringify({ ...SETTINGS, native: "no" }));
    assertError(await shop.run("build", "app.ts", "--out", "again.js"), 902, 2);
    shop.put("suitcase.json", JSON.stringify(SETTINGS));
  });

  it("reverts a release with the agent that needs the module", async () => {
    await shop.provision("other.bin", "--no-native");
    await pack();
    const result = await shop.run("push", "app.suit", "--board", "sim:other.bin", "--json");
    assert.equal(result.status, 1);
    const { outcome, error } = JSON.parse(result.stdout);
    assert.deepEqual([outcome, error?.code], ["reverted", 802]);
    assert.equal((await shop.status("sim:other.bin")).sequence, 0);
  });

  it("is refused where the slots are too small, and nothing is written", async () => {
    const trust = ["--trust", "keys/author.pub"];
    const small = ["--profile", "puckjs", "--no-native"];
    const result = await shop.run("provision", "--board", "sim:puck.bin", ...trust, ...small);
    assertError(result, 945, 2);
    assert.match(result.stderr, /slot of puckjs has 0/);
    assert.throws(() => shop.get("puck.bin"), /ENOENT/);
    const key = ["--key", "keys/author.key", "--sequence", "1", "--component", "app=app.js"];
    const packing = ["pack", "--out", "puck.suit", "--board", "puckjs", "--no-native", ...key];
    assertError(await shop.run(...packing), 945, 2);
    assert.throws(() => shop.get("puck.suit"), /ENOENT/);
  });
});
