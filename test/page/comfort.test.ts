/** The page in Chromium: without a network, without a mouse, on a small screen, on a cable. */
import assert from "node:assert/strict";
import { CABLE, plugIn } from "../support/chromium/cable.js";
import { contrasts } from "../support/chromium/contrasts.js";
import { inChromium } from "../support/chromium/suite.js";
import { type Made, profileOf, release } from "../support/sim-board.js";

const PROFILE = profileOf("joltjs", 60);

inChromium("page in Chromium: comfort", (rig) => {
  let v1: Made;
  let v2: Made;

  before(() => {
    v1 = release(PROFILE, 1, "one", { version: [1, 0, 0] });
    v2 = release(PROFILE, 2, "two", { version: [2, 0, 0] });
  });

  beforeEach(() => {
    rig().publish(v1, "one");
    rig().publish(v2, "two");
  });

  it("can be installed, and works without a network once it was loaded", async () => {
    const { page } = rig();
    await page.open(rig().url);
    await page.sees("Version 2.0.0");
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    // the list and the releases are kept when the worker sees them
    await page.reload();
    await page.sees("Version 2.0.0");
    await page.until("navigator.serviceWorker.controller");
    const { errors } = await page.session
      .send("Page.getInstallabilityErrors")
      .then(({ installabilityErrors }) => ({ errors: installabilityErrors }));
    // a private window, as all of these tests run in, is the one thing that stands against it
    assert.deepEqual(
      errors
        .map(({ errorId }: { errorId: string }) => errorId)
        .filter((id: string) => id !== "in-incognito"),
      [],
    );
    await rig().storage.close();
    await page.reload();
    await page.sees("Version 2.0.0");
    const { board } = await rig().near("Jolt.js 1234", { firmware: v1 });
    await page.click("#connect-ble");
    await page.sees("connected by Bluetooth");
    await page.press("Update to 2.0.0");
    // what was never loaded cannot be sent
    await page.sees("out of reach");
    assert.ok(board.lines.join("").includes("one"));
    page.errors.length = 0;
  });

  it("is used by the keyboard alone", async () => {
    const { page } = rig();
    await rig().near("Jolt.js 1234", { firmware: v1 });
    await page.open(rig().url);
    await page.sees("Version 2.0.0");
    const focus = "(document.activeElement.id || document.activeElement.innerText).split('\\n')[0]";
    const goTo = async (wanted: string) => {
      const passed: string[] = [];
      for (let i = 0; i < 40; i++) {
        await page.key("Tab");
        passed.push(await page.evaluate(focus));
        if (passed.at(-1) === wanted) return;
      }
      assert.fail(`${wanted} is not reached: ${passed.join(", ")}`);
    };
    await goTo("connect-ble");
    await page.key("Enter");
    await page.sees("connected by Bluetooth");
    await goTo("update");
    assert.ok(
      await page.evaluate("getComputedStyle(document.activeElement).outlineStyle === 'solid'"),
    );
    await page.key("Enter");
    await page.sees("Version 2.0.0 runs and is confirmed", 30_000);
  });

  it("has names and roles for everything, and says progress and end", async () => {
    const { page } = rig();
    await rig().near("Jolt.js 1234", { firmware: v1, interval: 10 });
    await rig().connect();
    await page.evaluate(`(window.said = [], new MutationObserver(() =>
      window.said.push(document.querySelector("#live").textContent))
      .observe(document.querySelector("#live"), { childList: true, characterData: true, subtree: true }))`);
    await page.press("Update to 2.0.0");
    await page.sees("Sending");
    const { nodes } = await page.session.send("Accessibility.getFullAXTree");
    const roles = new Map<string, string[]>();
    for (const { role, name, ignored } of nodes)
      if (!ignored && role?.value)
        roles.set(role.value, [...(roles.get(role.value) ?? []), name?.value ?? ""]);
    for (const role of [
      "main",
      "banner",
      "heading",
      "radiogroup",
      "radio",
      "progressbar",
      "button",
    ])
      assert.ok(roles.has(role), role);
    for (const role of ["button", "radio", "progressbar", "radiogroup", "region"])
      for (const name of roles.get(role) ?? []) assert.notEqual(name, "", role);
    await page.sees("Version 2.0.0 runs and is confirmed", 30_000);
    const said: string[] = await page.evaluate("window.said");
    assert.ok(
      said.some((text) => /percent sent/.test(text)),
      said.join("\n"),
    );
    assert.ok(
      said.some((text) => /runs and is confirmed/.test(text)),
      said.join("\n"),
    );
    assert.ok(said.length < 40, `${said.length} are too many to listen to`);
  });

  for (const dark of [false, true])
    it(`has large targets and enough contrast at 360 px, ${dark ? "dark" : "light"}`, async () => {
      const { page } = rig();
      await page.look({ width: 360, height: 740, mobile: true, dark });
      await rig().near("Jolt.js 1234", { firmware: v1, keepConsole: true });
      await rig().connect();
      await page.sees("Update to 2.0.0");
      const small =
        await page.evaluate(`[...document.querySelectorAll("button, summary, label.row")]
        .filter((each) => each.checkVisibility())
        .map((each) => [each.innerText, each.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 44 || height < 44)
        .map(([text, { width, height }]) => text + " " + width + " x " + height)`);
      assert.deepEqual(small, []);
      assert.ok(await page.evaluate("document.documentElement.scrollWidth <= 360"));
      const weak = await page.evaluate(contrasts);
      assert.deepEqual(weak, []);
    });

  it("updates over a cable where the browser has Web Serial", async () => {
    const page = await rig().newPage(CABLE);
    const { board } = await rig().near("unused", { firmware: v1 });
    await plugIn(page, board.board);
    await page.open(rig().url);
    await page.click("#connect-serial");
    await page.sees("connected by cable");
    await page.press("Update to 2.0.0");
    await page.sees("Version 2.0.0 runs and is confirmed", 30_000);
    assert.ok(board.lines.join("").includes("two"));
  });

  it("says so when a browser has no way to boards", async () => {
    const page = await rig().newPage(`
      Object.defineProperty(Navigator.prototype, "bluetooth", { get: () => undefined });
      Object.defineProperty(Navigator.prototype, "serial", { get: () => undefined });`);
    await page.open(rig().url);
    await page.sees("This browser can reach neither Bluetooth nor serial ports");
    await page.sees("Version 2.0.0");
  });
});
