/**
 * Bad firmwares in the real interpreter, which neither catches recursion nor survives a lack of memory
 * as the simulator does. Espruino for Linux has no watchdog: where one decides on a board, the process
 * is killed here after the watchdog's time, as the chip would.
 */
import assert from "node:assert/strict";
import type { HealthRule } from "../../host/suit/health-rule.js";
import { describeEngine, EngineRig } from "../support/engine-rig.js";

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const DEADLINE = 4;
const SAY = "suitcase.confirm();";

describeEngine("firmwares that are not well", function () {
  this.slow(20_000);
  let rig: EngineRig;
  beforeEach(() => {
    rig = new EngineRig();
    rig.provision({ deadline: DEADLINE });
    rig.powerOn();
  });
  afterEach(() => rig.remove());

  /** Pushes a bad app over v1, follows it until v1 runs again, and gives the reason. */
  const fate = async (code: string, confirmWhen?: HealthRule): Promise<number> => {
    await rig.push(rig.release(1, SAY));
    const { outcome, error } = await rig.push(rig.release(2, code, { confirmWhen }));
    assert.equal(outcome, "reverted");
    const { sequence, trial, reason } = await rig.state();
    assert.deepEqual([sequence, trial, reason], [1, 0, error?.code]);
    return reason;
  };

  const bad: [title: string, code: string, reason: number][] = [
    ["B1: throws in a timer", `${SAY}setTimeout(()=>{throw new Error("late")},50)`, 806],
    ["throws when it starts", "nothing.at.all()", 802],
    ["G3: recurses when it starts", `${SAY}(function f(){return f()+1})()`, 802],
    ["G3: recurses in a timer", `${SAY}setTimeout(()=>{(function f(){return f()+1})()},50)`, 806],
    ["B4: never confirms", "0", 804],
    ["closes the link", `${SAY}USB.removeAllListeners()`, 807],
    ["opens the console", `${SAY}E.setConsole("USB",{force:true})`, 807],
    ["G4: breaks strings", `${SAY}String.prototype.substr=()=>""`, 807],
    ["G4: breaks arrays", `${SAY}Array.prototype.push=()=>1`, 807],
    ["G4: breaks typed arrays", `${SAY}Uint8Array.prototype.fill=()=>[]`, 807],
  ];
  for (const [title, code, reason] of bad)
    it(`is taken back when it ${title} (${reason})`, async () => {
      assert.equal(await fate(code), reason);
      await rig.push(rig.release(3, SAY));
      assert.equal((await rig.state()).sequence, 3);
    });

  it("is taken back when its rule is not kept (808, 809)", async () => {
    assert.equal(await fate(SAY, { free: 65535 }), 808);
    assert.equal(
      (await rig.push(rig.release(3, SAY, { confirmWhen: { seconds: 2 } }))).outcome,
      "confirmed",
    );
  });

  it("B2: is taken back when it hangs and the watchdog resets it (801)", async () => {
    await rig.push(rig.release(1, SAY));
    const started = rig.board.boots;
    const pushed = rig.push(rig.release(2, `${SAY}setTimeout(()=>{for(;;);},20)`));
    pushed.catch(() => {});
    for (let hangs = 1; hangs <= 3; hangs++) {
      while (rig.board.boots < started + hangs) await pause(20);
      await pause(700);
      process.kill(rig.board.pid as number, "SIGKILL");
    }
    assert.equal((await pushed).outcome, "reverted");
    assert.equal((await rig.state()).reason, 801);
  });

  it("G4: globals that an app takes away: confirmed or taken back, and updated afterwards", async () => {
    const all = [["Uint8Array"], ["atob", "btoa"], ["Object", "Array", "String"]];
    all.push(["Math", "JSON", "Function", "eval", "setTimeout", "setInterval"]);
    let sequence = 0;
    for (const names of all) {
      const code = names.map((name) => `global.${name}=undefined;`).join("");
      const { outcome, error } = await rig.push(rig.release(++sequence, SAY + code));
      console.log(`      ${names.join(", ")}: ${outcome} ${error?.code ?? ""}`);
      assert.ok(outcome === "confirmed" || (error?.code ?? 0) > 800, names.join());
    }
    await rig.push(rig.release(++sequence, SAY));
    assert.equal((await rig.state()).sequence, sequence);
  });
});
