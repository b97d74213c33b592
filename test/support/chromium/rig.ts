/** A page in Chromium, the storage that serves it, and simulated boards in reach. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Storage, serveFolder } from "../../../host/storage/serve.js";
import { BleBoard, type BleBoardOptions } from "../ble-board.js";
import { KEY, type Made } from "../sim-board.js";
import { Browser, type Page } from "./browser.js";
import { answerChooser, NOTIFY_BY_READING, Peripheral } from "./peripheral.js";

export interface Near {
  board: BleBoard;
  peripheral: Peripheral;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

export class Rig {
  readonly folder = mkdtempSync(path.join(tmpdir(), "suitcase-page-"));
  readonly browser = new Browser();
  readonly boards: BleBoard[] = [];
  storage!: Storage;
  page!: Page;
  /** The address that is chosen in the browser's dialogue; null: nothing is. */
  choice: string | null = null;
  #count = 0;

  /** @param keys what `releases.json` names; the author's by default */
  async start(keys = [hex(KEY.publicKey)]): Promise<void> {
    this.storage = await serveFolder({ folder: this.folder, port: 0, host: "127.0.0.1", keys });
    await this.browser.devtools.send("BluetoothEmulation.enable", {
      ...{ state: "powered-on", leSupported: true },
    });
    // The emulated adapter lives as long as a page that uses it: this one outlives every reload.
    const keeper = await this.browser.page();
    await keeper.open(`${this.storage.url.replace("127.0.0.1", "localhost")}update/icon.svg`);
    await keeper.evaluate("navigator.bluetooth.getAvailability()");
    await this.newPage();
  }

  /** A page as another browser would have it: nothing is known there. */
  async newPage(script = ""): Promise<Page> {
    this.page = await this.browser.page(NOTIFY_BY_READING + script);
    await answerChooser(this.page.session, () => this.choice);
    return this.page;
  }

  /** Localhost counts as secure, so that Bluetooth and service workers are there. */
  get url(): string {
    return `http://localhost:${this.storage.port}/update/`;
  }

  /** Lays a release into the storage; later ones are newer. */
  publish(made: Made, name: string): void {
    for (const { uri, bytes } of made.payloads) this.put(uri, bytes);
    this.put(`${name}.suit`, made.envelope);
  }

  put(name: string, bytes: Uint8Array | string): void {
    const file = path.join(this.folder, name);
    writeFileSync(file, bytes);
    const time = 1_700_000_000 + this.#count++;
    utimesSync(file, time, time);
  }

  /** A board in reach of the browser. */
  async near(name: string, options: BleBoardOptions = {}): Promise<Near> {
    const board = new BleBoard(options);
    this.boards.push(board);
    const address = `09:09:09:09:09:0${this.boards.length}`;
    const { mtu } = options;
    const link = mtu === undefined ? {} : { mtu };
    const peripheral = new Peripheral(this.browser.devtools, board.board, address, link);
    await peripheral.start(name);
    this.choice = address;
    return { board, peripheral };
  }

  /** Opens the page and connects to the board that was put near last. */
  async connect(): Promise<void> {
    await this.page.open(this.url);
    await this.page.click("#connect-ble");
    await this.page.sees("connected by Bluetooth");
  }

  async stop(): Promise<void> {
    await this.browser.close();
    for (const board of this.boards) board.off();
    await this.storage?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
