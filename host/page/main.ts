/** Starts the page: what the browser has is handed to the app, and the app to the view. */
import { App } from "./app.js";
import { type Browser, connectorsOf } from "./connectors.js";
import type { Kind } from "./fit.js";
import { registerWorker } from "./register-worker.js";
import { openStore } from "./store.js";
import { PageView } from "./view/page-view.js";
import { WakeLock } from "./wake-lock.js";

/** The page lies in a folder of the storage. */
const STORAGE = new URL("../", location.href).href;

async function loadKinds(): Promise<Map<string, Kind>> {
  try {
    const response = await fetch(new URL("boards.json", location.href));
    return new Map(Object.entries((await response.json()) as Record<string, Kind>));
  } catch {
    // without it no limits and no doors of the hardware are known
    return new Map();
  }
}

async function main(): Promise<void> {
  const [kinds, store] = await Promise.all([loadKinds(), openStore()]);
  const wake = new WakeLock();
  let view: PageView | undefined;
  const app = new App({
    store,
    kinds,
    storage: STORAGE,
    connectors: connectorsOf(navigator as unknown as Browser),
    stayAwake: () => wake.hold(),
    changed: () => view?.due(),
    announce: (text) => view?.say(text),
  });
  view = new PageView(app, document.getElementById("main") as HTMLElement);
  addEventListener("beforeunload", (event) => {
    if (app.boards.some(({ phase }) => phase === "working")) event.preventDefault();
  });
  const seen = () => document.visibilityState === "visible" && void app.wake();
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", seen);
  registerWorker();
  await app.start();
}

void main();
