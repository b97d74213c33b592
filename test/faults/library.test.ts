/** What an app can say to the agent, and hears from it (docs/app.md). */
import assert from "node:assert/strict";
import { loadProfile } from "../../host/board/profiles.js";
import {
  ALREADY,
  app,
  IDLE,
  REFUSED,
  release,
  SimBoard,
  STAGED,
  WANTED,
} from "../support/sim-board.js";

const profile = loadProfile("puckjs");
const v1 = (code: string) => release(profile, 1, "one", { app: app("one", code) });
const v2 = release(profile, 2, "two");

/** A board that runs an app with this code, confirmed. */
function boardWith(code: string): SimBoard {
  const sim = new SimBoard(profile, { firmware: v1(code) });
  assert.equal(sim.state().sequence_number, 1);
  return sim;
}

describe("the library of apps", () => {
  it("status is what hosts are told", () => {
    const sim = boardWith(
      "var s=suitcase.status();print(s.slot+' '+s.sequence_number+' '+s.refused)",
    );
    assert.equal(sim.said, "0 1 0");
  });

  it("progress hears of pieces, of the end, and of refusals", () => {
    const sim = boardWith("suitcase.progress=function(s,n){print('p '+s+' '+n)}");
    sim.stage(v2);
    const heard = sim.lines.filter((line) => line.startsWith("p "));
    const sizes = heard
      .filter((line) => line.startsWith(`p ${WANTED} `))
      .map((line) => +line.slice(4));
    assert.ok(sizes.length > 1 && sizes.every((size, i) => i === 0 || size > sizes[i - 1]));
    assert.equal(sizes.at(-1), 4 * Math.ceil(app("two").length / 4));
    assert.equal(heard.at(-1), `p ${STAGED} 0`);
    const other = boardWith("suitcase.progress=function(s,n){print('p '+s+' '+n)}");
    const foreign = release(profile, 2, "two", { class: new Uint8Array(16) });
    assert.equal(other.offer(foreign.envelope).state, REFUSED);
    assert.equal(other.said, `p ${REFUSED} 0`);
    assert.equal(
      other.offer(v1("suitcase.progress=function(s,n){print('p '+s+' '+n)}").envelope).state,
      ALREADY,
    );
  });

  it("busy puts the restart off, for ten minutes at most", () => {
    const sim = boardWith("var n=3;suitcase.busy=function(){return n-->0}");
    assert.equal(sim.stage(v2).state, STAGED);
    sim.advance(5900);
    assert.equal(sim.state().sequence_number, 1);
    sim.advance(200);
    assert.equal(sim.state().sequence_number, 2);
    const stubborn = boardWith("suitcase.busy=function(){return true}");
    assert.equal(stubborn.stage(v2).state, STAGED);
    stubborn.advance(590_000);
    assert.equal(stubborn.state().sequence_number, 1);
    stubborn.advance(20_000);
    assert.equal(stubborn.state().sequence_number, 2);
  });

  it("wants is shown to hosts that poll", () => {
    const sim = boardWith(
      "var w=true;suitcase.wants=function(){return w};setTimeout(function(){w=false},1000)",
    );
    assert.deepEqual([sim.link.poll().state, sim.link.poll().wants], [IDLE, 1]);
    sim.advance(1100);
    assert.equal(sim.link.poll().wants, undefined);
  });

  it("G4: functions of an app that throw, or are none, do no harm", () => {
    for (const code of [
      "['progress','busy','wants','allow'].forEach(function(n){suitcase[n]=function(){nonsense()}})",
      "['progress','busy','wants','allow'].forEach(function(n){suitcase[n]=7})",
      "suitcase=undefined",
    ]) {
      const sim = boardWith(code);
      assert.equal(sim.link.poll().wants, undefined);
      sim.update(v2);
      assert.equal(sim.state().sequence_number, 2, code);
    }
  });
});
