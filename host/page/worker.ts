/**
 * The service worker: the page works without a network once it was loaded.
 *
 * The page's own files come from the cache of their version, so that all of them are of one build;
 * a new build waits until the old page is closed. What lies in the storage comes from the network
 * while there is one. Nothing of it is trusted more for being cached.
 */

/** Put in by the build: the files of the page, and a name for this version of them. */
declare const PAGE_FILES: string[];
declare const PAGE_VERSION: string;

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends WorkerEvent {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

const PAGE = `suitcase-page-${PAGE_VERSION}`;
const STORAGE = "suitcase-storage";

const scope = self as unknown as { clients: { claim(): Promise<void> } };
const on = <Kind extends Event>(type: string, listener: (event: Kind) => void) =>
  self.addEventListener(type, listener as EventListener);

on<WorkerEvent>("install", (event) => {
  event.waitUntil(caches.open(PAGE).then((cache) => cache.addAll(PAGE_FILES)));
});

on<WorkerEvent>("activate", (event) => {
  event.waitUntil(removeOld().then(() => scope.clients.claim()));
});

on<FetchEvent>("fetch", (event) => {
  const { request } = event;
  const isOwn = new URL(request.url).origin === location.origin;
  if (request.method !== "GET" || !isOwn || request.headers.has("range")) return;
  event.respondWith(answer(request));
});

async function removeOld(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith("suitcase-page-") && name !== PAGE) await caches.delete(name);
}

async function answer(request: Request): Promise<Response> {
  const page = await caches.open(PAGE);
  const known = await page.match(request, { ignoreSearch: true });
  if (known) return known;
  const storage = await caches.open(STORAGE);
  try {
    const response = await fetch(request);
    if (response.ok) await storage.put(request, response.clone()).catch(() => {});
    return response;
  } catch (error) {
    const kept = await storage.match(request);
    if (kept) return kept;
    throw error;
  }
}

export {};
