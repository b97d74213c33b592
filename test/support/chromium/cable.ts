/**
 * A simulated board at a cable: the page gets a `navigator.serial` whose one port is the board's. It
 * tests the page and its framing, not the browser's own serial ports, which a headless browser has no
 * way to choose.
 */
import { boardDuplex } from "../../../host/board/open.js";
import type { SimulatedBoard } from "../../../host/board/simulator.js";
import type { Page } from "./browser.js";

/** Runs in the page, in front of its own scripts. */
export const CABLE = `(() => {
  let take = () => {};
  window.fromBoard = (base64) => take(Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)));
  const port = {
    readable: null,
    writable: null,
    async open() {
      this.readable = new ReadableStream({ start(stream) { take = (bytes) => stream.enqueue(bytes); } });
      this.writable = new WritableStream({
        write(bytes) { window.toBoard(btoa(String.fromCharCode(...bytes))); },
      });
    },
    async close() { this.readable = this.writable = null; },
  };
  const serial = { requestPort: async () => port, getPorts: async () => [] };
  Object.defineProperty(navigator, "serial", { value: serial });
})();`;

export async function plugIn(page: Page, board: SimulatedBoard): Promise<void> {
  const duplex = boardDuplex(board);
  await page.session.send("Runtime.addBinding", { name: "toBoard" });
  page.session.on("Runtime.bindingCalled", ({ name, payload }) => {
    if (name === "toBoard") duplex.write(new Uint8Array(Buffer.from(payload, "base64")));
  });
  duplex.onData((bytes) => {
    const text = Buffer.from(bytes).toString("base64");
    page.evaluate(`window.fromBoard(${JSON.stringify(text)})`).catch(() => {});
  });
}
