/** The simulator's flash file boots in the stock Linux build of Espruino, and means the same. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SLOTS_AT } from "../../device/flash/layout.js";
import { VirtualClock } from "../../host/board/clock.js";
import { NorFlash } from "../../host/board/flash.js";
import { loadProfile } from "../../host/board/profiles.js";
import { SimulatedBoard } from "../../host/board/simulator.js";
import { describeEngine, ENGINE } from "../support/engine-rig.js";

const PROGRAM = `E.setConsole(null,{force:true});var F=require("Flash"),a=0x10000000+${SLOTS_AT};
F.erasePage(a);F.write(new Uint8Array([1,2,3,4,5]),a+3);F.write("\\x0f",a+3);
USB.write("<"+F.read(12,a).join()+"|"+require("Storage").read(".boot0").length+"|"+
require("Storage").list().join()+"|"+E.CRC32("123456789")+"|"+Object.keys(F.getPage(a+1500)).join()+
"|"+(F.getPage(a+1500).addr-a)+">");`;

/** A blank board of profile `linux` with the program in its boot file, in a new directory. */
function makeFile(): { directory: string; path: string } {
  const directory = mkdtempSync(join(tmpdir(), "region-"));
  const path = join(directory, "espruino.flash");
  const profile = loadProfile("linux");
  const flash = NorFlash.open(path, SimulatedBoard.geometry(profile));
  SimulatedBoard.provisionRegion(flash, profile);
  const text = Buffer.from(`${PROGRAM}\0`);
  flash.program(32, new Uint8Array(Buffer.concat([text, Buffer.alloc(-text.length & 3, 0xff)])));
  flash.close();
  return { directory, path };
}

/** Runs the real interpreter until it has written a line between < and >, or two seconds. */
function runEngine(directory: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(ENGINE, [], { cwd: directory, stdio: ["pipe", "pipe", "ignore"] });
    let output = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
    child.stdout.on("data", (data) => {
      output += data.toString("latin1");
      if (/<.*>/.test(output)) child.kill("SIGKILL");
    });
    child.on("close", () => {
      clearTimeout(timer);
      resolve(/<.*>/.exec(output)?.[0] ?? output);
    });
  });
}

function runSimulator(path: string): string {
  const board = new SimulatedBoard({
    profile: loadProfile("linux"),
    file: path,
    clock: new VirtualClock(),
  });
  let output = "";
  board.onData("USB", (bytes) => {
    output += Buffer.from(bytes).toString("latin1");
  });
  board.powerOn();
  board.powerOff();
  return output;
}

describeEngine("simulator against the real interpreter", function () {
  this.timeout(60_000);

  it("boots the same flash file to the same output and the same bytes", async () => {
    const real = makeFile();
    const simulated = makeFile();
    const expected = await runEngine(real.directory);
    assert.match(expected, /^<255,255,255,1,2,3,4,5,255,255,255,255\|262112\|/);
    assert.equal(runSimulator(simulated.path), expected);
    const geometry = SimulatedBoard.geometry(loadProfile("linux"));
    assert.equal(
      NorFlash.open(simulated.path, geometry).digest(),
      NorFlash.open(real.path, geometry).digest(),
    );
    // And what the real interpreter left boots in the simulator.
    assert.equal(runSimulator(real.path), expected);
  });
});
