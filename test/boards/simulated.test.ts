/** The acceptance suite of real boards, on simulated ones. Time runs fast. */
import assert from "node:assert/strict";
import { loadProfile } from "../../host/board/profiles.js";
import { consoleAside } from "../../host/link/aside.js";
import { framedTransport } from "../../host/link/stream.js";
import { BlankBoard } from "../support/blank-board.js";
import { itIsABoard } from "../support/board-suite.js";
import { KEY } from "../support/sim-board.js";
import type { Bench } from "./bench.js";
import { junit, table } from "./results.js";

function benchOf(name: string): Bench {
  const blank = new BlankBoard(loadProfile(name));
  return {
    name,
    profile: blank.profile,
    key: KEY,
    connect: async () => framedTransport(consoleAside(blank.plug()), name),
    provision: async () => void (await blank.provision()),
    type: async (text) => blank.type(text),
    cutPower: async () => {
      blank.restart();
    },
  };
}

for (const name of ["puckjs", "linux", "joltjs"])
  describe(`acceptance suite: simulated ${name}`, function () {
    this.slow(5000);
    let bench: Bench;
    itIsABoard(() => {
      bench ??= benchOf(name);
      return bench;
    }, ["provision", "type", "cutPower"]);
  });

describe("results of the acceptance suite", () => {
  const failure = new Error('1 < 2 & "3" \x07');
  failure.stack = "stack";
  const results = [
    { title: "a", seconds: 1 },
    { title: "b", seconds: 0, reason: "no relay" },
    { title: "c", seconds: 2, failure },
  ];

  it("are a table", () => {
    assert.deepEqual(table(results).split("\n"), [
      "passed      1.0 s  a",
      "left out    0.0 s  b: no relay",
      'FAILED      2.0 s  c: 1 < 2 & "3" \x07',
    ]);
  });

  it("are JUnit", () => {
    assert.deepEqual(junit("sim", results).split("\n"), [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuite name="sim" tests="3" failures="1" skipped="1">',
      '  <testcase classname="sim" name="a" time="1"/>',
      '  <testcase classname="sim" name="b" time="0"><skipped message="no relay"/></testcase>',
      '  <testcase classname="sim" name="c" time="2"><failure message="1 &lt; 2 &amp; &quot;3&quot; ?">stack</failure></testcase>',
      "</testsuite>",
      "",
    ]);
  });
});
