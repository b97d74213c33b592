/** Makes docs/screenshots: the page in Chromium, with simulated boards. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Look } from "../support/chromium/browser.js";
import { Rig } from "../support/chromium/rig.js";
import { app, CLASS, profileOf, release } from "../support/sim-board.js";

const OUT = fileURLToPath(new URL("../../../docs/screenshots/", import.meta.url));
const PROFILE = profileOf("joltjs", 60);
const OTHER = new Uint8Array(16).fill(0x44);
const PHONE: Look = { width: 360, height: 740, mobile: true };
const DESKTOP: Look = { width: 1180, height: 860 };

const big = (name: string, size: number) => {
  const text = Buffer.from(app(name)).toString("latin1");
  return new Uint8Array(Buffer.from(text.padEnd(size, `// ${name} `), "latin1"));
};
const made = (sequence: number, version: number[], more = {}) =>
  release(PROFILE, sequence, `v${sequence}`, {
    version,
    app: big(`v${sequence}`, 24_000),
    ...more,
  });

async function shoot(rig: Rig, name: string, look: Look): Promise<void> {
  for (const dark of [false, true]) {
    await rig.page.look({ ...look, dark });
    await new Promise((done) => setTimeout(done, 150));
    const file = `${name}-${dark ? "dark" : "light"}.png`;
    writeFileSync(OUT + file, await rig.page.screenshot());
    console.log(file);
  }
}

async function phone(): Promise<void> {
  const rig = new Rig();
  await rig.start();
  try {
    const v1 = made(3, [1, 3, 0]);
    rig.publish(v1, "lamp-1.3.0");
    rig.publish(made(4, [1, 4, 0]), "lamp-1.4.0");
    await rig.page.open(rig.url);
    await rig.page.look(PHONE);
    await rig.page.sees("Version 1.4.0");
    await shoot(rig, "phone-start", PHONE);
    await rig.near("Jolt.js 4f2a", { firmware: v1, interval: 12 });
    await rig.page.click("#connect-ble");
    await rig.page.sees("connected by Bluetooth");
    await shoot(rig, "phone-board", PHONE);
    await rig.page.press("Check");
    await rig.page.sees("The board would take");
    await shoot(rig, "phone-check", PHONE);
    await rig.page.press("Update to 1.4.0");
    await rig.page.sees("left");
    await rig.page.until("document.querySelector('#bar').value > 0.3");
    await shoot(rig, "phone-progress", PHONE);
    await rig.page.sees("runs and is confirmed", 60_000);
    await shoot(rig, "phone-done", PHONE);
  } finally {
    await rig.stop();
  }
}

async function desktop(): Promise<void> {
  const rig = new Rig();
  await rig.start();
  try {
    const v1 = made(3, [1, 3, 0]);
    rig.publish(v1, "lamp-1.3.0");
    rig.publish(made(9, [2, 0, 0], { class: CLASS.map((byte) => byte + 1) }), "door-2.0.0");
    rig.publish(made(4, [1, 4, 0]), "lamp-1.4.0");
    await rig.page.look(DESKTOP);
    await rig.near("Jolt.js 4f2a", { firmware: v1, interval: 12 });
    await rig.connect();
    await rig.near("Puck.js 9b01", { firmware: v1, keepConsole: true, device: OTHER });
    await rig.page.click("#connect-ble");
    await rig.page.sees("Not secure");
    await shoot(rig, "desktop-not-secure", DESKTOP);
    await rig.page.click(".rows .row");
    await rig.page.press("Update to 1.4.0");
    await rig.page.sees("left");
    await rig.page.until("document.querySelector('#bar').value > 0.3");
    await shoot(rig, "desktop-progress", DESKTOP);
  } finally {
    await rig.stop();
  }
}

mkdirSync(OUT, { recursive: true });
await phone();
await desktop();
