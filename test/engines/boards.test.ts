/** The acceptance suite of real boards, on the real interpreter behind TCP and a pseudo terminal. */
import { generateKey } from "../../host/author/keys.js";
import { loadProfile } from "../../host/board/profiles.js";
import { type Bench, benchAt } from "../boards/bench.js";
import { BlankEngine } from "../support/blank-engine.js";
import { itIsABoard } from "../support/board-suite.js";
import { describeEngine, ENGINE } from "../support/engine-rig.js";
import { openPty, type Pty, withoutPty } from "../support/pty.js";

const SETTINGS = { profile: "linux", key: generateKey(), provisions: true };

describeEngine("acceptance suite over tcp:", function () {
  this.slow(30_000);
  let blank: BlankEngine;
  let bench: Bench;
  before(async () => {
    blank = new BlankEngine(ENGINE, loadProfile("linux"));
    bench = benchAt({ address: await blank.start(), ...SETTINGS });
    const { port } = blank.server;
    bench.cutPower = async () => {
      await blank.stop();
      await blank.start(port);
    };
  });
  after(() => blank.remove());
  itIsABoard(() => bench, ["provision", "type", "cutPower"]);
});

describeEngine("acceptance suite over serial:", function () {
  this.slow(30_000);
  const reason = withoutPty();
  if (reason !== undefined) {
    it(`not run: ${reason}`, () => {});
    return;
  }
  let blank: BlankEngine;
  let pty: Pty;
  let bench: Bench;
  before(async () => {
    blank = new BlankEngine(ENGINE, loadProfile("linux"));
    await blank.start();
    pty = await openPty(blank.board);
    bench = benchAt({ address: `serial:${pty.path}`, ...SETTINGS });
  });
  after(async () => {
    await pty.close();
    await blank.remove();
  });
  itIsABoard(() => bench, ["provision", "type"]);
});
