/** What outlives a reload: a few values by name, in IndexedDB or, where there is none, in memory. */

export interface Store {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

export class MemoryStore implements Store {
  readonly #values = new Map<string, unknown>();

  async get(key: string): Promise<unknown> {
    return structuredClone(this.#values.get(key));
  }

  async set(key: string, value: unknown): Promise<void> {
    this.#values.set(key, structuredClone(value));
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key);
  }
}

const TABLE = "values";

class IndexedStore implements Store {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  get(key: string): Promise<unknown> {
    return settled(this.#table("readonly").get(key));
  }

  async set(key: string, value: unknown): Promise<void> {
    await settled(this.#table("readwrite").put(value, key));
  }

  async delete(key: string): Promise<void> {
    await settled(this.#table("readwrite").delete(key));
  }

  #table(mode: IDBTransactionMode): IDBObjectStore {
    return this.#database.transaction(TABLE, mode).objectStore(TABLE);
  }
}

/** Private windows and full disks have no database; the page works without, until it is closed. */
export async function openStore(name = "suitcase"): Promise<Store> {
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    return new IndexedStore(await settled(request));
  } catch {
    return new MemoryStore();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
