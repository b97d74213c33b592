/** The page without a browser: its app, over boards in the shape of Web Bluetooth and a real storage. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { emulateBluetooth } from "../../host/board/web-bluetooth.js";
import type { BleDevice, BleRequest } from "../../host/link/bluetooth.js";
import { App } from "../../host/page/app.js";
import type { Board, Phase } from "../../host/page/board.js";
import { connectorsOf } from "../../host/page/connectors.js";
import { MemoryStore, type Store } from "../../host/page/store.js";
import { type Storage, serveFolder } from "../../host/storage/serve.js";
import { BLE_LIMITS } from "./ble-board.js";
import { KEY, type Made } from "./sim-board.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

export class PageApp {
  readonly folder = mkdtempSync(path.join(tmpdir(), "suitcase-app-"));
  readonly said: string[] = [];
  storage!: Storage;
  store: Store = new MemoryStore();
  app!: App;
  /** The device that the user chooses next. */
  choice: BleDevice | undefined;
  /** What the browser's dialogue ends with instead. */
  refusal: Error | undefined;
  #watchers: (() => void)[] = [];

  async serve(keys = [hex(KEY.publicKey)]): Promise<void> {
    this.storage = await serveFolder({ folder: this.folder, port: 0, host: "127.0.0.1", keys });
  }

  put(name: string, bytes: Uint8Array): void {
    writeFileSync(path.join(this.folder, name), bytes);
  }

  publish(made: Made, name: string): void {
    for (const { uri, bytes } of made.payloads) this.put(uri, bytes);
    this.put(`${name}.suit`, made.envelope);
  }

  /** Loads the page, or loads it again: what it has stored is still there. */
  async load(): Promise<App> {
    const bluetooth = {
      requestDevice: async (options: BleRequest) => {
        if (this.refusal) throw this.refusal;
        return emulateBluetooth(...(this.choice ? [this.choice] : [])).requestDevice(options);
      },
    };
    this.app = new App({
      store: this.store,
      kinds: new Map([["joltjs", { doors: ["SWD pads"], envelope: 16384 }]]),
      connectors: connectorsOf({ bluetooth }),
      storage: this.storage.url,
      stayAwake: () => () => {},
      limits: BLE_LIMITS,
      changed: () => {
        for (const watcher of this.#watchers) watcher();
      },
      announce: (text) => this.said.push(text),
    });
    await this.app.start();
    return this.app;
  }

  /** Chooses a board in the browser's dialogue and waits until it is connected. */
  async connect(device: BleDevice): Promise<Board> {
    this.choice = device;
    await this.app.add(this.app.connectors[0]);
    return this.app.selected as Board;
  }

  release(name: string) {
    const found = this.app.releases.find((each) => each.name === `${name}.suit`);
    if (!found) throw new Error(`no release ${name}`);
    return found;
  }

  /** Calls back whenever something changed, until it answers true. */
  watch(callback: () => boolean): Promise<void> {
    return new Promise((done) => {
      const watcher = () => {
        if (!callback()) return;
        this.#watchers = this.#watchers.filter((each) => each !== watcher);
        done();
      };
      this.#watchers.push(watcher);
      watcher();
    });
  }

  reached(board: Board, phase: Phase): Promise<void> {
    return this.watch(() => board.phase === phase);
  }

  async end(): Promise<void> {
    for (const board of this.app?.boards ?? []) {
      board.stop();
      await board.disconnect();
    }
    await this.storage?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
