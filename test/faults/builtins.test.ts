/**
 * An app that breaks what the engine gives, one thing at a time, and says that all is well: either the
 * agent does not mind and takes the next update, or the firmware is taken back, with a reason.
 */
import assert from "node:assert/strict";
import type { HealthRule } from "../../host/suit/health-rule.js";
import {
  app,
  DEADLINE,
  profileOf,
  release,
  SimBoard,
  STAGED,
  TRIALS,
} from "../support/sim-board.js";

const GLOBALS =
  "Uint8Array Uint32Array Array ArrayBuffer Object String Number Math JSON Date RegExp Function " +
  "Promise Error eval atob btoa parseInt isNaN E process require print console global suitcase " +
  "setTimeout setInterval clearTimeout clearInterval changeInterval getTime Serial1 Bluetooth";
const MEMBERS: Record<string, string> = {
  "Array.prototype":
    "push pop splice slice indexOf forEach map filter every join concat sort reduce shift",
  "String.prototype": "charCodeAt substr split slice replace indexOf concat",
  "Object.getPrototypeOf(Uint8Array.prototype)": "set subarray slice fill indexOf forEach map",
  "Function.prototype": "apply call bind",
  "RegExp.prototype": "test exec",
  String: "fromCharCode",
  Math: "min max ceil floor",
  Object: "keys assign",
  JSON: "parse stringify",
  E: "toUint8Array toArrayBuffer toString getErrorFlags getConsole kickWatchdog reboot CRC32 on",
  process: "memory on",
  "require('Flash')": "read write erasePage",
  "require('Storage')": "read",
  Serial1: "write on",
};
/** All timers, by their own functions. */
const TIMERS = [
  "clearInterval()",
  "clearTimeout()",
  "for(var i=0;i<99;i++)try{clearInterval(i)}catch(e){}",
  "for(var i=0;i<99;i++)try{changeInterval(i,1e9)}catch(e){}",
];

describe("G4 G5: built-in objects that an app breaks", function () {
  this.timeout(120_000);
  const profile = profileOf("puckjs");
  const v1 = release(profile, 1, "one");

  /** What comes of an app: 0 when it was confirmed, or the reason for which it was reverted. */
  const fate = (code: string, confirmWhen?: HealthRule): number => {
    const sim = new SimBoard(profile, { firmware: v1, watchdog: 10, hangMs: 1000 });
    const bad = release(profile, 2, "two", {
      app: app("two", `suitcase.confirm();${code}`),
      confirmWhen,
    });
    assert.equal(sim.stage(bad).state, STAGED);
    // Each boot ends at the deadline at the latest, if not by the watchdog.
    sim.advance((TRIALS + 1) * (DEADLINE + 2) * 1000);
    const { trial, reason } = sim.state();
    assert.equal(trial, 0, `${code}: the trial goes on`);
    assert.ok(sim.runs(reason ? v1 : bad), code);
    assert.ok(sim.update(release(profile, 3, "three")).state === STAGED, code);
    assert.equal(sim.said, "three", code);
    return reason as number;
  };

  /** Tries them all; says how many were confirmed, and how many reverted for what. */
  const sweep = (codes: string[]): void => {
    const counts = new Map<number, number>();
    for (const code of codes) {
      const reason = fate(code);
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    const found = [...counts].sort().map(([reason, n]) => `${n} ${reason || "confirmed"}`);
    console.log(`      ${codes.length} broken: ${found.join(", ")}`);
  };

  const names = GLOBALS.split(" ");
  const members = Object.entries(MEMBERS).flatMap(([object, list]) =>
    list.split(" ").map((member) => `${object}.${member}`),
  );

  it("globals that are gone", () => sweep(names.map((name) => `global.${name}=undefined`)));
  it("globals that do nothing", () =>
    sweep(names.map((name) => `global.${name}=function(){return ""}`)));
  it("methods that are gone", () => sweep(members.map((name) => `${name}=undefined`)));
  it("methods that do nothing", () =>
    sweep(
      members
        .filter((name) => name !== "Serial1.write")
        .map((name) => `${name}=function(){return []}`),
    ));
  it("a link that is written to and nothing leaves it: only a host notices (809)", () =>
    assert.equal(fate("Serial1.write=function(){}", { link: 1 }), 809));
  it("timers", () => {
    for (const code of TIMERS) assert.equal(fate(code), 801, code);
  });
});
