import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { agentBundle, readBundle } from "../../host/board/bundles.js";
import {
  checkLimits,
  loadProfile,
  profileNames,
  regionSize,
  slotBlocks,
} from "../../host/board/profiles.js";
import { describeError } from "../../host/errors.js";

describe("board profiles", () => {
  it("knows the six boards", () => {
    assert.deepEqual(profileNames(), [
      "joltjs",
      "linux",
      "mdbt42q",
      "microbit2",
      "pixljs",
      "puckjs",
    ]);
  });

  it("names the known boards when asked for another", () => {
    assert.throws(() => loadProfile("bangle7"), /"bangle7".*joltjs, linux, mdbt42q/);
    assert.throws(() => loadProfile("../profiles/puckjs"), /no board named/);
  });

  for (const name of profileNames()) {
    it(`${name}: Storage ends on a block, and two slots fit`, () => {
      const profile = loadProfile(name);
      assert.equal(profile.name, name);
      assert.equal(profile.baseAddress % 4096, 0);
      assert.equal(4096 % profile.pageSize, 0);
      assert.equal((regionSize(profile) - 4 * 4096) / 2 >= slotBlocks(profile) * 4096, true);
      assert.ok(slotBlocks(profile) >= 2);
      assert.ok(profile.links.every((link) => ["USB", "Serial1", "Bluetooth"].includes(link)));
    });
  }

  it("says of every board where its facts are from, and what its button is", () => {
    for (const name of profileNames()) {
      const { sources, button, pins, bootFile, chip } = loadProfile(name);
      assert.match(sources[0], /^Espruino [0-9a-f]{9} \(2v\d\d/);
      assert.ok(sources.length >= (chip === "none" ? 2 : 4), name);
      assert.ok(button === null || pins.includes(button), name);
      assert.equal(bootFile, ".boot0");
    }
  });

  it("are in docs/boards.md with their figures, and errors by their numbers", () => {
    const doc = readFileSync(new URL("../../../docs/boards.md", import.meta.url), "utf8");
    const figure = (value: number) => value.toLocaleString("en");
    for (const name of profileNames()) {
      const profile = loadProfile(name);
      const row = doc.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
      const cells = row.split("|").map((cell) => cell.trim());
      assert.equal(cells[4], figure(slotBlocks(profile) * 4096), name);
      assert.equal(cells[6], `${figure(profile.jsvars)} of ${profile.jsvarBytes} bytes`, name);
      assert.equal(cells[7], profile.mtu ? `${profile.mtu}` : "–", name);
      // Left for the app: a few bytes more or less go with each change of the agent.
      const left = slotBlocks(profile) * 4096 - readBundle(agentBundle(profile)).length - 448;
      const said = Number(cells[5].replace(",", ""));
      if (left > 0) assert.ok(Math.abs(said - left) < 100, `${name}: ${left}`);
      else assert.match(cells[5], /none/, name);
    }
    for (const [, code, error] of doc.matchAll(/\b(\d{3}) ([a-z]+-[a-z-]+)/g))
      assert.equal(describeError(Number(code)).name, error);
  });

  it("gives small boards small envelopes, and all the agent's own limits", () => {
    for (const name of profileNames()) {
      const { limits, jsvars } = loadProfile(name);
      const { envelope, ...agent } = limits;
      assert.equal(envelope, jsvars < 4000 ? 2048 : 16384, name);
      // constants of device/
      assert.deepEqual(agent, { components: 8, commands: 256, nesting: 4, uri: 96, signatures: 8 });
    }
  });

  it("refuses limits that are missing, unknown or no limits", () => {
    const { limits } = loadProfile("puckjs");
    const wrong = [
      undefined,
      {},
      { ...limits, uri: undefined },
      { ...limits, uri: 0 },
      { ...limits, uri: 1.5 },
      { ...limits, uri: "96" },
      { ...limits, envelope: 65536 },
      { ...limits, keys: 5 },
    ];
    for (const each of wrong) assert.throws(() => checkLimits(each, "x"), /^Error: x: .*limit/);
    checkLimits({ ...limits, envelope: 65535 }, "x");
  });

  it("gives Puck.js three blocks a slot", () => {
    assert.equal(slotBlocks(loadProfile("puckjs")), 3);
    assert.equal(slotBlocks(loadProfile("pixljs")), 2);
    assert.equal(slotBlocks(loadProfile("joltjs")), 48);
  });
});
