/**
 * Memory in the real interpreter with exactly the variables of a Puck.js: what the agent takes, what an
 * update takes above that, and what becomes of a firmware that leaves too little.
 */
import assert from "node:assert/strict";
import { loadProfile } from "../../host/board/profiles.js";
import type { PushResult } from "../../host/push-types.js";
import { describeEngine, ENGINE_ARM, EngineRig } from "../support/engine-rig.js";

const PROFILE = { ...loadProfile("puckjs"), blocks: 10, links: ["Serial1"] };
/** Variables of bootloader and agent, and those that have to be free for an update beside the app. */
const RESIDENT = 970;
const UPDATE = 1470;

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const SAY = "suitcase.confirm();";
/** An app that holds about `count` variables more; each empty object and its place in the array is two. */
const hog = (count: number) => `${SAY}h=[];for(i=0;i<${count / 2};i++)h.push({});`;

describeEngine(
  "memory of a Puck.js",
  function () {
    this.slow(60_000);
    this.timeout(400_000);
    let rig: EngineRig;
    beforeEach(() => {
      rig = new EngineRig(ENGINE_ARM, PROFILE);
      rig.provision({ deadline: 5, watchdog: 30 });
      rig.powerOn();
    });
    afterEach(() => rig.remove());

    it(`G7: the agent alone takes at most ${RESIDENT} variables`, async () => {
      const used = PROFILE.jsvars - (await rig.state()).free;
      console.log(`      ${used} of ${PROFILE.jsvars} variables with bootloader and agent`);
      assert.ok(used <= RESIDENT, `${used}`);
    });

    it(`G7: ${UPDATE} free variables are enough for an update beside the app`, async () => {
      await rig.push(rig.release(1, SAY));
      const idle = (await rig.state()).free;
      assert.equal((await rig.push(rig.release(2, hog(idle - UPDATE + 10)))).outcome, "confirmed");
      const { free } = await rig.state();
      console.log(`      ${free} variables are free beside an app that takes ${idle - free}`);
      assert.ok(free <= UPDATE, `${free}`);
      const { boots } = rig.board;
      assert.equal((await rig.push(rig.release(3, SAY))).outcome, "confirmed");
      // With less the app is held back, which takes a restart of its own.
      assert.equal(rig.board.boots, boots + 1);
    });

    it("G1 B3: a firmware that leaves too little for an update is taken back (808)", async () => {
      const { free } = await rig.state();
      const { outcome, error } = await rig.push(rig.release(1, hog(free - 200)));
      assert.deepEqual([outcome, error?.code], ["reverted", 808]);
      assert.equal((await rig.push(rig.release(2, SAY))).outcome, "confirmed");
    });

    it("G1 B3: a firmware that takes all memory is taken back, when it starts or later", async () => {
      const eater = "h=[];for(;;)h.push([1,2,3]);";
      for (const [i, code] of [eater, `setTimeout(function(){${eater}},50)`].entries()) {
        const started = rig.board.boots;
        let result: PushResult | undefined;
        const pushed = rig.push(rig.release(i + 1, SAY + code)).then((ended) => {
          result = ended;
        });
        // The process has no watchdog: it is killed as the chip would reset it.
        for (let boots = started + 1; !result && boots < started + 4; boots++) {
          while (!result && rig.board.boots < boots) await pause(50);
          for (let waited = 0; !result && waited < 4000; waited += 50) await pause(50);
          if (!result && rig.board.boots === boots)
            process.kill(rig.board.pid as number, "SIGKILL");
        }
        await pushed;
        console.log(`      ${i ? "later" : "at once"}: ${result?.outcome} ${result?.error?.code}`);
        assert.equal(result?.outcome, "reverted");
        // What takes the agent's memory too is counted boot by boot (801).
        assert.ok([801, 802, 806, 808].includes(result?.error?.code ?? 0));
      }
      assert.equal((await rig.push(rig.release(3, SAY))).outcome, "confirmed");
    });
  },
  ENGINE_ARM,
  "ESPRUINO_ARM",
);
