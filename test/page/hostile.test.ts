/** The page in Chromium, against files, boards and storages that mean it no good. */
import assert from "node:assert/strict";
import path from "node:path";
import { bstr, encode, map } from "../support/cbor.js";
import { inChromium } from "../support/chromium/suite.js";
import { CLASS, type Made, profileOf, release } from "../support/sim-board.js";
import { custom } from "../support/sim-manifests.js";

const PROFILE = profileOf("joltjs", 60);

const HTML = '<img src="x" onerror="window.harmed=1"><script>window.harmed=1</script>';
const RTL = "safe \u202egnp.exe \u2066\u200b end";
const LONG = "very-long-".repeat(300);

inChromium("page in Chromium: hostile", (rig) => {
  let v1: Made;
  let v2: Made;

  before(() => {
    v1 = release(PROFILE, 1, "one", { version: [1, 0, 0] });
    v2 = release(PROFILE, 2, "two", { version: [2, 0, 0] });
  });

  const isUnharmed = async () => {
    const { page } = rig();
    assert.equal(await page.evaluate("window.harmed"), undefined);
    assert.equal(
      await page.evaluate("document.querySelectorAll('main img, main script').length"),
      0,
    );
    // nothing is wider than the screen
    assert.ok(
      await page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth",
      ),
    );
  };

  it("C37: shows hostile text of a manifest as text, and installs the release all the same", async () => {
    const { page } = rig();
    await page.look({ width: 360, height: 740, mobile: true });
    const text = map([
      "en",
      map([1, HTML], [2, RTL], [[bstr(Buffer.from("app"))], map([1, LONG], [5, HTML])]),
    ]);
    const made = custom(PROFILE, 5, "five", { changes: { 23: bstr(encode(text)) } });
    rig().publish(made, "five");
    rig().put("<b>bold.suit", made.envelope);
    const { board } = await rig().near(HTML.slice(0, 40), { firmware: v1 });
    await page.open(rig().url);
    await page.sees("Release 5");
    const shown = await page.text(".releases");
    assert.ok(shown.includes(HTML), shown);
    assert.ok(shown.includes("safe \\u{202e}gnp.exe \\u{2066}\\u{200b} end"), shown);
    assert.ok(shown.includes("<b>bold.suit"));
    assert.ok(shown.length < 4000, `${shown.length}`);
    await isUnharmed();
    // its name is none of Espruino's
    await page.press("My board is not in the list");
    await page.sees("connected by Bluetooth");
    assert.ok((await page.text("#board-title")).startsWith('<img src="x" onerror='));
    await isUnharmed();
    await page.press("Update to release 5");
    await page.sees("Release 5 runs and is confirmed", 30_000);
    await isUnharmed();
    assert.ok(board.lines.join("").includes("five"));
  });

  it("C37: what the page runs is its own files alone, and no markup is ever taken", async () => {
    const { page } = rig();
    await page.open(rig().url);
    await page.sees("Boards");
    const attempt = (code: string) =>
      page.evaluate(
        `(() => { try { ${code}; return "done" } catch (error) { return error.name } })()`,
      );
    assert.equal(await attempt("document.body.innerHTML = '<b>x</b>'"), "TypeError");
    assert.equal(await attempt("document.write('x')"), "TypeError");
    assert.equal(
      await attempt(
        "document.createElement('button').setAttribute('onclick', 'window.harmed = 1')",
      ),
      "TypeError",
    );
    assert.equal(await attempt("setTimeout('window.harmed = 1', 0)"), "TypeError");
    await page.evaluate("new Image().src = 'https://example.com/x.png'");
    await page.until("true");
    assert.equal(await page.evaluate("window.harmed"), undefined);
    const blocked = /Content Security Policy|requires 'Trusted/;
    const others = page.errors.filter((text) => !blocked.test(text));
    assert.ok(page.errors.length > others.length);
    page.errors.splice(0, page.errors.length, ...others);
  });

  it("C27 F11: a release for other boards is put aside, and cannot be sent to this one", async () => {
    const { page } = rig();
    const other = CLASS.map((byte) => byte + 1);
    rig().publish(release(PROFILE, 9, "nine", { version: [9, 0, 0], class: other }), "nine");
    rig().publish(v2, "two");
    const { board, peripheral } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await rig().connect();
    await page.sees("Update to 2.0.0");
    await page.press("Disconnect");
    await page.sees("not connected");
    await page.press("Connect");
    await page.sees("connected by Bluetooth");
    const slots = board.slots();
    const { writes } = peripheral;
    await page.click(".releases details summary");
    await page.click(".releases details .row");
    await page.until("document.querySelector('#update').innerText === 'Update to 9.0.0'");
    assert.ok(await page.evaluate("document.querySelector('#update').disabled"));
    assert.ok(await page.evaluate("document.querySelector('#check').disabled"));
    assert.match(await page.text(".releases details"), /For other boards/);
    assert.equal(board.slots(), slots);
    assert.equal(peripheral.writes, writes);
  });

  it("E1 D1: a tampered file is named as such and never sent", async () => {
    const { page } = rig();
    const changed = v2.envelope.slice();
    // in the signature
    changed[70] ^= 1;
    const file = path.join(rig().folder, "tampered.suit");
    rig().put("tampered.suit", changed);
    const { board } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await rig().connect();
    const slots = board.slots();
    await page.files("#files", [file]);
    await page.sees("Not acceptable");
    await page.sees("Do not install it");
    assert.ok(await page.evaluate("document.querySelector('#update').disabled"));
    assert.equal(board.slots(), slots);
  });

  it("E17: a payload that another was put in the place of is found before anything is sent", async () => {
    const { page } = rig();
    rig().publish(v2, "two");
    const { uri, bytes } = v2.payloads.at(-1) as { uri: string; bytes: Uint8Array };
    rig().put(
      uri,
      bytes.map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
    );
    const { board } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await rig().connect();
    const slots = board.slots();
    await page.press("Update to 2.0.0");
    await page.sees("This release is not sent");
    await page.sees("nothing was sent");
    assert.equal(board.slots(), slots);
  });

  it("E18: a page that sends anything is refused by the board", async () => {
    // a list without keys, as when the page's own code was made not to look
    rig().put("releases.json", JSON.stringify({ releases: [{ envelope: "changed.suit" }] }));
    const { page } = rig();
    const changed = v2.envelope.slice();
    changed[70] ^= 1;
    rig().publish({ ...v2, envelope: changed }, "changed");
    const { board } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await rig().connect();
    const slots = board.slots();
    await page.sees("The page knows no key");
    await page.press("Update to 2.0.0");
    await page.sees("The board refused the release");
    await page.sees("Last refusal");
    assert.equal(board.slots(), slots);
    assert.ok(board.lines.join("").includes("one"));
  });

  it("H1: says `not secure` while the console is open, and that it is the console", async () => {
    const { page } = rig();
    await rig().near("Jolt.js 1234", { firmware: v1, keepConsole: true });
    await rig().connect();
    await page.sees("Not secure: the console is open");
    assert.match(await page.text(".boards .row"), /Not secure/);
    assert.match(await page.text("#security"), /whatever is signed/);
  });

  it("F12: says what to do when the board wants to be paired", async () => {
    const { page } = rig();
    await rig().near("Jolt.js 1234", { firmware: v1, bond: true });
    await page.open(rig().url);
    await page.click("#connect-ble");
    await page.sees("The board could not be connected", 40_000);
    await page.sees("pair");
  });

  it("says what is wrong when nothing is chosen, the board is away, or the storage has no list", async () => {
    const { page } = rig();
    rig().put("releases.json", "this is no JSON <b>");
    const { peripheral } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await page.open(rig().url);
    await page.sees("No release lies in the storage");
    const { choice } = rig();
    rig().choice = null;
    await page.click("#connect-ble");
    await new Promise((done) => setTimeout(done, 500));
    assert.equal(await page.evaluate("document.querySelector('.boards .row')"), null);
    rig().choice = choice;
    peripheral.isAway = true;
    await page.click("#connect-ble");
    await page.sees("The board could not be connected", 40_000);
    peripheral.isAway = false;
    await page.press("Connect");
    await page.sees("connected by Bluetooth");
  });
});
