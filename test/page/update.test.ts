/** The page in Chromium, against boards that run the shipping bundles. */
import assert from "node:assert/strict";
import { inChromium } from "../support/chromium/suite.js";
import { app, type Made, profileOf, release } from "../support/sim-board.js";

const PROFILE = profileOf("joltjs", 60);

/** An app of some kilobytes: enough to be interrupted anywhere. */
const large = (name: string) => {
  const text = Buffer.from(app(name)).toString("latin1");
  return new Uint8Array(Buffer.from(text.padEnd(9000, `// ${name} `), "latin1"));
};

inChromium("page in Chromium: update", (rig) => {
  let v1: Made;
  let v2: Made;

  before(() => {
    v1 = release(PROFILE, 1, "one", { version: [1, 0, 0], app: large("one") });
    v2 = release(PROFILE, 2, "two", { version: [2, 0, 0], app: large("two") });
  });

  beforeEach(() => {
    rig().publish(v1, "one");
    rig().publish(v2, "two");
  });

  it("connects, plays a dry run, updates, restarts the board and shows it confirmed", async () => {
    const { page } = rig();
    const { board } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await rig().connect();
    await page.sees("Version 1.0.0, in slot A");
    await page.sees("No door is open");
    const slots = board.slots();
    await page.press("Check");
    await page.sees("The board would take version 2.0.0");
    await page.sees("9,000 bytes to send");
    assert.equal(board.slots(), slots);
    await page.press("Update to 2.0.0");
    await page.sees("bytes");
    await page.sees("The board restarts into the new firmware");
    await page.sees("Version 2.0.0 runs and is confirmed", 30_000);
    await page.sees("Version 2.0.0, in slot B");
    assert.ok(board.lines.join("").includes("two"));
    assert.match(await page.text("#live"), /runs and is confirmed/);
    // what has ended has the focus, so that it is read
    assert.ok(await page.evaluate("document.activeElement.classList.contains('outcome')"));
  });

  it("F3: gets there with the link cut at 20 places", async () => {
    const { page } = rig();
    const { board, peripheral } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await rig().connect();
    let next = peripheral.writes + 2;
    let cuts = 0;
    peripheral.onWrite = (write) => {
      if (cuts >= 20 || write < next) return;
      cuts++;
      // at another distance each time; a connection itself takes some writes
      next = write + 5 + (cuts % 5);
      peripheral.cut();
    };
    await page.press("Update to 2.0.0");
    await page.sees("Version 2.0.0 runs and is confirmed", 110_000);
    assert.equal(cuts, 20);
    assert.ok(peripheral.connections >= 20);
    assert.ok(board.lines.join("").includes("two"));
  });

  it("F10: goes on after a reload in the middle, when the board is chosen again", async () => {
    const { page } = rig();
    const { board, peripheral } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await rig().connect();
    const seen = peripheral.writes;
    await page.press("Update to 2.0.0");
    await page.until(`document.querySelector('#bar')?.value > 0.5`);
    await page.reload();
    assert.ok(peripheral.writes > seen);
    await page.sees("Version 2.0.0 is half way there");
    await page.sees("Update interrupted");
    await page.click("#resume");
    await page.sees("Version 2.0.0 runs and is confirmed", 30_000);
    assert.ok(board.lines.join("").includes("two"));
    await page.until("document.querySelector('#resume').checkVisibility() === false");
  });

  it("F10: can be stopped, and goes on when it is told to", async () => {
    const { page } = rig();
    await rig().near("Jolt.js 1234", { firmware: v1, interval: 10 });
    await rig().connect();
    await page.press("Update to 2.0.0");
    await page.until(`document.querySelector('#bar')?.value > 0.3`);
    await page.press("Stop");
    await page.sees("The update was interrupted");
    await page.press("Resume");
    await page.sees("Version 2.0.0 runs and is confirmed", 30_000);
  });

  it("F10: outlives a locked screen, and keeps it on while it can", async () => {
    const page = await rig().newPage(`
      window.locks = [];
      Object.defineProperty(navigator, "wakeLock", { value: {
        async request(kind) {
          window.locks.push(kind);
          return { async release() { window.locks.push("released"); } };
        },
      } });`);
    await rig().near("Jolt.js 1234", { firmware: v1, interval: 10 });
    await rig().connect();
    assert.deepEqual(await page.evaluate("window.locks"), []);
    await page.press("Update to 2.0.0");
    await page.until("document.querySelector('#bar')?.value > 0.2");
    assert.deepEqual(await page.evaluate("window.locks"), ["screen"]);
    // as a phone does with a page that nobody sees: not a line of it runs any more
    await page.session.send("Page.setWebLifecycleState", { state: "frozen" });
    await new Promise((done) => setTimeout(done, 6000));
    await page.session.send("Page.setWebLifecycleState", { state: "active" });
    await page.sees("Version 2.0.0 runs and is confirmed", 60_000);
    assert.deepEqual(await page.evaluate("window.locks"), ["screen", "released"]);
  });

  it("updates two boards in turn and shows the state of each", async () => {
    const { page } = rig();
    await rig().near("Jolt.js one", { firmware: v1 });
    await rig().connect();
    const second = await rig().near("Jolt.js two", {
      firmware: v1,
      device: new Uint8Array(16).fill(0x44),
    });
    await page.press("Update to 2.0.0");
    await page.sees("Version 2.0.0 runs and is confirmed", 30_000);
    await page.click("#connect-ble");
    await page.until("document.querySelector('#board-title').innerText === 'Jolt.js two'");
    const rows = "[...document.querySelectorAll('.boards .row')].map((row) => row.innerText)";
    await page.until(`${rows}.length === 2 && ${rows}[1].includes("1.0.0")`);
    assert.deepEqual(await page.evaluate(rows), [
      "Jolt.js one\nVersion 2.0.0, confirmed",
      "Jolt.js two\nVersion 1.0.0, confirmed",
    ]);
    await page.press("Update to 2.0.0");
    await page.until(`${rows}[1].includes("2.0.0, confirmed")`, 30_000);
    assert.ok(second.board.lines.join("").includes("two"));
  });

  it("F7: works over the smallest MTU, and the one of small boards", async () => {
    for (const mtu of [23, 53]) {
      const { board } = await rig().near(`Jolt.js ${mtu}`, { firmware: v1, mtu });
      const page = await rig().newPage();
      await rig().connect();
      await page.press("Update to 2.0.0");
      await page.sees("Version 2.0.0 runs and is confirmed", 60_000);
      assert.ok(board.lines.join("").includes("two"));
    }
  });

  it("shows a release that the board took back, and why", async () => {
    const { page } = rig();
    const bad = app("bad", "throw new Error('no')");
    rig().publish(release(PROFILE, 3, "bad", { version: [3, 0, 0], app: bad }), "bad");
    await rig().near("Jolt.js 1234", { firmware: v1 });
    await rig().connect();
    await page.press("Update to 3.0.0");
    await page.sees("Version 3.0.0 was tried and taken back", 30_000);
    await page.sees("The last update was taken back");
    await page.sees("Version 1.0.0, in slot A");
  });
});
