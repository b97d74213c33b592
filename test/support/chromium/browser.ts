/** Debian's Chromium without a window, and one page in it. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DevTools, type Json, type Session } from "./devtools.js";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The program; undefined where there is none. */
export const CHROMIUM = [process.env.CHROMIUM ?? "", ...PLACES].find(
  (file) => file !== "" && existsSync(file),
);

const ARGUMENTS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--hide-scrollbars",
  // On Linux there is no navigator.bluetooth without it.
  "--enable-features=WebBluetooth",
];

export class Browser {
  readonly devtools: DevTools;
  readonly #profile = mkdtempSync(path.join(tmpdir(), "suitcase-chromium-"));

  constructor() {
    assert.ok(CHROMIUM, "no chromium");
    this.devtools = new DevTools(CHROMIUM, [...ARGUMENTS, `--user-data-dir=${this.#profile}`]);
  }

  /** A page of its own: nothing stored, nothing cached. `script` runs in front of the page's own. */
  async page(script = ""): Promise<Page> {
    const { browserContextId } = await this.devtools.send("Target.createBrowserContext");
    const target = { url: "about:blank", browserContextId };
    const { targetId } = await this.devtools.send("Target.createTarget", target);
    const page = new Page(await this.devtools.attach(targetId));
    await page.prepare(script);
    return page;
  }

  async close(): Promise<void> {
    await this.devtools.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

export interface Look {
  width: number;
  height: number;
  dark?: boolean;
  mobile?: boolean;
}

export class Page {
  readonly session: Session;
  /** What went wrong in the page: exceptions, errors of the console, violations of its policy. */
  readonly errors: string[] = [];

  constructor(session: Session) {
    this.session = session;
  }

  async prepare(script: string): Promise<void> {
    for (const domain of ["Page", "Runtime", "Log", "Network"])
      await this.session.send(`${domain}.enable`);
    this.session.on("Runtime.exceptionThrown", ({ exceptionDetails }) =>
      this.errors.push(exceptionDetails.exception?.description ?? exceptionDetails.text),
    );
    this.session.on("Log.entryAdded", ({ entry }) => {
      if (entry.level === "error") this.errors.push(`${entry.text} ${entry.url ?? ""}`);
    });
    // a question whether to leave the page is answered with yes
    this.session.on("Page.javascriptDialogOpening", () =>
      this.session.send("Page.handleJavaScriptDialog", { accept: true }).catch(() => {}),
    );
    await this.session.send("Page.addScriptToEvaluateOnNewDocument", { source: script });
  }

  async open(url: string): Promise<void> {
    await this.session.send("Page.navigate", { url });
    await this.until("document.readyState === 'complete'");
  }

  async reload(): Promise<void> {
    await this.evaluate("window.isOld = true");
    await this.session.send("Page.reload");
    await this.until("!window.isOld && document.readyState === 'complete'");
  }

  /** The value of an expression in the page; promises are waited for. */
  async evaluate(expression: string): Promise<Json> {
    const { result, exceptionDetails } = await this.session.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true; fails with the page's text. */
  async until(expression: string, milliseconds = 20_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      // between two documents there is none to ask
      const value = await this.evaluate(`!!(${expression})`).catch((error: Error) => {
        if (/Chromium ended/.test(error.message)) throw error;
        return false;
      });
      if (value) return;
      if (Date.now() > deadline) {
        const text = await this.evaluate("document.body.innerText").catch(String);
        throw new Error(
          `not in ${milliseconds} ms: ${expression}\n${text}\n${this.errors.join("\n")}`,
        );
      }
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  /** Waits for a text on the page. */
  async sees(text: string, milliseconds?: number): Promise<void> {
    await this.until(`document.body.innerText.includes(${JSON.stringify(text)})`, milliseconds);
  }

  text(selector = "body"): Promise<string> {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`);
  }

  /** Clicks with the mouse on the middle of an element, as a user does. */
  async click(selector: string): Promise<void> {
    const found = `document.querySelector(${JSON.stringify(selector)})`;
    await this.until(`${found}?.checkVisibility() && !${found}.disabled`);
    const { x, y } = await this.evaluate(`(() => {
      ${found}.scrollIntoView({ block: "center" });
      const { x, y, width, height } = ${found}.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`);
    for (const type of ["mousePressed", "mouseReleased"])
      await this.session.send("Input.dispatchMouseEvent", {
        ...{ type, x, y, button: "left", clickCount: 1 },
      });
  }

  /** Clicks on the button with this text. */
  async press(label: string): Promise<void> {
    const find = `[...document.querySelectorAll("button")].find((each) => each.innerText.trim() === ${JSON.stringify(label)} && each.checkVisibility())`;
    await this.until(find);
    await this.evaluate(`${find}.dataset.press = "it"`);
    await this.click("[data-press=it]");
    await this.evaluate(`delete document.querySelector("[data-press=it]")?.dataset.press`);
  }

  async key(key: string): Promise<void> {
    const code = { Tab: 9, Enter: 13 }[key] ?? key.charCodeAt(0);
    const text = key === "Enter" ? { text: "\r" } : {};
    for (const type of ["keyDown", "keyUp"])
      await this.session.send("Input.dispatchKeyEvent", {
        ...{ type, key, code: key === " " ? "Space" : key, windowsVirtualKeyCode: code },
        ...(type === "keyDown" ? (key === " " ? { text: " " } : text) : {}),
      });
  }

  async files(selector: string, files: string[]): Promise<void> {
    const { root } = await this.session.send("DOM.getDocument");
    const { nodeId } = await this.session.send("DOM.querySelector", {
      nodeId: root.nodeId,
      selector,
    });
    await this.session.send("DOM.setFileInputFiles", { nodeId, files });
  }

  async offline(offline: boolean): Promise<void> {
    await this.session.send("Network.emulateNetworkConditions", {
      ...{ offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 },
    });
  }

  async look({ width, height, dark = false, mobile = false }: Look): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile };
    await this.session.send("Emulation.setDeviceMetricsOverride", metrics);
    await this.session.send("Emulation.setEmulatedMedia", {
      features: [
        { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
        { name: "prefers-reduced-motion", value: "reduce" },
      ],
    });
  }

  /** PNG of what is seen. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.session.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }
}
