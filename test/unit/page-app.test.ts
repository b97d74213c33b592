/** What the page does with boards, without a browser: shipping bundles, emulated Bluetooth. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Board } from "../../host/page/board.js";
import { boardLine, securityOf } from "../../host/page/words.js";
import { BleBoard, type BleBoardOptions } from "../support/ble-board.js";
import { PageApp } from "../support/page-app.js";
import { app as appOf, CLASS, type Made, profileOf, release } from "../support/sim-board.js";

const PROFILE = profileOf("joltjs", 60);
const OTHER_DEVICE = new Uint8Array(16).fill(0x44);

/** An app large enough to be interrupted. */
const large = (name: string) =>
  new Uint8Array(
    Buffer.from(Buffer.from(appOf(name)).toString("latin1").padEnd(9000, `// ${name} `), "latin1"),
  );

const ended = (board: Board) => `${board.record.outcome?.tone}: ${board.record.outcome?.title}`;

describe("page: app", () => {
  let page: PageApp;
  const boards: BleBoard[] = [];
  let v1: Made;
  let v2: Made;

  before(() => {
    v1 = release(PROFILE, 1, "one", { version: [1, 0, 0], app: large("one") });
    v2 = release(PROFILE, 2, "two", { version: [2, 0, 0], app: large("two") });
  });

  beforeEach(async () => {
    page = new PageApp();
    await page.serve();
    page.publish(v1, "v1");
    page.publish(v2, "v2");
  });

  afterEach(async () => {
    await page.end();
    for (const board of boards.splice(0)) board.off();
  });

  const near = (options: BleBoardOptions = {}) => {
    const board = new BleBoard({ firmware: v1, ...options });
    boards.push(board);
    return board;
  };

  it("sorts the releases by what the board would make of them", async () => {
    const other = CLASS.map((byte) => byte + 1);
    page.publish(release(PROFILE, 7, "seven", { class: other }), "v7");
    page.put("bad.suit", new Uint8Array(40));
    const app = await page.load();
    const { device } = near({ firmware: v2 });
    const board = await page.connect(device);
    assert.equal(board.phase, "ready");
    const kinds = app.releases.map((each) => [each.name, board.fit(each)?.kind]);
    assert.deepEqual(kinds.sort(), [
      ["v1.suit", "older"],
      ["v2.suit", "runs"],
      ["v7.suit", "foreign"],
    ]);
    assert.match(app.problems?.join() ?? "", /^bad\.suit: /);
    assert.deepEqual(boardLine(board, app.releases), {
      tone: "good",
      text: "Version 2.0.0, confirmed",
    });
  });

  it("checks, then updates to a confirmed release, with all bytes counted", async () => {
    const app = await page.load();
    const { device, board: sim } = near();
    const board = await page.connect(device);
    assert.equal(app.release?.name, "v2.suit");
    const before = sim.flash.snapshot().image;
    await app.run(board, () => board.check(page.release("v2")));
    assert.equal(ended(board), "good: The board would take version 2.0.0");
    assert.deepEqual(sim.flash.snapshot().image, before);
    let most = 0;
    void page.watch(() => {
      most = Math.max(most, board.job?.figures.done ?? 0);
      return false;
    });
    await app.run(board, () => board.update(page.release("v2")));
    assert.equal(ended(board), "good: Version 2.0.0 runs and is confirmed");
    assert.equal(most, v2.envelope.length + 9000);
    assert.equal(board.report?.running?.sequence, 2);
    assert.equal(board.stored, null);
    assert.ok(page.said.some((text) => text.startsWith("Version 2.0.0 runs and is confirmed")));
  });

  it("F10: goes on after a reload, without the storage, and is not sent twice", async () => {
    await page.load();
    const near1 = near();
    const { device } = near1;
    const first = await page.connect(device);
    void first.update(page.release("v2"));
    await page.watch(() => (first.job?.figures.done ?? 0) > 8000);
    // the page is gone without a word: what it stored is all that is left
    const { store } = page;
    near1.central?.disconnect();
    first.stop();
    await page.reached(first, "interrupted");
    const sent: number[] = [];
    page.store = store;
    await page.storage.close();
    const app = await page.load();
    assert.match(app.problems?.join() ?? "", /out of reach/);
    assert.equal(app.selected?.phase, "interrupted");
    assert.equal(boardLine(app.selected as Board, []).text, "Update interrupted");
    void page.watch(() => {
      const done = app.selected?.job?.figures.done;
      if (done) sent.push(done);
      return false;
    });
    const board = await page.connect(device);
    assert.equal(ended(board), "good: Version 2.0.0 runs and is confirmed");
    const beyond = sent.filter((done) => done > v2.envelope.length);
    // a board goes on at the block of 4,096 bytes that it wrote last
    assert.ok((beyond[0] ?? 0) > 4096, `the payload began at ${beyond[0]}`);
    await page.serve();
  });

  it("F11: leaves an interrupted update alone when another board is chosen", async () => {
    await page.load();
    const one = near();
    const two = near({ device: OTHER_DEVICE, name: "Jolt.js 2" });
    const first = await page.connect(one.device);
    void first.update(page.release("v2"));
    await page.watch(() => (first.job?.figures.done ?? 0) > 3000);
    first.stop();
    await page.reached(first, "interrupted");
    const slots = two.slots();
    const second = await page.connect(two.device);
    assert.notEqual(second, first);
    assert.deepEqual([first.phase, second.phase], ["interrupted", "ready"]);
    assert.equal(two.slots(), slots);
    assert.equal(second.report?.running?.sequence, 1);
  });

  it("updates two boards in turn, and shows the state of each", async () => {
    const app = await page.load();
    const one = await page.connect(near().device);
    const two = await page.connect(near({ device: OTHER_DEVICE, name: "Jolt.js 2" }).device);
    await app.run(one, () => one.update(page.release("v2")));
    const lines = () => app.boards.map((each) => boardLine(each, app.releases).text);
    assert.deepEqual(lines(), ["Version 2.0.0, confirmed", "Version 1.0.0, confirmed"]);
    await app.run(two, () => two.update(page.release("v2")));
    assert.deepEqual(lines(), ["Version 2.0.0, confirmed", "Version 2.0.0, confirmed"]);
  });

  it("knows a board again that was provisioned anew", async () => {
    const app = await page.load();
    const old = near();
    await page.connect(old.device);
    await app.selected?.disconnect();
    old.off();
    const anew = near({ device: OTHER_DEVICE });
    const board = await page.connect(anew.device);
    assert.equal(app.boards.length, 2);
    assert.equal(board.record.id, "44".repeat(16));
    assert.ok(page.said.some((text) => /another board/.test(text)));
  });

  it("E17: finds a payload that is not the release's before a byte is sent", async () => {
    const app = await page.load();
    const near1 = near();
    const board = await page.connect(near1.device);
    const slots = near1.slots();
    const payload = v2.payloads.find(({ bytes }) => bytes.length === 9000);
    assert.ok(payload);
    page.put(
      payload.uri,
      payload.bytes.map((byte, i) => (i === 8000 ? byte ^ 1 : byte)),
    );
    await app.run(board, () => board.update(page.release("v2")));
    assert.equal(ended(board), "bad: This release is not sent");
    assert.match(board.record.outcome?.text ?? "", /nothing was sent/);
    assert.equal(near1.slots(), slots);
    // and it is not taken for the release's for ever
    page.put(payload.uri, payload.bytes);
    await app.run(board, () => board.update(page.release("v2")));
    assert.equal(ended(board), "good: Version 2.0.0 runs and is confirmed");
  });

  it("E1 D1: does not send a release that no known key has signed", async () => {
    const changed = v2.envelope.slice();
    changed[60] ^= 1;
    page.put("changed.suit", changed);
    const app = await page.load();
    const near1 = near();
    const board = await page.connect(near1.device);
    const bad = page.release("changed");
    assert.equal(board.fit(bad)?.kind, "refused");
    const slots = near1.slots();
    await app.run(board, () => board.update(bad));
    assert.match(ended(board), /^bad: /);
    assert.equal(near1.slots(), slots);
  });

  it("E18: without keys the page says so, and the board refuses all the same", async () => {
    await page.storage.close();
    await page.serve([]);
    const changed = v2.envelope.slice();
    changed[changed.indexOf(0xf6) + 10] ^= 1;
    page.put("changed.suit", changed);
    const app = await page.load();
    const near1 = near();
    const board = await page.connect(near1.device);
    const fit = board.fit(page.release("changed"));
    assert.deepEqual([fit?.kind, fit?.isSignatureChecked], ["fits", false]);
    const slots = near1.slots();
    await app.run(board, () => board.update(page.release("changed")));
    assert.equal(ended(board), "bad: The board refused the release");
    assert.equal(near1.slots(), slots);
  });

  it("shows a release that was taken back, and why", async () => {
    const bad = release(PROFILE, 3, "bad", { version: [3, 0, 0], app: appOf("bad", "throw 1") });
    page.publish(bad, "v3");
    const app = await page.load();
    const board = await page.connect(near().device);
    await app.run(board, () => board.update(page.release("v3")));
    assert.equal(ended(board), "bad: Version 3.0.0 was tried and taken back");
    assert.match(board.record.outcome?.text ?? "", /exception|threw/i);
    assert.equal(board.report?.running?.sequence, 1);
    assert.equal(board.report?.lastRevert?.code, 802);
    const again = board.fit(page.release("v3"));
    assert.deepEqual([again?.kind, again?.code], ["refused", 404]);
  });

  it("H1: says `not secure` while a door is open, and which", async () => {
    await page.load();
    const open = await page.connect(near({ keepConsole: true }).device);
    assert.ok(open.report);
    assert.deepEqual(securityOf(open.report).isSecure, false);
    assert.equal(securityOf(open.report).title, "Not secure: the console is open");
    const unknown = { ...open.report, doors: ["console", "door-4"] };
    assert.equal(securityOf(unknown).title, "Not secure: the console and door-4 are open");
    const closed = await page.connect(near({ device: OTHER_DEVICE, name: "Jolt.js 2" }).device);
    assert.ok(closed.report);
    assert.equal(securityOf(closed.report).title, "No door is open");
    assert.match(securityOf(closed.report).text, /SWD pads/);
  });

  it("offers what the board itself asks for, also when the list does not have it", async () => {
    const asking = release(PROFILE, 1, "ask", { referenceUri: "stable/next.suit" });
    const next = release(PROFILE, 2, "next", { version: [2, 5, 0], app: large("next") });
    mkdirSync(path.join(page.folder, "stable"));
    page.put("stable/next.suit", next.envelope);
    page.put("releases.json", new Uint8Array(Buffer.from('{"releases":[{"envelope":"v2.suit"}]}')));
    const app = await page.load();
    await page.connect(near({ firmware: asking }).device);
    assert.equal(app.release?.summary.version, "2.5.0");
    assert.equal(app.asked, app.release);
    // a board is not to make the page fetch from elsewhere
    for (const uri of ["https://192.0.2.1/next.suit", "//192.0.2.1/next.suit"]) {
      const firmware = release(PROFILE, 1, "ask", { referenceUri: uri });
      const name = `Jolt.js ${uri.length}`;
      await page.connect(near({ firmware, name, device: OTHER_DEVICE }).device);
      assert.equal(app.asked, null);
      assert.equal(app.trouble, null);
    }
  });

  it("says what is wrong with a board that has no update service, or none that answers", async () => {
    const app = await page.load();
    const mute = near();
    mute.off();
    const board = await page.connect(mute.device);
    assert.deepEqual([board.phase, board.record.outcome?.tone], ["off", "bad"]);
    assert.ok((board.record.outcome?.advice ?? "").length > 10);
    page.choice = undefined;
    await app.add(app.connectors[0]);
    assert.equal(app.trouble, null);
    // browsers call it by the same name as a dialogue that was closed
    page.refusal = new Error("Bluetooth adapter not available.");
    page.refusal.name = "NotFoundError";
    await app.add(app.connectors[0]);
    assert.match(app.trouble ?? "", /^Bluetooth is switched off, or not there\. .+/);
    page.refusal = new Error("A policy of this system forbids it.");
    await app.add(app.connectors[0]);
    assert.notEqual(app.trouble, null);
  });
});
